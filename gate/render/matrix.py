"""The people matrix: who requested, wrote, approved and deploys, one row for each person."""

from __future__ import annotations

from dataclasses import dataclass

from gate.domain.derived import Approval, People
from gate.domain.grant import Grant
from gate.render.emergency_story import how
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


def matrix(people: People, zone: str, grant: Grant | None = None) -> tuple[Row, ...]:
    """Everybody who plays a part, in the order requested, wrote, approved, deploys. Times are in `zone` and UTC.

    In an emergency also whoever broke the glass, and the second person.
    """
    unnamed = [item.shown for item in people.approvals if not item.person]
    keys = dict.fromkeys(
        [
            *people.requesters,
            *people.writers,
            *(item.person for item in people.approvals if item.person),
            *people.deployers,
            *((*grant.invoked_by, grant.consent.person) if grant else ()),
        ]
    )
    rows = [_row(key, people, zone, grant) for key in keys if key]
    return (*rows, *(_stranger(shown, people, zone) for shown in dict.fromkeys(unnamed)))


def _row(key: str, people: People, zone: str, grant: Grant | None) -> Row:
    mine = [item for item in people.approvals if item.person == key]
    return Row(
        person=people.shown.get(key) or key,
        roles=", ".join(role for role, holders in people.roles.items() if key in holders),
        requested="yes" if key in people.requesters else "",
        wrote=", ".join(people.writers.get(key, ())),
        approved="; ".join(
            [
                *(_approval(item, zone) for item in mine if item.counts),
                *_consented(key, grant, zone),
            ]
        ),
        void="; ".join(
            f"{_approval(item, zone)}: {item.why_not}" for item in mine if not item.counts
        ),
        deploys=_deploys(key, people, grant),
    )


def _consented(key: str, grant: Grant | None, zone: str) -> list[str]:
    if grant is None or grant.consent.person != key:
        return []
    at = f", {both(grant.consent.at, zone)}" if grant.consent.at else ""
    return [f"emergency: {how(grant.consent)}{at}"]


def _deploys(key: str, people: People, grant: Grant | None) -> str:
    if grant is not None and key in grant.invoked_by:
        return "yes, by break-glass"
    return "yes" if key in people.deployers else ""


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
