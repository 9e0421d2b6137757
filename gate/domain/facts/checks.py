"""The checks on the revision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from gate.domain.facts.base import Fact


class CheckState(Enum):
    """How a check on the exact revision ended, in one vocabulary for check runs and commit
    statuses.
    """

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed-out"
    ACTION_REQUIRED = "action-required"
    STALE = "stale"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One result that some app reported on the revision; re-runs of the same name are separate
    checks.
    """

    id: str
    name: str
    app: str
    """The slug of the app that reported it (`github-actions`); for a commit status, the login of
    its creator.
    """
    state: CheckState
    revision: str
    started_at: datetime | None = None
    completed_at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks(Fact):
    """All checks on the revision, from all pages.

    Jobs of the run that is about to deploy are among them: those that have ended, such as the tests that the gate's job
    waits for, count like any other, and those in progress, such as the gate's own, are PENDING.
    """

    revision: str
    checks: tuple[Check, ...] = ()
