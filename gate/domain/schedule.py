"""Allow windows and freezes as spans of UTC, whatever the clocks do that night (guide §8)."""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gate.domain.facts import CalendarSpan
from gate.domain.policy.windows import AllowWindow, Freeze
from gate.domain.wall_clock import ALWAYS, NEVER, first_moment, last_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From `start`, included, to `end`, excluded; both in UTC."""

    start: datetime
    end: datetime
    name: str = ""

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` lies in it."""
        return self.start <= moment < self.end


def occurrences(
    window: AllowWindow, zone: ZoneInfo, since: datetime, until: datetime
) -> Iterator[Span]:
    """The times that the window is open between `since` and `until` (UTC), the earliest first."""
    day = since.astimezone(zone).date() - timedelta(days=1)  # an overnight window began yesterday
    last = until.astimezone(zone).date()
    while day <= last:
        if _is_day_of(day, window):
            closes = day + timedelta(days=1 if window.end <= window.start else 0)
            start = first_moment(datetime.combine(day, window.start), zone)
            end = first_moment(datetime.combine(closes, window.end), zone)
            if max(start, since) < min(end, until):
                yield Span(start=start, end=end, name=window.name)
        day += timedelta(days=1)


def _is_day_of(day: date, window: AllowWindow) -> bool:
    if day.weekday() not in {weekday.number for weekday in window.days}:
        return False
    return not window.nth or any(_is_nth(day, nth) for nth in window.nth)


def _is_nth(day: date, nth: int) -> bool:
    """Whether it is the nth such weekday of its month: 2 is the second, -1 the last."""
    if nth > 0:
        return (day.day - 1) // 7 + 1 == nth
    left = monthrange(day.year, day.month)[1] - day.day
    return left // 7 + 1 == -nth


def calendar_id(calendar: str) -> str:
    """Which calendar a span is of: `sha256:<hex>` of its address, which is a password where the calendar is private.

    What is no address, such as the name of a forge's own freezes, stays as it is.
    """
    if "://" not in calendar:
        return calendar
    return f"sha256:{hashlib.sha256(calendar.encode()).hexdigest()}"


def freeze_spans(
    freeze: Freeze, zone: ZoneInfo, calendars: Iterable[CalendarSpan]
) -> tuple[Span, ...]:
    """The times that the freeze lasts, never shorter than meant: its end is the later one of a time shown twice."""
    if freeze.calendar:
        wanted = calendar_id(freeze.calendar)
        return tuple(
            Span(start=span.start, end=span.end, name=span.name or freeze.name)
            for span in calendars
            if span.calendar == wanted
        )
    start = ALWAYS if freeze.start is None else first_moment(freeze.start, zone)
    end = NEVER if freeze.end is None else last_moment(freeze.end, zone)
    return (Span(start=start, end=end, name=freeze.name),)


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time without overlaps, in order; spans that touch become one, under the first one's name."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = replace(merged[-1], end=max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def both(ones: Sequence[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    """The time that lies in one of `ones` and in one of `others`, under the names of `ones`."""
    shared = (
        replace(one, start=max(one.start, other.start), end=min(one.end, other.end))
        for one in ones
        for other in others
    )
    return union(span for span in shared if span.start < span.end)


def without(spans: Sequence[Span], taken: Sequence[Span]) -> tuple[Span, ...]:
    """What is left of `spans` when the time of `taken` goes."""
    left = list(spans)
    for hole in taken:
        left = [part for span in left for part in _cut(span, hole)]
    return union(left)


def _cut(span: Span, hole: Span) -> Iterator[Span]:
    before = replace(span, end=min(span.end, hole.start))
    after = replace(span, start=max(span.start, hole.end))
    yield from (part for part in (before, after) if part.start < part.end)
