"""Calendars whose events are freezes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gate.domain.facts.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSpan:
    """One entry of a freeze calendar near now."""

    calendar: str
    """Which one: `gate.domain.schedule.calendar_id` of what the policy names, so that no address is kept."""
    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendars(Fact):
    """The spans of every calendar that the policy names, from a week before now to 90 days after."""

    spans: tuple[CalendarSpan, ...] = ()
