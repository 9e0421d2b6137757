"""Reading thousands of files takes hours, which is fine; silence and haste are not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from datetime import datetime

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder, Started
from gate.domain.missing import Missing

SECONDS = 300.0
LONGEST_WAIT = 120
"""Seconds that a forge may ask to wait. GitHub asks for a minute when requests come too fast, GitLab for its rest."""
PER_SECOND, AT_FIRST = 13.0, 100
"""GitHub takes 900 reads a minute from one token, GitLab.com 2,000 from one person."""


class Patience(Deadline):
    """A deadline that every answer puts off: it is over once no answer has come for so many seconds."""

    def __init__(
        self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(seconds, clock)

    def renew(self) -> None:
        """Begin anew."""
        self._end = self._clock() + self._seconds

    def over(self, source: str) -> Missing:
        """The Missing for a question that got no answer."""
        return Missing(
            source=source,
            reason_code="timed-out",
            detail=f"no answer came for {self._seconds:g} seconds",
            remedy="run it again: it goes on where it stopped",
            retriable=True,
        )


class Unkept(Recorder):
    """Keeps nothing of what is asked, since nothing is decided on it; every answer renews the patience."""

    def __init__(
        self, clock: Callable[[], datetime], secrets: Collection[str], patience: Patience
    ) -> None:
        super().__init__(clock, secrets)
        self._patience = patience

    def record(
        self,
        started: Started,
        *,
        system: str,
        method: str,
        url: str,
        status: int,
        date: str | None = None,
        body: object = None,
        keep: Collection[str] = (),
    ) -> None:
        """An answer came, unless the status is 0."""
        if status:
            self._patience.renew()


class Pace:
    """So many requests a second, whoever asks, but for the first ones. Safe to use from several threads."""

    def __init__(
        self,
        per_second: float = PER_SECOND,
        at_first: int = AT_FIRST,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gap = 1 / per_second
        self._saved = (at_first - 1) * self._gap
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()
        self._next = clock() - self._saved

    def __call__(self) -> None:
        """Wait for this request's turn."""
        with self._lock:
            now = self._clock()
            turn = max(self._next, now - self._saved)
            self._next = turn + self._gap
        if turn > now:
            self._sleep(turn - now)
