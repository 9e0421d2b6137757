"""What is known about one release that owes a review, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.emergency_record import EmergencyRecord
from gate.domain.follow_up import Marker
from gate.domain.follow_up_review import JudgedComment
from gate.domain.landing import UNKNOWN, Landed
from gate.domain.sweep_actions import (
    Action,
)

NO_TICKET = "it has no ticket yet"


class State(Enum):
    """How a release stands."""

    OPEN = "open"
    OVERDUE = "overdue"
    PAID = "paid"
    PAID_LATE = "paid-late"
    NOT_DEPLOYED = "not-deployed"
    """A notice that lapsed without the gate having let its release go."""
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
    def note_with_ticket(self) -> str:
        """What is left of the note once its ticket was opened."""
        return self.note.removeprefix(NO_TICKET).removeprefix("; ")

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
