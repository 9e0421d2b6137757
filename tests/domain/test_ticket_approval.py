from dataclasses import replace

import pytest

from gate.domain.derived import JudgedTickets, ScopedChange
from gate.domain.facts import Clock, Fact, MergeRequest, Run, Ticket, Tickets, TicketState
from gate.domain.missing import Missing
from gate.domain.policy.workflow import TicketRules
from gate.domain.ticket_approval import COUNTS, WHY_NOT, judged_tickets
from tests.domain.slips import (
    APPROVED,
    ISSUES,
    JIRA,
    issue,
    jira,
    labelled,
    naming,
    step,
    with_rules,
)
from tests.domain.who import NOON, at, run, scoped

Known = dict[type[Fact], Fact | Missing]


def known(
    *requests: MergeRequest, tickets: tuple[Ticket, ...], for_run: tuple[str, ...] = ()
) -> Known:
    return {
        ScopedChange: scoped(*requests),
        Tickets: Tickets(tickets=tickets, named_for_run=for_run),
        Run: run(),
        Clock: Clock(now=NOON),
    }


def judged(facts: Known, rules: TicketRules = JIRA) -> JudgedTickets:
    found = judged_tickets(facts, with_rules(rules))
    assert isinstance(found, JudgedTickets)
    return found


def test_every_merge_request_stands_under_the_tickets_that_it_names() -> None:
    requests = (
        naming("CHG-7 a", number=1),
        naming("CHG-8, CHG-7 b", number=2),
        naming("c", number=3),
    )
    found = judged(known(*requests, tickets=(jira(APPROVED), jira(key="CHG-8", status="Open"))))
    assert found.by_request == {1: ("CHG-7",), 2: ("CHG-8", "CHG-7"), 3: ()}
    assert [(item.ticket.key, item.code) for item in found.tickets] == [
        ("CHG-7", COUNTS),
        ("CHG-8", "never"),
    ]


def test_a_ticket_given_for_the_run_covers_what_names_none_and_is_judged_itself() -> None:
    requests = naming("CHG-7 a", number=1), naming("b", number=2)
    tickets = jira(APPROVED), jira(key="OPS-1", status="Open")
    found = judged(known(*requests, tickets=tickets, for_run=("OPS-1",)))
    assert found.by_request == {1: ("CHG-7",), 2: ("OPS-1",)}
    assert [item.ticket.key for item in found.tickets] == ["OPS-1", "CHG-7"]


def test_a_ticket_of_a_merge_request_out_of_scope_is_not_judged() -> None:
    found = judged(known(naming("CHG-7 a"), tickets=(jira(APPROVED), jira(key="CHG-8"))))
    assert [item.ticket.key for item in found.tickets] == ["CHG-7"]


def test_without_merge_requests_and_tickets_there_is_nothing_to_judge() -> None:
    assert judged(known(tickets=())) == JudgedTickets(plan_field="Backout plan")


def test_an_issue_closed_by_the_merge_of_its_own_request_counts() -> None:
    closed = step("open", "closed", -2, field="state")
    ticket = issue(labelled("approved"), closed, state=TicketState.DONE)
    own = naming("Fixes #3")
    assert judged(known(own, tickets=(ticket,)), ISSUES).tickets[0].counts
    other = replace(own, title="x")
    found = judged(
        known(other, replace(own, number=13, merged_at=at(-9)), tickets=(ticket,)), ISSUES
    )
    assert found.tickets[0].code == "closed"
    assert (
        judged(known(replace(own, merged_at=None), tickets=(ticket,)), ISSUES).tickets[0].code
        == "closed"
    )


def test_a_named_ticket_that_nobody_asked_for_leaves_all_of_it_missing() -> None:
    found = judged_tickets(
        known(naming("CHG-7 CHG-8"), tickets=(jira(APPROVED),)), with_rules(JIRA)
    )
    assert isinstance(found, Missing)
    assert (found.source, found.reason_code) == ("jira: CHG-8", "not-gathered")


@pytest.mark.parametrize("fact", [ScopedChange, Tickets, Run, Clock])
def test_without_its_facts_nothing_is_judged(fact: type[Fact]) -> None:
    facts = known(naming("CHG-7"), tickets=(jira(APPROVED),))
    gap = Missing(source="x", reason_code="unavailable", detail="down", retriable=True)
    found = judged_tickets({**facts, fact: gap}, with_rules(JIRA))
    assert isinstance(found, Missing)
    assert (found.source, found.reason_code, found.retriable) == ("x", "unavailable", True)
    assert "down" in found.detail


def test_every_reason_is_explained() -> None:
    assert COUNTS not in WHY_NOT
    assert all(text and code == code.lower() for code, text in WHY_NOT.items())
