import pytest

from tests.policy.policies import errors, problems, small, warnings


def test_a_guide_is_reviewed_after_it_took_effect() -> None:
    assert errors({"guide": {"effective": "2026-11-01", "next_review": "2027-11-01"}}) == []
    (said,) = errors({"guide": {"effective": "2026-11-01", "next_review": "2026-11-01"}})
    assert said.startswith("guide.next_review: the next review (2026-11-01) is not after the day")


@pytest.mark.parametrize("name", ["production-*", "prod?", "x" * 256])
def test_environments_are_named_one_by_one(name: str) -> None:
    (said,) = errors({"scope": {"environments": [name]}})
    assert said.startswith("scope.environments[0]: ")
    assert "is no environment: patterns are not used here" in said


def test_environments_are_not_told_apart_by_case() -> None:
    (said,) = errors({"scope": {"environments": ["production", "Production"]}})
    assert said.startswith("scope.environments[1]: `Production` stands here twice")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("/api/**", "did you mean `api/**`?"),
        ("./api/**", "did you mean `api/**`?"),
        ("api//x", "did you mean `api/x`?"),
        ("api\\**", "matches nothing"),
        ("../api/**", "no path holds `..`"),
        ("api/", "did you mean `api/**`?"),
    ],
)
def test_a_pattern_that_matches_nothing_is_refused(pattern: str, said: str) -> None:
    patch = {
        "scope": {"services": {"api": {"paths": [pattern]}}},
        "risk": {"high": {"when": {"paths": [pattern]}, "approvals": [{"role": "engineer"}]}},
        "prohibited": [{"id": "x", "why": "y", "paths": [pattern]}],
    }
    found = errors(patch)
    assert sorted(text.split(":")[0] for text in found) == [
        "prohibited[0].paths[0]",
        "risk.high.when.paths[0]",
        "scope.services.api.paths[0]",
    ]
    assert all(said in text for text in found)


def test_a_rule_that_prohibits_nothing_is_refused() -> None:
    assert errors({"prohibited": [{"id": "x", "why": "y"}]}) == [
        "prohibited[0]: prohibits nothing; give `paths` or `commits_outside_pull_requests: true`"
    ]


def test_a_rule_has_a_name_of_its_own() -> None:
    rule = {"id": "x", "why": "y", "commits_outside_pull_requests": True}
    (said,) = errors({"prohibited": [rule, rule]})
    assert said.startswith("prohibited[1].id: `x` is the name of two rules")


def test_a_rule_that_only_the_pager_could_open_is_a_warning() -> None:
    rule = {"id": "x", "why": "y", "paths": ["a"], "unless_approved_by": "on-call"}
    patch = {"prohibited": [rule], "roles": {"on-call": {"pager_schedule": "PRIMARY"}}}
    (said,) = warnings(patch)
    assert said.startswith("prohibited[0].unless_approved_by: only the pager knows who holds")
    for held in ({"github_team": "acme/on-call"}, {"gitlab_group": "acme"}, {"people": ["bob"]}):
        patch["roles"] = {"on-call": {"pager_schedule": "PRIMARY", **held}}
        assert problems(small(patch)) == ()


@pytest.mark.parametrize("retain", ["25 months", "1 year", "400 days"])
def test_evidence_is_kept_for_a_length_of_time(retain: str) -> None:
    assert errors({"evidence": {"retain": retain}}) == []


@pytest.mark.parametrize("retain", ["forever", "0 days", "2 weeks", "25months"])
def test_what_is_no_length_of_time_is_refused(retain: str) -> None:
    (said,) = errors({"evidence": {"retain": retain}})
    assert said.startswith(f"evidence.retain: `{retain}` is no length of time")


def test_evidence_is_archived_at_one_address_or_several() -> None:
    one = "s3://acme-change-evidence/prod?object_lock=compliance"
    assert errors({"evidence": {"archive": one}}) == []
    assert errors({"evidence": {"archive": [one, "git+https://github.com/acme/x#main"]}}) == []


def test_an_archive_that_is_none_is_refused_with_the_forms_that_are_known() -> None:
    (said,) = errors({"evidence": {"archive": "ftp://acme.example"}})
    assert said.startswith("evidence.archive: `ftp://acme.example` is none of the forms")
    assert "s3://BUCKET/PREFIX" in said
    (said,) = errors({"evidence": {"archive": ["s3://evidence", "gs://key:secret@x"]}})
    assert said.startswith("evidence.archive[1]: `gs://key:secret@x` holds a user or a password")


def test_an_archive_stands_there_once() -> None:
    (said,) = errors({"evidence": {"archive": ["s3://evidence/a", "s3://evidence/a/"]}})
    assert said == "evidence.archive[1]: `s3://evidence/a/` stands here twice; remove one"
