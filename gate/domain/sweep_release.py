"""How one release stands that owes a review, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from gate.domain.debt_terms import ended, reviewers
from gate.domain.debts import Debt, of_release
from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.emergency_record import EmergencyRecord
from gate.domain.follow_up import Marker
from gate.domain.follow_up_review import JudgedComment
from gate.domain.follow_up_tickets import labels_of, primary
from gate.domain.landing import UNKNOWN, Landed, Landing
from gate.domain.policy.document import Policy
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


class State(Enum):
    """How a release stands."""

    OPEN = "open"
    OVERDUE = "overdue"
    PAID = "paid"
    PAID_LATE = "paid-late"
    NOT_DEPLOYED = "not-deployed"
    UNKNOWN = "unknown"
    """A desk did not answer, and the review may be there: so it is owed until somebody can tell."""

    @property
    def is_owed(self) -> bool:
        """Whether a review is still to be done, as far as anybody can tell."""
        return self in {State.OPEN, State.OVERDUE, State.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    record: EmergencyRecord | None
    """None for a ticket that does not say which release it is about."""
    since: datetime
    """When the release was granted, or the ticket opened."""
    state: State
    due_at: datetime
    landed: Landed = UNKNOWN
    system: str = ""
    key: str = ""
    """Empty when there is no ticket."""
    url: str = ""
    review: JudgedComment | None = None
    refused: tuple[JudgedComment, ...] = ()
    could: tuple[str, ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """What the row is about: the id of the release, or the key of the ticket."""
        return self.record.marker.id if self.record else self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A row of the table, with what to do about it."""

    row: Row
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A ticket, and the place of the shelf on which it lies. Without a marker nobody knows what it is about."""

    desk: int
    ticket: FollowUpTicket
    marker: Marker | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that is known about one release."""

    record: EmergencyRecord
    markers: tuple[Marker, ...]
    """What evidence says."""
    landed: Landed
    tickets: tuple[Placed, ...]
    is_whole: bool
    """Whether every desk answered."""
    opens_on: str
    """The system of the desk that new tickets go to; empty when there is none."""
    is_broken: bool
    """Whether a ticket that cannot be read bears the label of this release: no second one may be opened beside it."""


def judge(known: Known, policy: Policy, now: datetime) -> Step:
    """Hold the tickets of one release against what is owed."""
    pairs = [(placed.ticket, placed.marker) for placed in known.tickets if placed.marker]
    if not pairs:
        return _without_ticket(known, policy, now)
    debt = of_release(pairs, policy, now, known=known.markers, after=known.landed.at)
    state = _state(known, debt, is_over=_is_over(known.record, policy, now))
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
    )
    return Step(row=row, actions=tuple(_actions(known, debt, state)))


def _without_ticket(known: Known, policy: Policy, now: datetime) -> Step:
    marker = known.record.marker
    could = reviewers(known.opens_on, marker, policy)
    is_over = _is_over(known.record, policy, now)
    state = _unpaid(known, overdue=now > marker.due_at, is_over=is_over)
    may_open = state in {State.OPEN, State.OVERDUE} and known.opens_on and not known.is_broken
    notes = {
        "it has no ticket yet": state.is_owed and not known.is_broken,
        "its ticket cannot be read": known.is_broken,
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


def _state(known: Known, debt: Debt, *, is_over: bool) -> State:
    if debt.review is not None:
        return State.PAID_LATE if debt.late else State.PAID
    return _unpaid(known, overdue=debt.overdue, is_over=is_over)


def _unpaid(known: Known, *, overdue: bool, is_over: bool) -> State:
    if known.landed.state is Landing.NOT_DEPLOYED and is_over:
        return State.NOT_DEPLOYED
    if not known.is_whole:
        return State.UNKNOWN
    return State.OVERDUE if overdue else State.OPEN


def _is_over(record: EmergencyRecord, policy: Policy, now: datetime) -> bool:
    """Whether nothing more can be deployed on the grant."""
    if record.expires_at is not None:
        return now >= record.expires_at
    return ended(record.marker, policy, now)


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
