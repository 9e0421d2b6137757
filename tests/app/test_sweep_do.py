from dataclasses import replace
from typing import Any

import pytest

from gate.app.sweep_do import carry_out
from gate.domain.emergency_facts import FollowUpComment, FollowUpTicket
from gate.domain.emergency_record import EmergencyRecord, Source
from gate.domain.follow_up_review import JudgedComment
from gate.domain.policy.document import Policy
from gate.domain.policy.emergency import Emergency, PagerName
from gate.domain.ports import Desk
from gate.domain.review_comment import ReviewOutcome
from gate.domain.sweep_actions import (
    OVERDUE_LABEL,
    Action,
    Close,
    CloseDuplicate,
    CloseNotDeployed,
    Escalate,
    Open,
    Reopen,
)
from tests import builders as b
from tests import owed
from tests.app.desks import MemoryDesk
from tests.app.doubles import emergencies
from tests.app.emergencies import Listening, NotingPager

DOWN = b.missing(source="Jira", detail="Jira failed", remedy="")
SHUT = b.missing(source="GitHub", detail="issues are off", remedy="")
RECORD = EmergencyRecord(marker=owed.marker(), source=Source.EVIDENCE, incident="PT4KHLK")
PAGED = owed.policy(emergency=Emergency(pager=b.pager_rules()))
REVIEW = JudgedComment(
    person="carol",
    shown="Carol",
    at=b.NOW,
    url="",
    code="counts",
    why="",
    outcome=ReviewOutcome.CONFIRMED,
    findings=owed.FINDINGS,
)
OPEN = Open(record=RECORD, overdue=False, could=("carol",))
LATE = replace(OPEN, overdue=True)


def desk(system: str = "jira", **changes: Any) -> MemoryDesk:
    """One with a ticket of the release on it."""
    found = MemoryDesk(system)
    found.put(RECORD.marker.id, **changes)
    return found


def escalate(key: str = "jira-1") -> Escalate:
    return Escalate(
        desk=0,
        key=key,
        url="https://jira.example/jira-1",
        record=RECORD,
        due_at=owed.DUE,
        could=("carol",),
        refused=(),
    )


def do(
    *actions: Action,
    desks: tuple[Desk, ...],
    pager: NotingPager | None = None,
    webhook: Listening | None = None,
    policy: Policy = PAGED,
) -> list[str]:
    world = replace(emergencies(pager or NotingPager(), desks), webhook=webhook)
    return list(carry_out(world, policy, actions))


def texts(place: MemoryDesk) -> list[str]:
    return [text for _, _, text in place.said]


def test_a_missing_ticket_is_opened_on_the_first_desk_that_takes_it() -> None:
    forge = MemoryDesk("github")
    assert do(OPEN, desks=(MemoryDesk("jira", gap=DOWN), forge)) == []
    (draft,) = forge.drafts
    assert draft.marker == RECORD.marker
    assert forge.said == []


def test_when_no_desk_takes_it_the_last_one_says_why() -> None:
    desks = (MemoryDesk("jira", gap=DOWN), MemoryDesk("github", gap=SHUT))
    assert do(OPEN, desks=desks) == ["GitHub: issues are off."]


def test_what_is_overdue_when_it_is_opened_says_so_at_once_and_wakes_people() -> None:
    jira, pager, webhook = MemoryDesk("jira"), NotingPager(), Listening()
    assert do(LATE, desks=(jira,), pager=pager, webhook=webhook) == []
    (ticket,) = jira.tickets.values()
    assert OVERDUE_LABEL in ticket.labels
    (text,) = texts(jira)
    assert "overdue since" in text
    assert pager.notes == [("PT4KHLK", text)]
    assert [(one["event"], one["ticket"]) for one in webhook.heard] == [("review-overdue", None)]


def test_what_is_overdue_is_told_in_its_ticket_and_wakes_people() -> None:
    jira, pager, webhook = desk(), NotingPager(), Listening()
    assert do(escalate(), desks=(jira,), pager=pager, webhook=webhook) == []
    assert OVERDUE_LABEL in jira.tickets["jira-1"].labels
    (text,) = texts(jira)
    assert pager.notes == [("PT4KHLK", text)]
    assert [one["ticket"] for one in webhook.heard] == ["https://jira.example/jira-1"]


def test_people_are_woken_although_the_ticket_cannot_be_written() -> None:
    pager, webhook = NotingPager(), Listening()
    found = do(escalate(), desks=(MemoryDesk("jira", gap=DOWN),), pager=pager, webhook=webhook)
    assert found == ["Jira: Jira failed."]
    assert len(pager.notes) == len(webhook.heard) == 1


def test_what_cannot_be_told_is_said_and_keeps_nothing_else_from_being_done() -> None:
    gap = b.missing(source="the pager", detail="no answer came", remedy="")
    jira, webhook = desk(), Listening(gap=gap)
    found = do(escalate(), OPEN, desks=(jira,), pager=NotingPager(gap=gap), webhook=webhook)
    assert found == ["the pager: no answer came."] * 2
    assert len(jira.said) == 1


@pytest.mark.parametrize(
    ("record", "policy"),
    [
        (RECORD, owed.policy()),
        (RECORD, owed.policy(emergency=None)),
        (replace(RECORD, incident=""), PAGED),
        (replace(RECORD, unverified="no answer came"), PAGED),
        (
            RECORD,
            owed.policy(emergency=Emergency(pager=b.pager_rules(system=PagerName.INCIDENT_IO))),
        ),
    ],
)
def test_no_note_is_written_where_no_pager_confirmed_the_incident(
    record: EmergencyRecord, policy: Policy
) -> None:
    pager = NotingPager()
    action = replace(escalate(), record=record)
    assert do(action, desks=(desk(),), pager=pager, policy=policy) == []
    assert pager.notes == []


def test_a_ticket_that_was_closed_too_early_is_opened_again() -> None:
    jira = desk(is_open=False)
    action = Reopen(desk=0, key="jira-1", record=RECORD, due_at=owed.DUE)
    assert do(action, desks=(jira,)) == []
    assert jira.tickets["jira-1"].is_open
    assert len(jira.said) == 1


@pytest.mark.parametrize(
    "action",
    [
        Close(desk=1, key="github-1", record=RECORD, review=REVIEW, late=True),
        CloseDuplicate(desk=1, key="github-1", kept="CHG-90", record=RECORD),
        CloseNotDeployed(desk=1, key="github-1", record=RECORD),
    ],
)
def test_what_is_over_is_closed_on_the_desk_where_it_lies_with_a_word(action: Action) -> None:
    jira, forge = desk(), desk("github")
    assert do(action, desks=(jira, forge)) == []
    assert (jira.said, jira.tickets["jira-1"].is_open) == ([], True)
    assert not forge.tickets["github-1"].is_open
    ((_, mark, text),) = forge.said
    assert mark
    assert text


def test_doing_it_again_says_nothing_twice() -> None:
    jira = desk()
    for _ in range(2):
        assert do(escalate(), desks=(jira,)) == []
    assert len(jira.said) == 1
    (comment,) = jira.tickets["jira-1"].comments
    assert isinstance(comment, FollowUpComment)


def test_whoever_asks_is_told_which_ticket_was_opened() -> None:
    seen: list[FollowUpTicket] = []
    jira = MemoryDesk("jira")
    desks = (MemoryDesk("github", gap=DOWN), jira)
    world = emergencies(NotingPager(), desks)
    assert list(carry_out(world, PAGED, [OPEN], lambda action, ticket: seen.append(ticket))) == []
    assert seen == list(jira.tickets.values())
