"""When a system that is busy asks to be asked again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_RESETS = ("ratelimit-reset", "x-ratelimit-reset")
_A_MOMENT = 1e8
"""Smaller numbers are seconds to wait, larger ones a moment since 1970."""
_IN_MILLISECONDS = 1e11


def is_limit(status: int, headers: Mapping[str, str]) -> bool:
    """Tell a limit from a lacking permission: GitHub says both with 403. `headers` ignore case."""
    if status == 429:
        return True
    return status == 403 and (
        "retry-after" in headers or headers.get("x-ratelimit-remaining", "").strip() == "0"
    )


def seconds_to_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the answer asks to wait; None when it does not say, or says it in no known form.

    `Retry-After` is a number or an HTTP date (RFC 9110 §10.2.3). The resets are seconds from now, seconds or
    milliseconds since 1970, or `2026-11-25T15:00Z`, depending on the system. `now` (aware) serves where the answer
    has no `Date` of its own.
    """
    told = _http_date(headers.get("date", "")) or now
    after = headers.get("retry-after", "").strip()
    if after:
        return _from_now(_number(after), _http_date(after), told)
    for name in _RESETS:
        if reset := headers.get(name, "").strip():
            return _from_now(_number(reset), _iso(reset), told)
    return None


def _from_now(number: float | None, moment: datetime | None, now: datetime) -> float | None:
    if number is not None and number >= _A_MOMENT:
        number = number / (1000 if number >= _IN_MILLISECONDS else 1) - now.timestamp()
    elif moment is not None:
        number = (moment - now).total_seconds()
    return None if number is None else max(number, 0.0)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _http_date(text: str) -> datetime | None:
    try:
        return _aware(parsedate_to_datetime(text))
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        return _aware(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def _aware(moment: datetime) -> datetime:
    # Both forms are in GMT when they name no zone.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
