import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from gate.domain.policy.people import ChangeTypeRule
from gate.policy.explain import explain
from gate.policy.load import parse
from tests.policy.policies import EXAMPLE, policy

EXPECTED = Path(__file__).parent / "example.txt"


def said(**patch: object) -> str:
    """The explanation of a variation, on one line."""
    return " ".join(explain(policy(patch)).split())


def test_the_example_is_explained_from_the_first_section_to_the_last() -> None:
    found = explain(parse(EXAMPLE, name="p.yml").policy)
    assert found == EXPECTED.read_text(encoding="utf-8")


def test_no_line_is_longer_than_a_terminal() -> None:
    found = explain(parse(EXAMPLE, name="p.yml").policy)
    assert max(map(len, found.splitlines())) <= 100


def test_a_small_policy_says_what_is_not_there() -> None:
    found = said()
    assert found.startswith("Change Approval Workflow Guide §1 Purpose and scope - Every deploy to")
    assert "There is no break-glass: every change meets the rules above." in found
    assert "Nothing is prohibited beyond the rules of the other sections." in found
    assert "Production may be changed at any time outside a freeze." in found
    assert "No risk class needs a rollback plan." in found
    assert "Every control blocks." in found
    assert "§11" not in found
    assert "wall-clock" not in found


def test_observe_mode_is_said_first_and_loudly() -> None:
    words = "OBSERVE MODE until the end of 2026-12-31: the gate decides and records, and blocks"
    found = explain(policy({"observe": {"until": "2026-12-31", "reason": "We are learning."}}))
    assert found.splitlines()[1].startswith(words)
    assert "blocks nothing. Reason: We are learning. §1" in " ".join(found.split())
    assert "blocks nothing. §1" in said(observe={"until": "2026-12-31"})


def test_a_tracker_of_its_own() -> None:
    ticket = {
        "tracker": "github",
        "projects": ["acme/app", "acme/ops"],
        "approved_statuses": ["approved"],
        "rejected_statuses": [],
        "url": "https://github.acme.example",
        "harmless_fields": ["Team"],
    }
    found = said(workflow={"ticket": ticket})
    assert (
        "names a ticket of acme/app or acme/ops in GitHub Issues at https://github.acme.example."
        in found
    )
    assert "The label approved means approved." in found
    assert "An edit of Team after the approval does not void it." in found


@pytest.mark.parametrize(
    ("patch", "sentence"),
    [
        (
            {
                "workflow": {
                    "ticket": {
                        "url": "https://api.atlassian.com/ex/jira/1a2b",
                        "site": "https://acme.atlassian.net",
                    }
                }
            },
            "in Jira at https://api.atlassian.com/ex/jira/1a2b, which people see at https://acme.atlassian.net.",
        ),
        (
            {"workflow": {"review": {"freshness": "allow_reanchored"}}},
            "An approval from before a rewrite of the branch counts when the forge moved it along.",
        ),
        (
            {"workflow": {"review": {"forge_rules": "require"}}},
            "It also met the forge's own approval rules, and weakened none of them.",
        ),
        (
            {"workflow": {"authority": {"distinct_people": True}}},
            "One person cannot fill two rows of the matrix.",
        ),
        (
            {"separation_of_duties": {"strict": True, "automated_deployer": "actor"}},
            "A change whose deployer is among its approvers is blocked outright. - When a push "
            "starts the deploy by itself, the account that the run belongs to counts as the deployer.",
        ),
        (
            {"roles": {"security": {"people": ["carol"], "github_team": "acme/security"}}},
            "security: carol and the members of team acme/security.",
        ),
        (
            {"roles": {"security": {"github_team": "acme/sec", "gitlab_group": "acme/shop/sec"}}},
            "security: the members of team acme/sec and the members of group acme/shop/sec.",
        ),
        (
            {"emergency": {"second_person": False}},
            "§6 Emergency change workflow - Whoever may start the deploy breaks the glass by starting the deploy by "
            "hand, in the first attempt of a run, with a reason of at least 30 characters in their own words. - NO "
            "SECOND PERSON: whoever asks for it needs nobody else. - It brings at most 5 commits and 20 files, and the "
            "grant ends after 1 hour. - An emergency may waive nothing; all else holds. - A tracker that does not "
            "answer stops no emergency. - Somebody who had no part in it reviews it within 48 hours. Once such a "
            "review is overdue, nothing else is deployed. - It leaves an issue of the forge. §7",
        ),
        (
            {"emergency": {"approved_by": "engineer"}},
            "A second person stands behind it: engineer, who approved the deployment or reviewed what is deployed, in "
            "the forge. - It",
        ),
        (
            {
                "emergency": {
                    "approved_by": "engineer",
                    "invoked_by": "engineer",
                    "despite_overdue": "engineer",
                    "scope": {"paths": ["services/**"]},
                }
            },
            "engineer breaks the glass by starting the deploy by hand",
        ),
        (
            {
                "emergency": {
                    "approved_by": "engineer",
                    "despite_overdue": "engineer",
                    "scope": {"paths": ["services/**", "docs/**"]},
                }
            },
            "5 commits and 20 files, in services/** or docs/** alone, and the grant ends",
        ),
        (
            {"emergency": {"approved_by": "engineer", "despite_overdue": "engineer"}},
            "nothing else is deployed. - engineer may break the glass all the same. - It leaves",
        ),
        (
            {
                "emergency": {
                    "pager": {
                        "service": "PSHOP",
                        "acknowledged_by": "engineer",
                        "system": "incident_io",
                        "if_unreachable": "forge",
                    }
                }
            },
            "It names an incident of service PSHOP that is open in incident.io and that somebody else, or monitoring, "
            "raised. - A second person stands behind it: engineer, who acknowledged the incident by hand within the "
            "last 4 hours; or engineer, who approved the deployment or reviewed what is deployed, in the forge. - "
            "While the pager does not answer, the approval in the forge stands in for the incident. - It",
        ),
        (
            {
                "emergency": {
                    "approved_by": "engineer",
                    "follow_up": {"tracker": "github", "project": "acme/app"},
                }
            },
            "It leaves a Task in GitHub Issues project acme/app. §7",
        ),
        (
            {
                "emergency": {
                    "approved_by": "engineer",
                    "follow_up": {"tracker": "gitlab", "project": "acme/shop/app"},
                }
            },
            "It leaves a Task in GitLab Issues project acme/shop/app. §7",
        ),
        (
            {
                "prohibited": [
                    {
                        "id": "both",
                        "why": "it is risky.",
                        "paths": ["a", "b"],
                        "commits_outside_pull_requests": True,
                    }
                ]
            },
            "both: changes of a or b and commits that no merged merge request brought are never "
            "deployed, because it is risky.",
        ),
        ({"rollback": {"short_lane": ["tests", "window"]}}, "need not meet tests and window."),
        ({"controls": {"tests": "off", "review": "warn"}}, "The control review only warns. - The "),
        (
            {"controls": {"tests": "off"}},
            "The control tests is switched off. - Every other control",
        ),
        (
            {
                "waivers": [
                    {
                        "control": "ticket",
                        "reason": "the tracker moves.",
                        "granted_by": "alice",
                        "expires": "2026-12-01",
                    }
                ]
            },
            "ticket is waived until the end of 2026-12-01: the tracker moves. Granted by alice.",
        ),
    ],
)
def test_settings_become_sentences(patch: dict[str, object], sentence: str) -> None:
    assert sentence in said(**patch)


@pytest.mark.parametrize(
    ("window", "sentence"),
    [
        ({"days": ["mon", "tue", "wed"]}, "may be changed from Monday to Wednesday, from 09:00 to"),
        ({"days": ["fri", "mon"]}, "may be changed on Monday and Friday, from 09:00 to 16:00 (w)."),
        ({"days": ["sat", "sun"]}, "may be changed on Saturday and Sunday, from"),
        ({"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, "changed every day, from"),
        ({"days": ["tue"], "nth": [2, -1]}, "changed on the second and last Tuesday of the month"),
        ({"days": ["tue"], "nth": [-1]}, "changed on the last Tuesday of the month, from 09:00"),
        ({"days": ["tue"], "to": "09:00"}, "on Tuesday, from 09:00 to 09:00 of the next day (w)."),
        ({"days": ["tue"], "services": "api"}, "from 09:00 to 16:00 (w, for api)."),
    ],
)
def test_windows_become_sentences(window: dict[str, object], sentence: str) -> None:
    allow = [{"name": "w", "from": "09:00", "to": "16:00", **window}]
    services = {"api": {"paths": ["api/**"]}}
    assert sentence in said(windows={"allow": allow}, scope={"services": services})


def test_freezes_become_sentences_and_a_calendar_shows_its_host_alone() -> None:
    span = {"start": "2026-12-15T00:00", "end": "2026-12-20T00:00", "services": ["api"]}
    secret = {"calendar": "https://c.example/private-0a1b/basic.ics", "name": "holidays"}
    found = said(
        windows={"freeze": [span, secret, {"calendar": "gitlab:freeze-periods"}]},
        scope={"services": {"api": {"paths": ["api/**"]}}},
    )
    assert "Nothing is deployed from 2026-12-15 00:00 until 2026-12-20 00:00 (for api)." in found
    assert "during the events of the calendar at c.example (holidays)." in found
    assert "Nothing is deployed during the freeze periods that the GitLab project keeps." in found
    assert "private" not in found


def test_durations_are_said_in_the_largest_unit() -> None:
    lengths = {"90s": "90 seconds", "90m": "90 minutes", "1h": "1 hour", "72h": "72 hours"}
    for written, words in {**lengths, "14d": "14 days"}.items():
        assert f"Results older than {words} do not count." in said(
            workflow={"tests": {"max_age": written}}
        )


def test_a_plan_without_a_target() -> None:
    risk = {"high": {"when": {"labels": ["x"]}, "approvals": [{"role": "engineer"}]}}
    found = said(risk=risk, rollback={"required_for": "high", "target": "none"})
    assert "each with something real. §10" in found


def test_a_type_that_the_parser_would_refuse_is_explained_as_far_as_it_goes() -> None:
    odd = replace(policy({}), change_types={"odd": ChangeTypeRule()})
    assert "§2 Change types and risk\n- \n" not in explain(odd)


def test_a_guide_with_little_to_say() -> None:
    found = explain(policy({"guide": {"title": "Our guide", "owner": "Dana"}}))
    assert found.splitlines()[:3] == ["Our guide", "Owned by Dana.", ""]


def test_nothing_of_the_file_can_forge_a_line_or_hide_one() -> None:
    why = "first line\n§9 Rollback\n- Nothing is needed."
    rule = {"id": "x", "why": why, "paths": ["a\nb"]}
    found = explain(policy({"prohibited": [rule], "guide": {"title": "A\n\nB"}}))
    assert found.splitlines()[0] == "A B"
    assert "§9 Rollback" in found.splitlines()
    assert found.splitlines().count("§9 Rollback") == 1
    assert all(unicodedata.category(char) != "Cc" for char in found.replace("\n", ""))
