"""What is to be done about the reviews that releases owe, and how each of them stands: a plan, and nothing is done yet.

The same world makes the same plan, and once a plan is carried out the next one has nothing left to do. No release that
has no review which counts ever drops out of the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gate.domain.debts import debt_of_unreadable, strictest
from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.emergency_record import EmergencyRecord, record_of_ticket
from gate.domain.follow_up import Marker
from gate.domain.follow_up_marker import labelled_ids
from gate.domain.follow_up_tickets import labels_of, told_apart
from gate.domain.landing import UNKNOWN, Landed
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.sweep_actions import Action
from gate.domain.sweep_judge import judge
from gate.domain.sweep_release import Known, Placed, Row, State, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One desk: the tickets on it, or why it did not answer. New tickets go on the first shelf."""

    system: str
    tickets: tuple[FollowUpTicket, ...] | Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do, in this order, and the table of every release that owes or owed a review: the oldest first."""

    actions: tuple[Action, ...]
    rows: tuple[Row, ...]
    silent: tuple[Missing, ...] = ()
    """Desks that did not answer. While there is one, nothing is opened, reopened or called overdue: the review may be
    there.
    """

    @property
    def overdue(self) -> tuple[Row, ...]:
        """Rows whose deadline has passed without a review that counts."""
        return tuple(row for row in self.rows if row.state is State.OVERDUE)

    @property
    def owed(self) -> tuple[Row, ...]:
        """Rows that still owe a review, as far as anybody can tell."""
        return tuple(row for row in self.rows if row.state.is_owed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Whose debts, when, and under which policy."""

    repository_id: str
    """Other repositories may keep theirs on the same shelves: they sweep for themselves."""
    now: datetime
    policy: Policy


def plan(
    asked: Question,
    records: Iterable[EmergencyRecord],
    landings: Mapping[str, Landed],
    shelves: Sequence[Shelf],
) -> Plan:
    """Work out the plan.

    `records` are what evidence tells (a release may be told of twice: then the stricter word holds); releases that only
    a ticket tells of are added. `landings` says, by id, what became of a release; one that is not in it is unknown, and
    so it is owed.
    """
    silent = tuple(shelf.tickets for shelf in shelves if isinstance(shelf.tickets, Missing))
    groups, unreadable = _on(shelves)
    told = _together(records, groups, asked.repository_id)
    broken = {name for item in unreadable for name in labelled_ids(labels_of(item.ticket))}
    steps = [
        judge(
            Known(
                record=record,
                markers=markers,
                landed=landings.get(name, UNKNOWN),
                tickets=groups.get(name, ()),
                is_whole=not silent,
                opens_on=shelves[0].system if shelves else "",
                is_broken=name in broken,
            ),
            asked.policy,
            asked.now,
        )
        for name, (record, markers) in told.items()
    ]
    lost = [_unreadable(item, asked) for item in unreadable]
    ordered = sorted([*steps, *lost], key=lambda step: (step.row.since, step.row.name))
    return Plan(
        actions=tuple(action for step in ordered for action in step.actions),
        rows=tuple(step.row for step in ordered),
        silent=silent,
    )


def _on(
    shelves: Sequence[Shelf],
) -> tuple[Mapping[str, tuple[Placed, ...]], tuple[Placed, ...]]:
    """The tickets of each release, and those that do not say whose they are, each with the place of its shelf."""
    groups: dict[str, list[Placed]] = {}
    unreadable: list[Placed] = []
    for place, shelf in enumerate(shelves):
        if isinstance(shelf.tickets, Missing):
            continue
        found = told_apart(shelf.tickets)
        for name, pairs in found.of_releases.items():
            groups.setdefault(name, []).extend(
                Placed(desk=place, ticket=ticket, marker=marker) for ticket, marker in pairs
            )
        unreadable += [Placed(desk=place, ticket=ticket) for ticket in found.unreadable]
    return {name: tuple(group) for name, group in groups.items()}, tuple(unreadable)


def _together(
    records: Iterable[EmergencyRecord],
    groups: Mapping[str, tuple[Placed, ...]],
    repository_id: str,
) -> Mapping[str, tuple[EmergencyRecord, tuple[Marker, ...]]]:
    """Every release of this repository, by id, with all that evidence says about it."""
    found: dict[str, tuple[EmergencyRecord, tuple[Marker, ...]]] = {}
    for record in records:
        name = record.marker.id
        first, markers = found.get(name, (record, ()))
        # A notice is told of twice, when it was given and when its release went: the later one counts for that.
        first = record if record.let_through and not first.let_through else first
        found[name] = first, (*markers, record.marker)
    for name, group in groups.items():
        markers = tuple(_markers(group))
        found.setdefault(name, (record_of_ticket(strictest(markers)), ()))
    return {
        name: (_strict(record, markers), markers)
        for name, (record, markers) in found.items()
        if record.marker.repository_id == repository_id
    }


def _markers(group: Iterable[Placed]) -> Iterator[Marker]:
    return (placed.marker for placed in group if placed.marker is not None)


def _strict(record: EmergencyRecord, markers: Sequence[Marker]) -> EmergencyRecord:
    return replace(record, marker=strictest(markers)) if markers else record


def _unreadable(placed: Placed, asked: Question) -> Step:
    debt = debt_of_unreadable(placed.ticket, asked.policy, asked.now)
    row = Row(
        record=None,
        since=debt.opened_at,
        state=State.OVERDUE if debt.overdue else State.OPEN,
        due_at=debt.due_at,
        system=debt.system,
        key=debt.key,
        url=debt.url,
        note="its marker is not what the gate wrote, so nobody can tell which release it is about",
    )
    return Step(row=row)
