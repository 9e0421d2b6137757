"""Requests that are being answered, and whatever holds some of them back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 5


class OnTheWay:
    """Counts the requests of one server. Safe to use from several threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._hurry = threading.Event()

    @contextmanager
    def one(self) -> Iterator[Callable[[float], object]]:
        """While a request is being answered: how to wait some seconds for it, or until there is a hurry."""
        with self._changed:
            self._count += 1
            hurry = self._hurry
        try:
            yield hurry.wait
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def hurry(self, *, for_good: bool = False) -> None:
        """Let everything arrive that is on its way, and wait until it has.

        Requests that come later may take their time again, unless the hurry is `for_good`; then nobody waits for them.
        """
        with self._changed:
            self._hurry.set()
            if not for_good:
                self._hurry = threading.Event()
                self._changed.wait_for(lambda: self._count == 0, PATIENCE_SECONDS)
