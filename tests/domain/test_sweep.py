from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, assert_never

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.domain.emergency_facts import FollowUpComment, FollowUpTicket
from gate.domain.emergency_record import EmergencyRecord, Source
from gate.domain.follow_up import LABEL, LET_THROUGH
from gate.domain.follow_up_marker import id_label, marker_fields
from gate.domain.grant import Owed
from gate.domain.landing import Landed, Landing
from gate.domain.missing import Missing
from gate.domain.silence import Silence
from gate.domain.sweep import Plan, Question, Shelf, plan
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
from gate.domain.sweep_release import Row, State
from tests import builders as b
from tests import owed
from tests.domain import small_team as team

LATE = owed.after_deadline(hours=5)
ID = owed.marker().id
OUT = Landed(state=Landing.DEPLOYED, at=owed.ISSUED + timedelta(minutes=5))
NEVER = Landed(state=Landing.NO_SUCCESS)
DOWN = b.missing(source="Jira", detail="Jira answered 503.")


def record(**marker: Any) -> EmergencyRecord:
    said = owed.marker(**marker)
    return EmergencyRecord(
        marker=said, source=Source.EVIDENCE, expires_at=said.issued_at + timedelta(minutes=60)
    )


def sweep(
    *tickets: FollowUpTicket,
    records: Iterable[EmergencyRecord] = (record(),),
    landings: Mapping[str, Landed] | None = None,
    forge: tuple[FollowUpTicket, ...] | Missing = (),
    now: datetime = b.NOW,
    jira: Missing | None = None,
    **policy: Any,
) -> Plan:
    asked = Question(repository_id="4242", now=now, policy=owed.policy(**policy))
    shelves = [Shelf(system="jira", tickets=jira or tickets), Shelf(system="github", tickets=forge)]
    return plan(asked, records, {ID: OUT} if landings is None else landings, shelves)


def only(found: Plan) -> Row:
    (row,) = found.rows
    return row


def kinds(found: Plan) -> list[type[object]]:
    return [type(action) for action in found.actions]


def test_a_release_without_a_ticket_gets_one() -> None:
    found = sweep()
    assert found.actions == (Open(record=record(), overdue=False, could=("carol",)),)
    row = only(found)
    assert (row.state, row.key, row.due_at) == (State.OPEN, "", owed.DUE)
    assert row.note == "it has no ticket yet"
    (late,) = sweep(now=LATE).actions
    assert isinstance(late, Open)
    assert late.overdue


def test_an_open_debt_with_its_ticket_needs_nothing() -> None:
    found = sweep(owed.ticket())
    assert found.actions == ()
    row = only(found)
    assert (row.state, row.key, row.could, row.landed) == (State.OPEN, "CHG-90", ("carol",), OUT)
    assert found.owed == (row,)
    assert found.overdue == ()


def test_what_no_tracker_told_is_said_until_a_review_answers_it() -> None:
    """The evidence has the last word: taking it out of the ticket wins nothing."""
    refused = Silence(
        source="Jira", reason_code="not-authenticated", detail="the token was refused", lasting=True
    )
    unjudged = replace(record(not_judged=("rollback",)), silences=(refused,))
    found = only(sweep(owed.ticket(owed.comment()), records=(unjudged,)))
    assert (found.state, [one.code for one in found.refused]) == (State.OPEN, ["not-answered"])
    assert found.note.startswith(
        "rollback was not judged; Jira: the token was refused. This is no outage"
    )
    missing = only(sweep(records=(replace(unjudged, silences=()),)))
    assert missing.note == "it has no ticket yet; rollback was not judged"
    assert missing.note_with_ticket == "rollback was not judged"
    assert only(sweep()).note_with_ticket == ""
    both = only(
        sweep(owed.ticket(about=owed.marker(not_judged=("rollback", "ticket"))), records=())
    )
    assert both.note == "rollback and ticket were not judged"
    answer = owed.review(
        **{"Not judged": "the plan to go back in CHG-7 was complete and was tried"}
    )
    paid = only(sweep(owed.ticket(owed.comment(body=answer)), records=(unjudged,)))
    assert paid.state is State.PAID


def test_a_release_that_only_a_ticket_tells_of_is_owed_as_well() -> None:
    found = sweep(owed.ticket(), records=())
    row = only(found)
    assert row.record is not None
    assert row.record.source is Source.TICKET
    assert row.state is State.OPEN


def test_an_overdue_debt_is_escalated_once() -> None:
    found = sweep(owed.ticket(owed.comment(by=owed.BOB)), now=LATE)
    (action,) = found.actions
    assert isinstance(action, Escalate)
    assert (action.desk, action.key, action.due_at, action.could) == (
        0,
        "CHG-90",
        owed.DUE,
        ("carol",),
    )
    assert [one.code for one in action.refused] == ["dependent"]
    assert found.overdue == found.rows
    labels = (*owed.ticket().labels, "Overdue")
    again = sweep(owed.ticket(labels=labels), now=LATE)
    assert again.actions == ()
    assert only(again).state is State.OVERDUE


def test_a_finished_review_closes_the_ticket() -> None:
    found = sweep(owed.ticket(owed.comment()), now=LATE)
    (action,) = found.actions
    assert isinstance(action, Close)
    assert (action.key, action.review.person, action.late) == ("CHG-90", "carol", False)
    assert only(found).state is State.PAID
    assert found.owed == ()
    assert sweep(owed.ticket(owed.comment(), is_open=False)).actions == ()


def test_a_late_review_is_told_as_late() -> None:
    comment = owed.comment(at=owed.after_deadline(minutes=1))
    found = sweep(owed.ticket(comment), now=LATE)
    (action,) = found.actions
    assert isinstance(action, Close)
    assert action.late
    assert only(found).state is State.PAID_LATE


def test_a_review_from_before_the_deploy_does_not_count_once_the_deploy_is_known() -> None:
    out = Landed(state=Landing.DEPLOYED, at=b.ago(minutes=30))
    found = sweep(owed.ticket(owed.comment()), landings={ID: out})
    assert only(found).state is State.OPEN
    assert [one.code for one in only(found).refused] == ["too-early"]


def test_who_cannot_review_is_told_by_the_evidence_whatever_the_ticket_says() -> None:
    ticket = owed.ticket(owed.comment(), about=owed.marker(not_by=()))
    assert only(sweep(ticket, records=())).state is State.PAID
    strict = (record(not_by=("carol",)), record())
    assert only(sweep(ticket, records=strict)).state is State.OPEN


def test_a_ticket_that_was_closed_without_a_review_is_reopened() -> None:
    found = sweep(owed.ticket(is_open=False))
    (action,) = found.actions
    assert isinstance(action, Reopen)
    assert (action.desk, action.key, action.due_at) == (0, "CHG-90", owed.DUE)
    assert kinds(sweep(owed.ticket(is_open=False), now=LATE)) == [Reopen, Escalate]


def test_of_several_tickets_the_oldest_open_one_stays() -> None:
    closed = owed.ticket(key="CHG-89", opened_at=b.ago(hours=9), is_open=False)
    second = owed.ticket(system="github", key="acme/app#4", opened_at=b.ago(hours=1))
    found = sweep(closed, owed.ticket(), forge=(second,))
    assert found.actions == (
        CloseDuplicate(desk=1, key="acme/app#4", kept="CHG-90", record=record()),
    )
    assert only(found).key == "CHG-90"


def test_a_review_in_a_duplicate_pays_and_closes_both() -> None:
    second = owed.ticket(
        owed.comment(), system="github", key="acme/app#4", opened_at=b.ago(hours=1)
    )
    assert kinds(sweep(owed.ticket(), forge=(second,))) == [Close, CloseDuplicate]


def test_an_emergency_whose_deploy_failed_is_owed_whatever_became_of_it() -> None:
    """Only success is recorded, and a job can change production and then fail, on purpose or half-way."""
    found = sweep(owed.ticket(), landings={ID: NEVER}, now=LATE)
    assert (only(found).state, kinds(found)) == (State.OVERDUE, [Escalate])
    assert kinds(sweep(owed.ticket(is_open=False), landings={ID: NEVER})) == [Reopen]
    assert kinds(sweep(landings={ID: NEVER}, now=LATE)) == [Open]
    assert only(sweep(owed.ticket(), records=(), landings={ID: NEVER})).state is State.OPEN


def test_somebody_without_a_part_can_say_that_nothing_was_deployed() -> None:
    """Until the forge records that it was: then that review counts no more, and its ticket is opened again."""
    said = owed.comment(body=owed.review(Outcome="not deployed"))
    found = sweep(owed.ticket(said), landings={ID: NEVER})
    assert (only(found).state, kinds(found)) == (State.PAID, [Close])
    out = sweep(owed.ticket(said, is_open=False))
    assert (only(out).state, kinds(out)) == (State.OPEN, [Reopen])
    assert [one.code for one in only(out).refused] == ["was-deployed"]


def test_what_nobody_knows_the_fate_of_is_owed() -> None:
    assert only(sweep(owed.ticket(), landings={}, now=LATE)).state is State.OVERDUE


def test_while_a_desk_is_silent_nothing_is_opened_or_blamed() -> None:
    found = sweep(jira=DOWN, now=LATE)
    assert found.actions == ()
    assert found.silent == (DOWN,)
    assert only(found).state is State.UNKNOWN
    assert found.owed == found.rows
    fallback = owed.ticket(system="github", key="acme/app#4", is_open=False)
    known = sweep(jira=DOWN, forge=(fallback,), now=LATE)
    assert (known.actions, only(known).state) == ((), State.UNKNOWN)
    paid = owed.ticket(owed.comment(by=b.CAROL), system="github", key="acme/app#4")
    assert kinds(sweep(jira=DOWN, forge=(paid,), now=LATE)) == [Close]


def test_a_ticket_that_cannot_be_read_is_a_row_and_no_second_one_is_opened_beside_it() -> None:
    broken = owed.ticket(marker={})
    found = sweep(broken, now=LATE)
    assert found.actions == ()
    assert [(row.name, row.state) for row in found.rows] == [
        (ID, State.OVERDUE),
        ("CHG-90", State.OVERDUE),
    ]
    assert found.rows[0].note == "its ticket cannot be read"
    assert only(sweep(broken, records=())).state is State.OPEN


def test_other_repositories_sweep_for_themselves() -> None:
    other = owed.marker(repository_id="1")
    found = sweep(owed.ticket(about=other), records=(), now=LATE)
    assert (found.rows, found.actions) == ((), ())


def test_without_any_desk_nothing_is_opened() -> None:
    asked = Question(repository_id="4242", now=b.NOW, policy=owed.policy())
    found = plan(asked, (record(),), {}, ())
    assert (found.actions, only(found).state) == ((), State.OPEN)


# --- what holds whatever the world looks like ---------------------------------------------------

RUNS = ("1", "2", "3")
COMMENTS = st.sampled_from(
    [
        owed.comment(),
        owed.comment(by=owed.BOB),
        owed.comment(by=owed.STRANGER),
        owed.comment(body="Thanks!"),
        owed.comment(at=owed.after_deadline(hours=1)),
        owed.comment(body=owed.review(Outcome="fine")),
    ]
)
RECORDS = st.lists(
    st.builds(lambda run, not_by: record(run_id=run, not_by=not_by),
              st.sampled_from(RUNS), st.sampled_from([("alice", "bob"), ("carol",), ()])),
    max_size=4,
)  # fmt: skip


@st.composite
def tickets(draw: st.DrawFn, system: str) -> FollowUpTicket:
    about = owed.marker(
        run_id=draw(st.sampled_from(RUNS)), not_by=draw(st.sampled_from([("bob",), ()]))
    )
    return owed.ticket(
        *draw(st.lists(COMMENTS, max_size=2)),
        about=about,
        system=system,
        key=f"{system}-{draw(st.integers(min_value=1, max_value=10_000))}",
        opened_at=owed.ISSUED + timedelta(minutes=draw(st.integers(min_value=0, max_value=90))),
        is_open=draw(st.booleans()),
        marker={} if draw(st.integers(min_value=0, max_value=5)) == 0 else marker_fields(about),
        labels=(LABEL, id_label(about.id), *draw(st.sampled_from([(), (OVERDUE_LABEL,)]))),
    )  # fmt: skip


def shelf(system: str) -> st.SearchStrategy[Shelf]:
    answered = st.lists(tickets(system), max_size=4, unique_by=lambda ticket: ticket.key).map(tuple)
    return st.builds(
        lambda found: Shelf(system=system, tickets=found),
        st.one_of(answered, answered, st.just(DOWN)),
    )


LANDINGS = st.dictionaries(
    st.sampled_from([owed.marker(run_id=run).id for run in RUNS]),
    st.sampled_from([OUT, NEVER, Landed(state=Landing.UNKNOWN)]),
)
NOWS = st.sampled_from([b.NOW, LATE, owed.after_deadline(days=30)])


def carried_out(actions: Sequence[Action], shelves: Sequence[Shelf], now: datetime) -> list[Shelf]:
    """The shelves after the actions, as the desks of the real systems would leave them."""
    lying = [
        {} if isinstance(one.tickets, Missing) else {ticket.key: ticket for ticket in one.tickets}
        for one in shelves
    ]
    for number, action in enumerate(actions):
        match action:
            case Open(record=about, overdue=overdue):
                assert about.marker.id not in {
                    label.removeprefix("gate-")
                    for one in lying
                    for ticket in one.values()
                    for label in ticket.labels
                }, "a second ticket"
                labels = (LABEL, id_label(about.marker.id), *([OVERDUE_LABEL] if overdue else []))
                lying[0][f"new-{number}"] = owed.ticket(
                    about=about.marker,
                    system=shelves[0].system,
                    key=f"new-{number}",
                    opened_at=now,
                    labels=labels,
                )
            case Reopen(desk=desk, key=key):
                lying[desk][key] = replace(lying[desk][key], is_open=True)
            case Escalate(desk=desk, key=key):
                bearing = (*lying[desk][key].labels, OVERDUE_LABEL)
                lying[desk][key] = replace(lying[desk][key], labels=bearing)
            case (
                Close(desk=desk, key=key)
                | CloseDuplicate(desk=desk, key=key)
                | CloseNotDeployed(desk=desk, key=key)
            ):
                said = owed.comment(by=owed.GATE, body="Nothing more is owed.", at=now)
                before = lying[desk][key]
                comments: tuple[FollowUpComment, ...] = (*before.comments, said)
                lying[desk][key] = replace(before, is_open=False, comments=comments)
            case _:
                assert_never(action)
    return [
        one if isinstance(one.tickets, Missing) else replace(one, tickets=tuple(lay.values()))
        for one, lay in zip(shelves, lying, strict=True)
    ]


WORLD = (RECORDS, LANDINGS, st.tuples(shelf("jira"), shelf("github")), NOWS)


def planned(
    records: Sequence[EmergencyRecord],
    landings: Mapping[str, Landed],
    shelves: Sequence[Shelf],
    now: datetime,
) -> Plan:
    asked = Question(repository_id="4242", now=now, policy=owed.policy())
    return plan(asked, records, landings, shelves)


@settings(max_examples=300)
@given(*WORLD)
def test_once_a_plan_is_carried_out_nothing_is_left_to_do(
    records: list[EmergencyRecord],
    landings: dict[str, Landed],
    shelves: tuple[Shelf, Shelf],
    now: datetime,
) -> None:
    first = planned(records, landings, shelves, now)
    after = carried_out(first.actions, shelves, now)
    again = planned(records, landings, after, now)
    assert again.actions == ()
    assert {row.name: row.state for row in again.rows} == {
        row.name: row.state for row in first.rows
    }


@settings(max_examples=300)
@given(*WORLD)
def test_no_release_without_a_review_that_counts_is_lost(
    records: list[EmergencyRecord],
    landings: dict[str, Landed],
    shelves: tuple[Shelf, Shelf],
    now: datetime,
) -> None:
    found = planned(records, landings, shelves, now)
    told = {row.name: row for row in found.rows}
    assert len(told) == len(found.rows)
    for one in records:
        row = told[one.marker.id]
        assert row.state.is_owed is (row.review is None)
        if row.review is not None:
            assert row.review.counts
            assert row.review.person not in one.marker.not_by


@settings(max_examples=300)
@given(*WORLD)
def test_after_a_sweep_no_release_has_two_open_tickets(
    records: list[EmergencyRecord],
    landings: dict[str, Landed],
    shelves: tuple[Shelf, Shelf],
    now: datetime,
) -> None:
    found = planned(records, landings, shelves, now)
    opened = [
        ticket.marker["id"]
        for one in carried_out(found.actions, shelves, now)
        if not isinstance(one.tickets, Missing)
        for ticket in one.tickets
        if ticket.is_open and ticket.marker
    ]
    assert len(opened) == len(set(opened))


@given(*WORLD)
def test_the_same_world_makes_the_same_plan(
    records: list[EmergencyRecord],
    landings: dict[str, Landed],
    shelves: tuple[Shelf, Shelf],
    now: datetime,
) -> None:
    turned = [
        one if isinstance(one.tickets, Missing) else replace(one, tickets=one.tickets[::-1])
        for one in shelves
    ]
    assert planned(records, landings, shelves, now) == planned(records, landings, turned, now)


@pytest.mark.parametrize("state", State)
def test_only_what_is_settled_is_not_owed(state: State) -> None:
    settled = {State.PAID, State.PAID_LATE, State.NOT_DEPLOYED}
    assert state.is_owed is (state not in settled)


# --- notices of compensating mode -------------------------------------------------------------

NOTICE = owed.marker(owed=Owed.INDEPENDENT_REVIEW, due_at=owed.ISSUED + timedelta(days=5))
ADVISED: Mapping[str, Any] = {
    "separation_of_duties": team.duties(),
    "roles": team.policy().roles,
}


def noticed(landed: Landed, *comments: FollowUpComment, **more: Any) -> Plan:
    """The sweep that finds the ticket of a notice, and nothing in the evidence."""
    ticket = owed.ticket(*comments, about=NOTICE)
    return sweep(ticket, records=(), landings={NOTICE.id: landed}, **ADVISED, **more)


def test_a_notice_that_was_never_used_is_closed_once_it_has_lapsed() -> None:
    waiting = noticed(NEVER)
    assert (only(waiting).state, waiting.actions) == (State.OPEN, ())
    assert kinds(noticed(NEVER, now=NOTICE.due_at)) == [CloseNotDeployed]
    closed = owed.ticket(about=NOTICE, is_open=False)
    known = {NOTICE.id: NEVER}
    over = sweep(closed, records=(), landings=known, now=NOTICE.due_at, **ADVISED)
    assert (only(over).state, over.actions) == (State.NOT_DEPLOYED, ())


def test_a_notice_that_was_let_through_is_owed_although_its_deploy_failed() -> None:
    """By the label that the gate put on, or by the evidence of the run that was let through."""
    late = NOTICE.due_at + timedelta(minutes=1)
    given = EmergencyRecord(marker=NOTICE, source=Source.EVIDENCE)
    let = replace(given, let_through=True)
    labels = (*owed.ticket(about=NOTICE).labels, LET_THROUGH)
    labelled = owed.ticket(about=NOTICE, labels=labels)
    landings = {NOTICE.id: NEVER}
    found = sweep(labelled, records=(), landings=landings, now=late, **ADVISED)
    assert kinds(found) == [Escalate]
    for records in ((given, let), (let, given)):
        ticket = owed.ticket(about=NOTICE)
        with_ticket = sweep(ticket, records=records, landings=landings, now=late, **ADVISED)
        assert kinds(with_ticket) == [Escalate]
        deleted = sweep(records=records, landings=landings, now=late, **ADVISED)
        assert kinds(deleted) == [Open]
    lapsed = sweep(records=(given,), landings=landings, now=late, **ADVISED)
    assert (only(lapsed).state, lapsed.actions) == (State.NOT_DEPLOYED, ())
    assert lapsed.owed == ()


def test_what_a_notice_announced_is_reviewed_after_the_deploy_by_the_reviewer() -> None:
    assert only(noticed(OUT)).could == ("carol",)
    assert kinds(noticed(OUT, owed.comment())) == [Close]
    early = owed.comment(at=owed.ISSUED + timedelta(minutes=1))
    assert [one.code for one in only(noticed(OUT, early)).refused] == ["too-early"]
    by_alice = noticed(OUT, owed.comment(by=owed.ALICE))
    assert only(by_alice).refused


def test_a_review_that_a_notice_announced_is_overdue_like_any_other() -> None:
    late = NOTICE.due_at + timedelta(minutes=1)
    for landed in (OUT, Landed(state=Landing.UNKNOWN)):
        assert kinds(noticed(landed, now=late)) == [Escalate]
