"""What stands in for an independent approver in a team too small to separate duties (guide §4, compensating mode)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


class Stage(Enum):
    """How far it has come."""

    ANNOUNCED = "announced"
    """The notice is given now, or has not been open long enough: the release waits."""
    MET = "met"
    """Notice was given in time and nobody objected: the release may go out, and is reviewed afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The ticket in which the release was announced: the follow-up that keeps its review afterwards."""

    system: str
    """`jira`, `github` or `gitlab`."""
    key: str
    url: str
    opened_at: datetime
    """By the tracker's own clock."""
    opened_by: str
    """The account, as people know it. It is the gate's own, unless somebody wrote a look-alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensation:
    """One release that goes out without an independent approver, under a named exception."""

    id: str
    """See `gate.domain.grant.notice_id`."""
    stage: Stage
    reason: str
    granted_by: str
    expires: date
    reviewer: str
    """The role."""
    could_review: tuple[str, ...]
    """Who holds it and had no part in the release; keys of `people`."""
    notice: Notice | None
    """None while the ticket is still to be opened."""
    deploy_from: datetime
    """The notice has been open long enough from this moment (UTC) on."""
    due_at: datetime
    """When the review is due; from then on the notice serves no deploy any more."""
    reviewed_by: str = ""
    """Who reviewed this very revision after an earlier deploy of it; then nothing more is owed."""
