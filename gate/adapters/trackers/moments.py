"""Times as Jira writes them, in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from gate.adapters.part import Part, utc

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SECONDS = range(1_000_000_000, 5_000_000_000)
"""2001 to 2128. The same years in milliseconds are a thousand times as much, so the two cannot be confused."""


def moment(value: object) -> datetime | None:
    """`2026-11-25T15:00:00.000+0000`, `…Z`, or a number since 1970; None when it is no moment.

    Jira's bulk changelog tells milliseconds: the integer of its published example is, as milliseconds, the very time
    that the example of the single changelog gives. Seconds are understood as well. A time without a zone is none.
    """
    match value:
        case bool():
            return None
        case int() if value in _SECONDS:
            return datetime.fromtimestamp(value, UTC)
        case int() if value // 1000 in _SECONDS:
            return datetime.fromtimestamp(value // 1000, UTC) + timedelta(milliseconds=value % 1000)
        case str() if not _DATE.fullmatch(value):
            return utc(value)
        case _:
            return None


def moment_of(part: Part, name: str) -> datetime:
    """The member as a moment, in any of these forms. FactMissing when it is none."""
    member = part.member(name)
    if (found := moment(member.value)) is None:
        raise part.wrong("a time with its zone", name)
    return found


def day(value: object, *, end: bool) -> datetime | None:
    """A date without a time, which is the whole day in UTC: its beginning, or with `end` its end."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        start = datetime.combine(date.fromisoformat(value), time(), UTC)
        return start + timedelta(days=1 if end else 0)
    except (ValueError, OverflowError):
        return None
