"""Ask each of several like questions once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from functools import partial
from typing import Generic, TypeVar

from gate.adapters.side_by_side import Once

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class OnceEach(Generic[K, T]):
    """A question with a key, asked once for each key, by whichever thread comes first."""

    def __init__(self, question: Callable[[K], T]) -> None:
        self._question = question
        self._lock = threading.Lock()
        self._asked: dict[K, Once[T]] = {}

    def __call__(self, key: K) -> T:
        """The answer; waits while another thread is asking the same."""
        with self._lock:
            once = self._asked.setdefault(key, Once(partial(self._question, key)))
        return once()
