"""Times and durations as a world file writes them: absolute, or relative to the world's now."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

_SPAN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?")
_RELATIVE = re.compile(r"[+-](?=\d)[0-9dhms]+")


def duration(raw: Any) -> timedelta:
    """`250ms`, `30s`, `1h30m`, `2d`, as a duration; ValueError with what is allowed."""
    match = _SPAN.fullmatch(raw) if isinstance(raw, str) and raw else None
    if match is None:
        raise ValueError("must be a duration such as 250ms, 30s, 1h30m or 2d")
    days, hours, minutes, seconds, milliseconds = (int(group or 0) for group in match.groups())
    return timedelta(
        days=days, hours=hours, minutes=minutes, seconds=seconds, milliseconds=milliseconds
    )


def is_relative(raw: Any) -> bool:
    """Whether this is meant as a time relative to now, such as `-3d4h`."""
    return isinstance(raw, str) and _RELATIVE.fullmatch(raw) is not None


def moment(raw: Any, now: datetime) -> datetime:
    """A time in UTC from ISO 8601 with an offset, or relative to `now`; ValueError with what is allowed."""
    if is_relative(raw):
        span = duration(raw[1:])
        return now - span if raw.startswith("-") else now + span
    try:
        found = datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    except ValueError:
        found = None
    if not isinstance(found, datetime) or found.tzinfo is None:
        raise ValueError(
            "must be a time with its zone, 2026-11-25T15:00:00Z, or relative: -3d4h, +30m"
        )
    return found.astimezone(UTC)
