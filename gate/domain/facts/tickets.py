"""Change tickets with their history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from gate.domain.facts.base import Fact
from gate.domain.identity import Identity


class TicketState(Enum):
    """Where a ticket stands, whatever its tracker calls it."""

    OPEN = "open"
    DONE = "done"
    REJECTED = "rejected"


class TicketEventKind(Enum):
    """What happened to a ticket."""

    STATUS = "status"
    EDITED = "edited"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEvent:
    """One entry of a ticket's history, by the tracker's own clock."""

    kind: TicketEventKind
    at: datetime
    by: Identity | None
    field: str
    """The tracker's field: `status`, `description`, `label` …"""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A change request in a tracker, with its whole history (oldest first)."""

    key: str
    """The key that the tracker answered with; compare it with the one that was asked for."""
    asked_key: str
    tracker: str
    project: str
    url: str
    title: str
    type: str
    status: str
    state: TicketState
    reporter: Identity | None
    created_at: datetime
    body: str
    """The description as Markdown, whatever the tracker stores (ADF is turned into headings and
    lines).
    """
    fields: Mapping[str, str] = field(default_factory=dict)
    """Further fields by their shown name, such as `Change risk` or `Backout plan`, as text."""
    risk: str = ""
    labels: tuple[str, ...] = ()
    planned_start: datetime | None = None
    planned_end: datetime | None = None
    links: tuple[str, ...] = ()
    """Addresses that the ticket points to."""
    history: tuple[TicketEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets(Fact):
    """Every ticket that the change, or the person who deploys, names. One that cannot be read makes
    all of it Missing.
    """

    tickets: tuple[Ticket, ...] = ()
    named_for_run: tuple[str, ...] = ()
    """Keys given for this very deploy (`--ticket`), which count for every merge request of the
    change.
    """

    def find(self, key: str) -> Ticket | None:
        """The ticket that was asked for under `key`."""
        return next((ticket for ticket in self.tickets if ticket.asked_key == key), None)
