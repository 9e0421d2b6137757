"""The scenario's clock: starts at the world's now and runs as fast as the real one."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the world's time."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._began = time.monotonic()

    def __call__(self) -> datetime:
        """The world's now, aware and in UTC."""
        return self._start + timedelta(seconds=time.monotonic() - self._began)


def iso(at: datetime) -> str:
    """A time as GitHub writes it: `2026-11-25T15:00:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
