"""From an iCalendar file to the occurrences near a moment, past the traps that the libraries leave open.

They return cancelled events, take an unknown time zone for none, judge whole days by the zone of whoever asks, drop
what they cannot parse, and never end on a rule for every second. Each of these would open a freeze.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from importlib import import_module
from math import prod
from typing import Any, cast

from gate.adapters.answer import Asked
from gate.domain.phrases import safe
from gate.domain.ports import FactMissing

MOST_EVENTS = 500
MOST_TIMES_A_DAY = 24

_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_DECISIVE = frozenset(
    {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "STATUS"}
)
_MARGIN = timedelta(days=2)
_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)
"""The zones that are furthest ahead of UTC, and furthest behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """The time that is asked about; both ends aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One event on one day; start and end in UTC."""

    name: str
    start: datetime
    end: datetime


def occurrences(content: bytes, near: Near, asked: Asked) -> tuple[Occurrence, ...]:
    """Everything that overlaps `near`, by its start. The end is the wall-clock end, whatever the clocks do that night.

    A whole day is one in the calendar's own zone (X-WR-TIMEZONE, else its only VTIMEZONE). A calendar without one
    means, for safety, the day wherever on earth it is that day.
    """
    icalendar, recurring = _libraries(asked)
    calendar = icalendar.Calendar.from_ical(content.decode("utf-8-sig"))
    events = calendar.walk("VEVENT")
    if len(events) > MOST_EVENTS:
        raise asked.missing("too-large", f"it has {len(events)} events, and {MOST_EVENTS} are read")
    for event in events:
        _check(event, asked)
    zone = _zone(icalendar, calendar, asked)
    # The library would move events in UTC into that zone, and an hour aside when the clocks change. UTC is UTC.
    calendar.pop("X-WR-TIMEZONE", None)
    within = zone or UTC
    asks = near.start.astimezone(within) - _MARGIN, near.end.astimezone(within) + _MARGIN
    found = [
        _occurrence(event, zone)
        for event in recurring.of(calendar, components=["VEVENT"]).between(*asks)
        if str(event.get("STATUS", "")).strip().upper() != "CANCELLED"
    ]
    overlapping = [one for one in found if one.start < near.end and one.end > near.start]
    return tuple(sorted(overlapping, key=lambda one: (one.start, one.end, one.name)))


def _libraries(asked: Asked) -> tuple[Any, Any]:
    try:
        return import_module("icalendar"), import_module("recurring_ical_events")
    except ImportError:
        raise asked.missing(
            "not-installed",
            "reading a calendar needs two libraries that are not installed",
            "whoever installs the gate adds its extra `calendar`: in a pipeline by the input `extras: calendar`",
        ) from None


def _check(event: Any, asked: Asked) -> None:
    """Refuse what the libraries would pass over, put right by guessing, or not survive."""
    broken = sorted({str(field) for field, _ in event.errors} & _DECISIVE)
    if broken or "DTSTART" not in event:
        raise _refused(
            event, asked, f"has no {broken[0] if broken else 'DTSTART'} that can be read"
        )
    for field in ("DTSTART", "DTEND", "RDATE"):
        if any(isinstance(at, datetime) and at.tzinfo is None for at in _times(event, field)):
            raise _refused(event, asked, f"has a {field} without a time zone of the IANA list")
    if _utc(event.end, None, timedelta()) < _utc(event.start, None, timedelta()):
        raise _refused(event, asked, "ends before it starts")
    for rule in _listed(event.get("RRULE")):
        if problem := _endless(rule):
            raise _refused(event, asked, f"recurs {problem}, which no freeze does")


def _refused(event: Any, asked: Asked, why: str) -> FactMissing:
    return asked.missing(
        "unreadable",
        f"the event {safe(str(event.get('SUMMARY', '')))!r} {why}, so nobody can say when it is",
        "whoever owns the calendar corrects the event",
    )


def _endless(rule: Any) -> str:
    frequencies = {str(value).upper() for value in _listed(rule.get("FREQ"))}
    if not frequencies or not frequencies <= _FREQUENCIES:
        return f"{safe(', '.join(sorted(frequencies)) or 'without a frequency')}"
    times = prod(
        max(1, len(_listed(rule.get(part)))) for part in ("BYHOUR", "BYMINUTE", "BYSECOND")
    )
    if times > MOST_TIMES_A_DAY:
        return f"{times} times a day"
    return (
        ""
        if all(interval > 0 for interval in _listed(rule.get("INTERVAL")))
        else "without an interval"
    )


def _times(event: Any, field: str) -> Iterator[object]:
    for value in _listed(event.get(field)):
        for each in getattr(value, "dts", [value]):
            # An RDATE may be a period: its start, and its end or length.
            yield from each.dt if isinstance(each.dt, tuple) else (each.dt,)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _zone(icalendar: Any, calendar: Any, asked: Asked) -> tzinfo | None:
    named = [str(calendar["X-WR-TIMEZONE"])] if "X-WR-TIMEZONE" in calendar else []
    named = named or sorted({str(zone.get("TZID", "")) for zone in calendar.walk("VTIMEZONE")})
    if len(named) != 1:
        return None
    found = icalendar.timezone.tzp.timezone(named[0])
    if found is None:
        raise asked.missing("unreadable", f"its time zone {safe(named[0])!r} is not known")
    return cast(tzinfo, found)


def _occurrence(event: Any, zone: tzinfo | None) -> Occurrence:
    return Occurrence(
        name=str(event.get("SUMMARY", "")),
        start=_utc(event.start, zone, -_EAST),
        end=_utc(event.end, zone, _WEST),
    )


def _utc(at: date, zone: tzinfo | None, anywhere: timedelta) -> datetime:
    if isinstance(at, datetime):
        return at.astimezone(UTC)
    if zone is None:
        return datetime.combine(at, time(), UTC) + anywhere
    return datetime.combine(at, time(), zone).astimezone(UTC)
