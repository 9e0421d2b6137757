"""The things that a sweep does on a desk. `desk` is the place of the shelf that the ticket lies on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gate.domain.emergency_record import EmergencyRecord
from gate.domain.follow_up_review import JudgedComment

OVERDUE_LABEL = "overdue"
"""Put on a ticket together with the comment that says so; what bears it was escalated already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Open the ticket that is missing, on the first desk. When it is overdue already, that is said in it at once."""

    record: EmergencyRecord
    overdue: bool
    could: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """Somebody closed the ticket, and the review is still owed."""

    desk: int
    key: str
    record: EmergencyRecord
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """The deadline has passed: comment, label, and whatever else wakes people."""

    desk: int
    key: str
    url: str
    record: EmergencyRecord
    due_at: datetime
    could: tuple[str, ...]
    refused: tuple[JudgedComment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """The review is there."""

    desk: int
    key: str
    record: EmergencyRecord
    review: JudgedComment
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDuplicate:
    """Another ticket, `kept`, keeps the same debt."""

    desk: int
    key: str
    kept: str
    record: EmergencyRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseNotDeployed:
    """A notice lapsed, and the gate never let its release go."""

    desk: int
    key: str
    record: EmergencyRecord


Action = Open | Reopen | Escalate | Close | CloseDuplicate | CloseNotDeployed
