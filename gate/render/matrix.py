"""The people matrix: who requested, wrote, approved and deploys, one row for each person."""

from __future__ import annotations

from dataclasses import dataclass

from gate.domain.derived import Approval, People
from gate.render.times import both


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person's parts in the change. Texts are raw; an empty one means no part."""

    person: str
    roles: str
    requested: str
    wrote: str
    approved: str
    void: str
    """Approvals that do not count, with the reason."""
    deploys: str


def matrix(people: People, zone: str) -> tuple[Row, ...]:
    """Everybody who plays a part, in the order requested, wrote, approved, deploys. Times are in `zone` and UTC."""
    unnamed = [item.shown for item in people.approvals if not item.person]
    keys = dict.fromkeys(
        [
            *people.requesters,
            *people.writers,
            *(item.person for item in people.approvals if item.person),
            *people.deployers,
        ]
    )
    rows = [_row(key, people, zone) for key in keys]
    return (*rows, *(_stranger(shown, people, zone) for shown in dict.fromkeys(unnamed)))


def _row(key: str, people: People, zone: str) -> Row:
    mine = [item for item in people.approvals if item.person == key]
    return Row(
        person=people.shown.get(key) or key,
        roles=", ".join(role for role, holders in people.roles.items() if key in holders),
        requested="yes" if key in people.requesters else "",
        wrote=", ".join(people.writers.get(key, ())),
        approved="; ".join(_approval(item, zone) for item in mine if item.counts),
        void="; ".join(
            f"{_approval(item, zone)}: {item.why_not}" for item in mine if not item.counts
        ),
        deploys="yes" if key in people.deployers else "",
    )


def _stranger(shown: str, people: People, zone: str) -> Row:
    void = [item for item in people.approvals if not item.person and item.shown == shown]
    return Row(
        person=shown,
        roles="",
        requested="",
        wrote="",
        approved="",
        void="; ".join(f"{_approval(item, zone)}: {item.why_not}" for item in void),
        deploys="",
    )


def _approval(item: Approval, zone: str) -> str:
    at = f", {both(item.at, zone)}" if item.at else ""
    return f"{item.source.value} {item.where}{at}"
