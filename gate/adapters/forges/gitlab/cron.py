"""When a cron expression fires, in wall-clock time."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

MOST_TIMES_A_DAY = 48

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_ITEM = re.compile(r"(?P<all>\*)|(?P<first>[a-z0-9]{1,9})(?:-(?P<last>[a-z0-9]{1,9}))?")


class CronUnknown(ValueError):
    """It is no cron expression, or one of a kind that this version of the gate does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """A cron expression of five fields. Days count when they fit either field, if both are given, as cron does it."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] | None
    """None for `*`; 0 stands for the last day of the month."""
    months: frozenset[int]
    weekdays: frozenset[int] | None
    """None for `*`; counted from Sunday = 0."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """CronUnknown says why it cannot be read."""
        lower = text.strip().lower()
        fields = _NICKNAMES.get(lower, lower).split()
        if len(fields) != 5:
            raise CronUnknown(f"it has {len(fields)} fields instead of five")
        minutes, hours = _field(fields[0], 0, 59), _field(fields[1], 0, 23)
        if len(minutes) * len(hours) > MOST_TIMES_A_DAY:
            raise CronUnknown("it fires more often than any freeze begins or ends")
        days = {0 if part == "l" else part for part in fields[2].split(",")}
        numbers = [str(part) for part in days if part != 0]
        return cls(
            minutes=minutes,
            hours=hours,
            days=None
            if fields[2] == "*"
            else frozenset({0} & days) | (_field(",".join(numbers), 1, 31) if numbers else set()),
            months=_field(fields[3], 1, 12, _MONTHS, 1),
            weekdays=None
            if fields[4] == "*"
            else frozenset(day % 7 for day in _field(fields[4], 0, 7, _DAYS)),
        )

    def firings(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """The times (naive) from `since` to `until`, both included, the earliest first."""
        times = sorted(time(hour, minute) for hour in self.hours for minute in self.minutes)
        day = since.date()
        while day <= until.date():
            if self._is_day(day):
                yield from (
                    moment
                    for at in times
                    if since <= (moment := datetime.combine(day, at)) <= until
                )
            day += timedelta(days=1)

    def _is_day(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        last = day.day == monthrange(day.year, day.month)[1]
        by_date = self.days is None or day.day in self.days or (last and 0 in self.days)
        by_weekday = self.weekdays is None or (day.weekday() + 1) % 7 in self.weekdays
        if self.days is None or self.weekdays is None:
            return by_date and by_weekday
        return by_date or by_weekday


def _field(
    text: str, low: int, high: int, names: tuple[str, ...] = (), offset: int = 0
) -> frozenset[int]:
    return frozenset(
        number for part in text.split(",") for number in _part(part, low, high, names, offset)
    )


def _part(part: str, low: int, high: int, names: tuple[str, ...], offset: int) -> range:
    item, slash, step = part.partition("/")
    found = _ITEM.fullmatch(item)
    if found is None or (slash and not (step.isdecimal() and 0 < int(step[:4]) < 1000)):
        raise CronUnknown(f"{part!r} is of no kind that is known")
    if found["all"]:
        first, last = low, high
    else:
        first = _number(found["first"], names, offset)
        last = _number(found["last"], names, offset) if found["last"] else high if slash else first
    if not low <= first <= last <= high:
        raise CronUnknown(f"{part!r} is not within {low} and {high}")
    return range(first, last + 1, int(step) if slash else 1)


def _number(text: str, names: tuple[str, ...], offset: int) -> int:
    if text in names:
        return names.index(text) + offset
    if not (text.isascii() and text.isdecimal()):
        raise CronUnknown(f"{text!r} is no number")
    return int(text)
