"""What is gathered for break-glass (guide §6): what was asked for, what the pager's log tells, and which debts exist.

Where nothing is asked for, these facts are whole and empty: no pager is asked about a deploy that is no emergency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from gate.domain.facts import Fact
from gate.domain.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlass(Fact):
    """What whoever started the run says: that this is an emergency, why, and which incident it is about."""

    asked: bool = False
    reason: str = ""
    incident: str = ""
    """An id, a number or an address, as it was typed."""


class IncidentState(Enum):
    """Where an incident stands, whatever its pager calls it."""

    OPEN = "open"
    RESOLVED = "resolved"
    """Resolved, closed, canceled, declined or merged into another one."""
    TEST = "test"
    """A drill or a retrospective: nothing is on fire."""


class EntryKind(Enum):
    """What one entry of an incident's log says."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEntry:
    """One entry of the pager's own log, by the pager's clock."""

    kind: EntryKind
    at: datetime
    by: Identity | None
    """None when no account of a person did it: a service, an integration, an automation."""
    channel: str = ""
    """How, in the pager's words: `sms`, `website`, `api` …"""
    by_hand: bool = True
    """Whether the channel is one that a person uses. Whoever holds an API key can act as any user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident(Fact):
    """The incident that break-glass names, with its log (oldest first).

    `system` is empty when no pager had to be asked: no break-glass, no incident named, or a policy without a pager.
    """

    system: str = ""
    key: str = ""
    """The pager's own id."""
    number: str = ""
    asked_key: str = ""
    url: str = ""
    title: str = ""
    state: IncidentState = IncidentState.OPEN
    status: str = ""
    """The pager's own word for it."""
    services: tuple[str, ...] = ()
    """Ids (and names, where the pager goes by names) of the services that it is about."""
    urgency: str = ""
    raised_at: datetime | None = None
    entries: tuple[IncidentEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Who was on call in a schedule at one moment (UTC)."""

    schedule: str
    at: datetime
    people: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall(Fact):
    """Who was on call whenever it matters: at each acknowledgement and each approval in the forge, and now."""

    duties: tuple[Duty, ...] = ()

    def at(self, schedule: str, moment: datetime) -> Duty | None:
        """The duty that was asked for at that very moment."""
        return next((d for d in self.duties if d.schedule == schedule and d.at == moment), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpComment:
    """A comment of a follow-up ticket, by the tracker's own clock."""

    id: str
    by: Identity
    at: datetime
    body: str
    """As Markdown, whatever the tracker stores."""
    altered: bool = False
    """Somebody other than its author edited it."""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpTicket:
    """A ticket that the gate opened for a debt: the review that an emergency still owes."""

    system: str
    """`jira`, `github` or `gitlab`."""
    key: str
    url: str
    title: str
    opened_at: datetime
    opened_by: Identity
    is_open: bool
    labels: tuple[str, ...] = ()
    marker: Mapping[str, str] = field(default_factory=dict)
    """The machine-readable marker as it stands in the ticket, unchecked; empty when there is none that can be read."""
    comments: tuple[FollowUpComment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUps(Fact):
    """Every ticket with the gate's own label in the trackers that were asked, with its comments."""

    tickets: tuple[FollowUpTicket, ...] = ()
