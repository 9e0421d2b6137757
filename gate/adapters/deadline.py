"""One deadline for everything that is asked of the world during a check."""

from __future__ import annotations

import time
from collections.abc import Callable

from gate.adapters.token_forms import without_credentials
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing


class Deadline:
    """The moment after which no question is asked any more, counted in seconds from the making of this object.

    Safe to share between threads. `clock` counts seconds and never goes back.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    def remaining(self) -> float:
        """Seconds left; zero or less once it is over."""
        return self._end - self._clock()

    def timeout(self, cap: float, source: str = "the systems asked") -> float:
        """How long one question may take: `cap` seconds, or what is left if that is less.

        FactMissing (`timed-out`) when nothing is left; `source` then names what could not be asked.
        """
        left = self.remaining()
        if left <= 0:
            raise FactMissing(self.over(source))
        return min(cap, left)

    def over(self, source: str) -> Missing:
        """The Missing for a question that this deadline cut off."""
        return Missing(
            source=without_credentials(source),
            reason_code="timed-out",
            detail=f"no answer came within the {self._seconds:g} seconds that the whole check may take",
            remedy="start the deploy again; if it stays, whoever runs the runner looks at its network",
            retriable=True,
        )
