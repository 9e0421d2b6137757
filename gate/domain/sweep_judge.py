"""Hold one release that owes a review against its tickets: how it stands, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from gate.domain.debt_terms import reviewers
from gate.domain.debts import Debt, of_release
from gate.domain.emergency_record import EmergencyRecord
from gate.domain.follow_up_tickets import labels_of, primary
from gate.domain.landing import is_void
from gate.domain.phrases import listed
from gate.domain.policy.document import Policy
from gate.domain.silence import told
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
from gate.domain.sweep_release import NO_TICKET, Known, Placed, Row, State, Step


def judge(known: Known, policy: Policy, now: datetime) -> Step:
    """Hold the tickets of one release against what is owed."""
    pairs = [(placed.ticket, placed.marker) for placed in known.tickets if placed.marker]
    if not pairs:
        return _without_ticket(known, policy, now)
    debt = of_release(
        pairs,
        policy,
        now,
        known=known.markers,
        out=known.landed,
        let_through=known.record.let_through,
    )
    state = _state(known, debt)
    row = Row(
        record=known.record,
        since=known.record.marker.issued_at,
        state=state,
        due_at=debt.due_at,
        landed=known.landed,
        system=debt.system,
        key=debt.key,
        url=debt.url,
        review=debt.review,
        refused=debt.refused,
        could=debt.could,
        note=_unjudged(known.record),
    )
    return Step(row=row, actions=tuple(_actions(known, debt, state)))


def _without_ticket(known: Known, policy: Policy, now: datetime) -> Step:
    marker = known.record.marker
    could = reviewers(known.opens_on, marker, policy)
    let_through, due = known.record.let_through, marker.due_at
    void = is_void(marker, known.landed, let_through=let_through, due=due, at=now)
    state = _unpaid(known, overdue=now > due, void=void)
    may_open = state in {State.OPEN, State.OVERDUE} and known.opens_on and not known.is_broken
    notes = {
        NO_TICKET: state.is_owed and not known.is_broken,
        "its ticket cannot be read": known.is_broken,
        _unjudged(known.record): bool(marker.not_judged),
    }
    row = Row(
        record=known.record,
        since=marker.issued_at,
        state=state,
        due_at=marker.due_at,
        landed=known.landed,
        could=could,
        note="; ".join(text for text, holds in notes.items() if holds),
    )
    opening = Open(record=known.record, overdue=state is State.OVERDUE, could=could)
    return Step(row=row, actions=(opening,) if may_open else ())


def _unjudged(record: EmergencyRecord) -> str:
    """What the review has to answer, since no tracker told when the release was let through."""
    controls = record.marker.not_judged
    if not controls:
        return ""
    why = "".join(f"; {told(silence)}" for silence in record.silences)
    return f"{listed(controls)} {'was' if len(controls) == 1 else 'were'} not judged{why}"


def _state(known: Known, debt: Debt) -> State:
    if debt.review is not None:
        return State.PAID_LATE if debt.late else State.PAID
    return _unpaid(known, overdue=debt.overdue, void=debt.void)


def _unpaid(known: Known, *, overdue: bool, void: bool) -> State:
    if void:
        return State.NOT_DEPLOYED
    if not known.is_whole:
        return State.UNKNOWN
    return State.OVERDUE if overdue else State.OPEN


def _actions(known: Known, debt: Debt, state: State) -> Iterator[Action]:
    main = _main(known.tickets)
    yield from _on_main(main, known, debt, state)
    for placed in known.tickets:
        if placed is not main and placed.ticket.is_open:
            yield CloseDuplicate(
                desk=placed.desk,
                key=placed.ticket.key,
                kept=main.ticket.key,
                record=known.record,
            )


def _on_main(main: Placed, known: Known, debt: Debt, state: State) -> Iterator[Action]:
    ticket, record = main.ticket, known.record
    if debt.review is not None:
        if ticket.is_open:
            yield Close(
                desk=main.desk, key=ticket.key, record=record, review=debt.review, late=debt.late
            )
    elif state is State.NOT_DEPLOYED:
        if ticket.is_open:
            yield CloseNotDeployed(desk=main.desk, key=ticket.key, record=record)
    elif state is not State.UNKNOWN:
        if not ticket.is_open:
            yield Reopen(desk=main.desk, key=ticket.key, record=record, due_at=debt.due_at)
        if state is State.OVERDUE and OVERDUE_LABEL not in labels_of(ticket):
            yield Escalate(
                desk=main.desk,
                key=ticket.key,
                url=ticket.url,
                record=record,
                due_at=debt.due_at,
                could=debt.could,
                refused=debt.refused,
            )


def _main(tickets: Sequence[Placed]) -> Placed:
    chosen = primary([placed.ticket for placed in tickets])
    return next(placed for placed in tickets if placed.ticket is chosen)
