from typing import Any

from gate.controls import prohibited
from gate.domain.control import Control, Failed, NotApplicable, Observation, Outcome, Passed
from gate.domain.derived import People, ScopedChange
from gate.domain.liftings import Liftings, liftings
from gate.domain.policy.document import ProhibitedRule
from tests import builders as b

DATABASE = ProhibitedRule(
    id="direct-database-edit",
    why="production data changes go through migrations",
    paths=b.globs("ops/sql/adhoc/**"),
)
PUSH = ProhibitedRule(
    id="direct-push", why="nothing reaches main unreviewed", commits_outside_pull_requests=True
)
POLICY = ProhibitedRule(
    id="policy-with-code",
    why="the rules are reviewed by Security",
    paths=b.globs(".github/change-policy.yml"),
    unless_approved_by="security",
)
FREE = {"security": ("eve",)}


def judged(
    *rules: ProhibitedRule, scope: ScopedChange | None = None, people: People | None = None
) -> Outcome:
    scope, people = scope or b.scoped(), people or b.matrix(roles=FREE)
    found = liftings({ScopedChange: scope, People: people}, b.policy(prohibited=rules))
    assert isinstance(found, Liftings)
    return prohibited.evaluate(scope=scope, liftings=found, settings=rules)


def touching(*paths: Any) -> ScopedChange:
    return b.scoped(files=b.files(*paths).files)


def failed(outcome: Outcome, *codes: str) -> Failed:
    assert isinstance(outcome, Failed), outcome
    assert [reason.code for reason in outcome.reasons] == list(codes)
    return outcome


def test_the_module_is_a_control() -> None:
    control: Control = prohibited
    assert control.ID == "prohibited"


def test_does_not_apply_when_the_policy_prohibits_nothing() -> None:
    assert judged() == NotApplicable(reason="the policy prohibits nothing")


def test_passes_when_no_rule_is_broken_and_names_each() -> None:
    outcome = judged(DATABASE, PUSH, POLICY)
    assert outcome == Passed(
        observations=(
            Observation("direct-database-edit: nothing of the kind"),
            Observation("direct-push: nothing of the kind"),
            Observation("policy-with-code: nothing of the kind"),
        )
    )


def test_a_file_out_of_bounds_is_named_with_the_rule_and_its_reason() -> None:
    outcome = failed(
        judged(DATABASE, PUSH, scope=touching("ops/sql/adhoc/a.sql")), "prohibited-path"
    )
    (reason,) = outcome.reasons
    assert reason.text == (
        "direct-database-edit: the change touches ops/sql/adhoc/a.sql. "
        "The rule is there because production data changes go through migrations."
    )
    assert reason.remedy == "Take it out of the change."
    assert outcome.observations == (Observation("direct-push: nothing of the kind"),)


def test_a_file_that_left_a_forbidden_place_touches_it_as_well() -> None:
    moved = b.changed("docs/a.sql", previous_path="ops/sql/adhoc/a.sql")
    failed(judged(DATABASE, scope=touching(moved)), "prohibited-path")


def test_many_files_are_counted_and_cut() -> None:
    paths = [f"ops/sql/adhoc/{n}.sql" for n in range(8)]
    (reason,) = failed(judged(DATABASE, scope=touching(*paths)), "prohibited-path").reasons
    assert "ops/sql/adhoc/4.sql and 3 more" in reason.text
    assert "ops/sql/adhoc/5.sql" not in reason.text


def test_hostile_paths_are_quoted_as_one_visible_line() -> None:
    (reason,) = failed(
        judged(DATABASE, scope=touching("ops/sql/adhoc/a\n##[error].sql")), "prohibited-path"
    ).reasons
    assert "\n" not in reason.text


def test_unlisted_files_may_be_out_of_bounds() -> None:
    scope = b.scoped(files=None)
    (reason,) = failed(judged(DATABASE, scope=scope), "cannot-be-ruled-out").reasons
    assert reason.text.startswith("direct-database-edit: the changed files could not be listed.")
    assert isinstance(judged(PUSH, scope=scope), Passed)


def test_a_commit_that_no_merged_merge_request_brought_is_named() -> None:
    direct = b.commit("c9", brought_by=(), headline="Merge pull request #12 from fork/main")
    scope = b.scoped(commits=(b.commit(), direct))
    (reason,) = failed(judged(PUSH, scope=scope), "outside-merge-request").reasons
    assert reason.text == (
        f"direct-push: no merged merge request brought {b.sha('c9')[:12]} "
        "(Merge pull request #12 from fork/main). "
        "The rule is there because nothing reaches main unreviewed."
    )
    assert isinstance(judged(DATABASE, scope=scope), Passed)


def test_a_rule_can_prohibit_several_things() -> None:
    both = ProhibitedRule(
        id="both", why="so", paths=b.globs("infra/**"), commits_outside_pull_requests=True
    )
    scope = b.scoped(files=b.files("infra/a").files, commits=(b.commit(brought_by=()),))
    failed(judged(both, scope=scope), "prohibited-path", "outside-merge-request")


CHANGED_POLICY = touching(".github/change-policy.yml")


def test_the_approval_of_the_role_makes_it_acceptable_and_is_shown() -> None:
    people = b.matrix(b.approval("eve", url="https://github.com/r/1"), roles=FREE)
    outcome = judged(POLICY, scope=CHANGED_POLICY, people=people)
    assert outcome == Passed(
        observations=(
            Observation(
                "policy-with-code: the change touches .github/change-policy.yml. The rule is there because the rules "
                "are reviewed by Security. security accepted it: eve (review, #12)",
                "https://github.com/r/1",
            ),
        )
    )


def test_the_approval_covers_files_that_could_not_be_listed_as_well() -> None:
    people = b.matrix(b.approval("eve"), roles=FREE)
    assert isinstance(judged(POLICY, scope=b.scoped(files=None), people=people), Passed)


def test_only_an_approval_that_counts_by_a_holder_makes_it_acceptable() -> None:
    for approval in (b.approval("eve", counts=False), b.approval("alice")):
        people = b.matrix(approval, roles=FREE)
        outcome = judged(POLICY, scope=CHANGED_POLICY, people=people)
        (reason,) = failed(outcome, "prohibited-path").reasons
        assert reason.who == ("eve",)
        assert reason.remedy == (
            "Take it out of the change, or ask for the approval of security (eve)."
        )


def test_no_approval_lifts_a_rule_that_names_no_role() -> None:
    people = b.matrix(b.approval("eve"), roles={"": ("eve",), **FREE})
    outcome = judged(DATABASE, scope=touching("ops/sql/adhoc/a.sql"), people=people)
    failed(outcome, "prohibited-path")


def test_an_approval_of_another_merge_request_makes_nothing_acceptable() -> None:
    scope = b.scoped(b.request(12), b.request(13, paths=(".github/change-policy.yml",)))
    people = b.matrix(b.approval("eve"), roles=FREE)
    (reason,) = failed(judged(POLICY, scope=scope, people=people), "prohibited-path").reasons
    assert reason.text == (
        "policy-with-code: the change touches .github/change-policy.yml. The rule is there because the rules are "
        "reviewed by Security. The approval of eve (review, #12) is not for #13."
    )
    both = b.matrix(b.approval("eve"), b.approval("eve", where="#13", covers=(13,)), roles=FREE)
    outcome = judged(POLICY, scope=scope, people=both)
    assert isinstance(outcome, Passed)
    assert outcome.observations[0].text.endswith("security accepted it: eve (review, #13)")


def test_a_rule_that_nobody_was_asked_about_is_not_lifted() -> None:
    outcome = prohibited.evaluate(scope=CHANGED_POLICY, liftings=Liftings(), settings=(POLICY,))
    (reason,) = failed(outcome, "prohibited-path").reasons
    assert reason.remedy == "Take it out of the change."
