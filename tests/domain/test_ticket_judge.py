from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from gate.domain.derived import JudgedTicket
from gate.domain.facts import Ticket, TicketState
from gate.domain.identity import Identity, Kind
from gate.domain.policy.workflow import TicketRules
from gate.domain.ticket_judge import COUNTS, WHY_NOT, Bench
from tests.domain.slips import (
    APPROVED,
    GITLAB,
    ISSUES,
    JIRA,
    edit,
    issue,
    jira,
    labelled,
    move,
    step,
    with_rules,
    work_item,
)
from tests.domain.who import ALICE, ALICE_JIRA, BOB, CUSTOMER, DANA_JIRA, NOON, at

CAROL_GITLAB = Identity(system="gitlab", login="carol.d", id="7")
ALICE_ON_GITLAB = Identity(system="gitlab", login="alice-ng", id="8")
"""Alice has no account on GitLab in the policy: who this is, nobody knows."""
BOT = replace(ALICE_JIRA, kind=Kind.BOT, id="bot", name="Automation")


def judge(
    ticket: Ticket, rules: TicketRules = JIRA, merges: Sequence[datetime] = ()
) -> JudgedTicket:
    return Bench.of(with_rules(rules), NOON).judge(ticket, merges)


def test_an_approval_by_a_person_counts_and_says_so() -> None:
    judged = judge(jira(APPROVED))
    assert (judged.counts, judged.code, judged.person) == (True, COUNTS, "alice")
    assert (judged.approver, judged.approved_at) == (ALICE_JIRA, at(-10))
    assert judged.why == (
        "was approved by Alice Ng (Jira 5b-alice) on 2026-11-25 02:00 UTC (it is Approved now)"
    )


def test_an_approving_label_counts_on_github() -> None:
    judged = judge(issue(labelled("approved", -8)), ISSUES)
    assert (judged.counts, judged.person) == (True, "alice")
    assert "it is approved now" in judged.why


@pytest.mark.parametrize(
    ("ticket", "code", "why"),
    [
        (jira(APPROVED, key="CHG-9", asked="CHG-7"), "moved", "answers with CHG-9"),
        (jira(APPROVED, key="SUP-7"), "moved", "is in SUP"),
        (jira(APPROVED, move()), "moved", "moved it here on 2026-11-25 07:00"),
        (issue(key="CHG-7"), "moved", "not allowed here"),
        (jira(APPROVED, edit("assignee", 1)), "future", "yet to come"),
        (replace(jira(APPROVED), created_at=at(1)), "future", "yet to come"),
        (jira(APPROVED, status="rejected "), "rejected", "it is rejected  now"),
        (jira(APPROVED, state=TicketState.REJECTED), "rejected", "it is Approved now"),
        (jira(APPROVED, status="Done", state=TicketState.DONE), "closed", "02:00 UTC: it is Done now"),
        (jira(status="Done", state=TicketState.DONE), "closed", "was closed: it is Done now"),
        (jira(status="Review"), "never", "it is Review, and Approved or Scheduled is needed"),
        (jira(), "no-history", "is Approved, but its history"),
        (jira(step("Open", "Review")), "no-history", "is Approved, but"),
        (jira(APPROVED, step("Approved", "To do", -5), status="To do"), "withdrawn",
         "Alice Ng (Jira 5b-alice) moved it from Approved to To do on"),
        (jira(APPROVED, step("", "Review", -5), status="Review"), "withdrawn", "set Review on"),
        (jira(APPROVED, status="Review"), "withdrawn", "was approved, but it is Review now"),
        (jira(step("Review", "Approved", by=None)), "unknown-actor", "does not say by whom"),
        (jira(step("Review", "Approved", by=replace(ALICE_JIRA, kind=Kind.UNKNOWN))), "unknown-actor",
         "does not say by whom"),
        (jira(step("Review", "Approved", by=BOT)), "bot", "the machine Automation"),
        (jira(step("Review", "Approved", by=CUSTOMER)), "unmapped", "A Customer (Jira qm-1)"),
        (jira(APPROVED, edit("description", -5)), "changed",
         "Dana Wu (Jira 5b-dana) changed description on 2026-11-25 07:00 UTC"),
        (jira(APPROVED, edit("description", -5, by=None)), "changed", "somebody unknown changed"),
        (jira(APPROVED, edit("description", -5, by=BOT)), "changed", "Automation"),
    ],
)  # fmt: skip
def test_a_ticket_that_does_not_stand_says_why(ticket: Ticket, code: str, why: str) -> None:
    judged = judge(ticket)
    assert (judged.code, judged.counts) == (code, False)
    assert why in judged.why
    assert code in WHY_NOT


@pytest.mark.parametrize(
    ("ticket", "code"),
    [
        (issue(labelled("approved"), labels=("approved", "Rejected")), "rejected"),
        (issue(labelled("approved"), labelled("", -5, before="approved"), labels=()), "withdrawn"),
        (issue(labelled("approved"), labels=()), "withdrawn"),
        (issue(), "no-history"),
        (issue(labels=("bug",)), "never"),
        (issue(labelled("approved", by=BOB), key="ACME/app#3", asked="acme/app#3"), COUNTS),
        (issue(labelled("approved"), key="acme/old#3"), "moved"),
        (issue(labelled("approved"), edit("title", -5)), "changed"),
    ],
)
def test_an_issue_is_judged_by_its_labels(ticket: Ticket, code: str) -> None:
    assert judge(ticket, ISSUES).code == code


YES, NO = "workflow::approved", "workflow::rejected"
CLOSED = step("open", "closed", -2, by=CAROL_GITLAB, field="state")


@pytest.mark.parametrize(
    ("ticket", "code"),
    [
        (work_item(labelled(YES, by=CAROL_GITLAB)), COUNTS),
        (work_item(labelled(YES, by=CAROL_GITLAB), key="Acme/Shop/App#3", asked="acme/shop/app#3"), COUNTS),
        (work_item(labelled(YES, by=CAROL_GITLAB), CLOSED, state=TicketState.DONE), COUNTS),
        (work_item(labelled(YES, by=CAROL_GITLAB), replace(CLOSED, at=at(-1)), state=TicketState.DONE), "closed"),
        (work_item(labelled(YES, by=CAROL_GITLAB), labels=(YES, NO)), "rejected"),
        (work_item(labelled(YES, by=CAROL_GITLAB), labels=()), "withdrawn"),
        (work_item(labelled(YES, by=ALICE_ON_GITLAB)), "unmapped"),
        (work_item(labelled(YES, by=CAROL_GITLAB), edit("body", -5, CAROL_GITLAB)), "changed"),
        (work_item(labelled(YES, by=CAROL_GITLAB), key="acme/other#3"), "moved"),
        (work_item(labelled(YES, by=CAROL_GITLAB), key="acme/changes#3", asked="acme/shop/app#9"), "moved"),
        (replace(work_item(labelled(YES, by=CAROL_GITLAB)), tracker="github"), "moved"),
    ],
)  # fmt: skip
def test_an_issue_of_gitlab_is_judged_as_one_of_github(ticket: Ticket, code: str) -> None:
    assert judge(ticket, GITLAB, [at(-2)]).code == code


def test_the_label_of_a_withdrawn_approval_is_named() -> None:
    ticket = issue(labelled("approved"), labelled("", -5, before="approved"), labels=())
    assert "@alice-ng took approved off on" in judge(ticket, ISSUES).why


def test_a_jira_label_approves_nothing() -> None:
    assert judge(replace(jira(status="Open"), labels=("Approved",))).code == "never"


def test_an_issue_closed_by_its_own_merge_still_stands() -> None:
    closed = step("open", "closed", -2, by=ALICE, field="state")
    ticket = issue(labelled("approved", -8), closed, state=TicketState.DONE)
    assert judge(ticket, ISSUES, [at(-2)]).counts
    assert judge(ticket, ISSUES, [at(-3)]).code == "closed"


def test_the_first_person_of_the_standing_approval_is_the_approver() -> None:
    by_machine = step("Review", "Approved", -9, by=BOT)
    by_person = step("Approved", "Scheduled", -8, by=DANA_JIRA)
    judged = judge(jira(by_machine, by_person, status="Scheduled"))
    assert (judged.person, judged.approved_at) == ("dana", at(-8))
    carried_on = judge(jira(APPROVED, by_person, status="Scheduled"))
    assert (carried_on.person, carried_on.approved_at) == ("alice", at(-10))


def test_an_edit_between_approved_and_scheduled_voids_the_approval() -> None:
    history = (APPROVED, edit("summary", -9), step("Approved", "Scheduled", -8, by=DANA_JIRA))
    assert judge(jira(*history, status="Scheduled")).code == "changed"


def test_a_second_approval_mends_an_edit() -> None:
    history = (
        APPROVED,
        edit("summary", -9),
        step("Approved", "Review", -8),
        step("Review", "Approved", -7),
    )
    assert judge(jira(*history)).counts


def test_the_approver_of_an_approval_that_does_not_stand_is_still_told() -> None:
    judged = judge(jira(APPROVED, edit("summary")))
    assert (judged.approver, judged.person, judged.counts) == (ALICE_JIRA, "alice", False)


def test_clocks_may_be_a_minute_apart() -> None:
    second = timedelta(seconds=1)
    late = replace(APPROVED, at=NOON + 60 * second)
    assert judge(jira(late)).counts
    assert judge(jira(replace(late, at=late.at + second))).code == "future"


def test_keys_of_jira_are_one_only_in_one_spelling() -> None:
    assert judge(jira(APPROVED, key="CHG-7", asked="chg-7")).code == "moved"


def test_hostile_names_are_made_harmless() -> None:
    ticket = jira(APPROVED, edit("desc\u202eription\n##[error]"))
    assert "desc\\u202eription\\u000a##[error]" in judge(ticket).why
