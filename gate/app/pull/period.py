"""The period that evidence is pulled for: days of UTC, both ends included, or exact moments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `since` on and before `until`, both in UTC."""

    since: datetime
    until: datetime

    def has(self, told: str) -> bool:
        """Whether a moment (RFC 3339) is part of it. What nobody can date is: it could be."""
        at = moment_of(told)
        return at is None or self.since <= at < self.until

    def is_before(self, told: str) -> bool:
        """Whether the whole period is later than a moment. What nobody can date is not."""
        at = moment_of(told)
        return at is not None and at < self.since


def moment_of(told: str) -> datetime | None:
    """A moment of RFC 3339, in UTC; None when the text is none."""
    if not _MOMENT.fullmatch(told):
        return None
    try:
        return datetime.fromisoformat(told.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def first_instant(text: str) -> datetime:
    """The beginning of a day, or the moment itself, in UTC. ValueError says what is wrong."""
    return _read(text)[0]


def end_behind(text: str) -> datetime:
    """The first instant that is no part any more, when the day or the moment is. ValueError says what is wrong."""
    begin, is_day = _read(text)
    try:
        return begin + (timedelta(days=1) if is_day else _INSTANT)
    except OverflowError:
        raise ValueError(f"{text} is too late for any calendar") from None


def _read(text: str) -> tuple[datetime, bool]:
    try:
        if _DAY.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC), True
        found = moment_of(text)
    except ValueError:
        raise ValueError(f"{text} is no day of the calendar") from None
    if found is None:
        raise ValueError(
            f"{text} is neither a day such as 2026-03-31 nor a moment such as 2026-03-31T12:00:00Z"
        )
    return found, False
