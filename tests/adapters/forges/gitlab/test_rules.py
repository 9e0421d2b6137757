from __future__ import annotations

from typing import Any

import pytest

from gate.adapters.forges.gitlab.rules import unseen
from gate.domain.facts import ForgeRule, ForgeRules, WeakerRule
from tests.adapters.forges.gitlab.canned import HOME, READ, Raw, approvals, gitlab, rule, ruled

STATE = f"{HOME}/merge_requests/12/approval_state"
PROJECT = f"{HOME}/approval_rules"
FORBIDDEN = Raw(403, {"message": "403 Forbidden"})


def found(changes: dict[str, Any] | None = None, read: str = READ) -> ForgeRules | None:
    with gitlab(changes, read=read) as (asked, _):
        (merged,) = asked.change(asked.baseline(), "main").merge_requests
    return merged.forge_rules


def weaker(
    own: dict[str, Any], *project: dict[str, Any]
) -> list[tuple[str, int | None, list[str]]]:
    """What is weaker in a merge request with these rules than in the project: name, asked for, and who may as well."""
    told = found({STATE: own, PROJECT: list(project)})
    assert told is not None
    assert told.missing is None
    return [(one.name, one.asks, [who.login for who in one.also]) for one in told.weaker]


def test_the_rules_of_a_merge_request_come_with_who_met_them() -> None:
    told = found(
        {STATE: ruled(rule(), rule("security", 2, "erin", approved=False, approved_by=[]))}
    )
    assert told is not None
    everybody, security = told.rules
    assert (everybody.name, everybody.required, everybody.met) == ("All Members", 1, True)
    assert [who.login for who in everybody.approved_by] == ["carol"]
    assert security == ForgeRule(name="security", required=2, met=False)


def test_a_copy_of_the_projects_rules_weakens_nothing() -> None:
    told = found()
    assert told is not None
    assert told.overwritten
    assert (told.weaker, told.missing) == ((), None)


def test_more_than_the_project_asks_for_weakens_nothing() -> None:
    own = ruled(rule("All", 2), rule("security", 2, "erin"), rule("extra", 1, "dave"))
    assert weaker(own, rule(), rule("security", 1, "erin", "carol")) == []


def test_fewer_approvals_are_weaker() -> None:
    assert weaker(ruled(rule("Anybody", 1)), rule("All Members", 2)) == [("All Members", 1, [])]


def test_a_rule_that_is_gone_is_weaker() -> None:
    assert weaker(ruled(rule()), rule(), rule("security", 1, "erin")) == [("security", None, [])]


def test_a_rule_for_some_that_became_one_for_everybody_is_gone() -> None:
    own = ruled(rule("security", 1))
    assert weaker(own, rule("security", 1, "erin")) == [("security", None, [])]


def test_further_people_are_weaker() -> None:
    own = ruled(rule("security", 1, "mallory", "erin", "dave"))
    assert weaker(own, rule("security", 1, "erin")) == [("security", 1, ["dave", "mallory"])]


@pytest.mark.parametrize("hidden", ["own", "project"])
def test_where_people_are_hidden_nobody_can_compare_them(hidden: str) -> None:
    hides = {"contains_hidden_groups": True}
    own = rule("security", 1, "erin", "dave", **(hides if hidden == "own" else {}))
    project = rule("security", 1, "erin", **(hides if hidden == "project" else {}))
    assert weaker(ruled(own), project) == []


@pytest.mark.parametrize(
    ("more", "covers"),
    [
        ({}, True),
        ({"protected_branches": [{"name": "main"}]}, True),
        ({"protected_branches": [{"name": "m*"}]}, True),
        ({"protected_branches": [{"name": "release/*"}]}, False),
        (
            {
                "protected_branches": [{"name": "release/*"}],
                "applies_to_all_protected_branches": True,
            },
            True,
        ),
        (
            {"protected_branches": [], "applies_to_all_protected_branches": False},
            True,
        ),
        ({"rule_type": "report_approver"}, False),
        ({"approvals_required": 0}, False),
    ],
)
def test_only_rules_of_people_for_this_branch_that_ask_for_anything_are_compared(
    more: dict[str, Any], covers: bool
) -> None:
    project = rule("security", 1, "erin", **more)
    assert bool(weaker(ruled(rule()), rule(), project)) is covers


def test_rules_of_code_owners_are_no_copies_of_the_projects() -> None:
    own = ruled(rule("security", 1, "erin", rule_type="code_owner"))
    assert weaker(own, rule("security", 1, "erin")) == [("security", None, [])]


def test_without_rules_of_its_own_nothing_is_compared_with_the_projects() -> None:
    changes = {
        STATE: ruled(rule("x", 0), overwritten=False),
        PROJECT: [rule("security", 2, "erin")],
    }
    with gitlab(changes) as (asked, canned):
        (merged,) = asked.change(asked.baseline(), "main").merge_requests
    assert merged.forge_rules == ForgeRules(
        rules=(ForgeRule(name="x", required=0, met=True, approved_by=merged_by(merged)),)
    )
    # It is asked beside the merge request's, since nearly every one has rules of its own after the merge.
    assert canned.count(PROJECT) == 1


def merged_by(merged: Any) -> Any:
    return merged.forge_rules.rules[0].approved_by


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({STATE: FORBIDDEN}, "not-permitted"),
        ({STATE: {"rules": []}}, "unreadable"),
        ({STATE: Raw(404, {"message": "404 Not found"})}, "not-found"),
        ({PROJECT: FORBIDDEN}, "not-permitted"),
        ({PROJECT: [{"name": "x"}]}, "unreadable"),
    ],
)
def test_rules_that_cannot_be_read_are_missing_and_the_change_is_not(
    changes: dict[str, Any], code: str
) -> None:
    told = found(changes)
    assert told is not None
    assert told.missing is not None
    assert told.missing.reason_code == code
    assert told.weaker == ()


def test_what_the_project_asks_for_does_not_matter_where_the_rules_are_its_own() -> None:
    told = found({STATE: ruled(rule(), overwritten=False), PROJECT: FORBIDDEN})
    assert told is not None
    assert told.missing is None


def test_a_tier_without_rules_is_not_asked_for_them() -> None:
    free = {
        **approvals(("carol", "2026-11-25T11:00:00Z")),
        "merge_request_approvers_available": False,
    }
    with gitlab({f"{HOME}/merge_requests/12/approvals": free}) as (asked, canned):
        (merged,) = asked.change(asked.baseline(), "main").merge_requests
    assert merged.forge_rules is None
    assert canned.count(STATE) == canned.count(PROJECT) == 0


def test_the_job_token_alone_shows_no_rules_and_says_which_token_would() -> None:
    missing = unseen(12).missing
    assert missing is not None
    assert missing.reason_code == "not-permitted"
    assert "!12" in missing.source
    assert "CHANGE_GATE_GITLAB_TOKEN" in missing.remedy


def test_a_weaker_rule_says_what_the_project_asks_for() -> None:
    told = found({PROJECT: [rule("security", 2, "erin")]})
    assert told is not None
    assert told.weaker == (WeakerRule(name="security", project_asks=2, asks=None),)
