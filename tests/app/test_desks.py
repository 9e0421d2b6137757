from collections.abc import Callable

import pytest

from gate.app.desks import ClosedDesk, desks_of
from gate.domain.policy.document import Policy
from gate.domain.policy.emergency import FollowUpRules
from gate.domain.policy.workflow import TrackerName
from gate.domain.ports import Desk, FactMissing
from gate.render.follow_up import draft_of
from tests import builders as b
from tests.app.desks import MemoryDesk
from tests.app.emergencies import granted, policy

GAP = b.missing(reason_code="not-configured")
JIRA = FollowUpRules(tracker=TrackerName.JIRA, project="CHG")


def chosen(rules: Policy, forge: str = "github") -> tuple[tuple[Desk, ...], list[str]]:
    asked: list[str] = []

    def tracker(follow_up: FollowUpRules) -> Desk:
        asked.append(follow_up.project)
        return MemoryDesk(follow_up.tracker.value)

    def issues(project: str) -> Desk:
        asked.append(project)
        return MemoryDesk(forge)

    return desks_of(rules, forge, "acme/app", tracker, issues), asked


def test_the_tracker_of_the_policy_comes_first_and_the_forge_after_it() -> None:
    desks, asked = chosen(policy(follow_up=JIRA))
    assert [desk.system for desk in desks] == ["jira", "github"]
    assert sorted(asked) == ["CHG", "acme/app"]


@pytest.mark.parametrize(
    "rules",
    [
        policy(follow_up=None),
        b.policy(),
        policy(follow_up=FollowUpRules(tracker=TrackerName.GITHUB, project="Acme/App")),
    ],
)
def test_the_issues_of_the_forge_alone_are_asked_once(rules: Policy) -> None:
    desks, asked = chosen(rules)
    assert [desk.system for desk in desks] == ["github"]
    assert asked == ["acme/app"]


def test_another_project_of_the_same_forge_is_another_desk() -> None:
    elsewhere = FollowUpRules(tracker=TrackerName.GITHUB, project="acme/reviews")
    desks, asked = chosen(policy(follow_up=elsewhere))
    assert [desk.system for desk in desks] == ["github", "github"]
    assert sorted(asked) == ["acme/app", "acme/reviews"]


def test_what_is_not_configured_is_a_desk_that_answers_nothing_rather_than_none() -> None:
    def refuse(_: object) -> Desk:
        raise FactMissing(GAP)

    desks = desks_of(policy(follow_up=JIRA), "gitlab", "acme/app", refuse, refuse)
    assert desks == (ClosedDesk("jira", GAP), ClosedDesk("gitlab", GAP))


DESK = ClosedDesk("jira", GAP)


@pytest.mark.parametrize(
    "ask",
    [
        DESK.follow_ups,
        lambda: DESK.find("3f2a91c07d5e"),
        lambda: DESK.open(draft_of(granted(), policy(), "jira")),
        lambda: DESK.comment("CHG-1", "text", "mark"),
        lambda: DESK.close("CHG-1", "text", "mark"),
        lambda: DESK.reopen("CHG-1", "text", "mark"),
        lambda: DESK.label("CHG-1", "overdue"),
    ],
)
def test_a_closed_desk_says_of_everything_why(ask: Callable[[], object]) -> None:
    with pytest.raises(FactMissing) as raised:
        ask()
    assert raised.value.missing == GAP
