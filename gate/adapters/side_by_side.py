"""Ask several things at once, and ask each thing once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from gate.domain.missing import Missing
from gate.domain.ports import FactMissing

MOST_AT_ONCE = 32

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")


def side_by_side(questions: Iterable[Callable[[], T]]) -> list[T]:
    """Ask all of them at the same time and return the answers in order.

    The first failure in that order is raised, and what was not asked by then is not asked any more.
    """
    asked = list(questions)
    if len(asked) < 2:
        return [question() for question in asked]
    # A pool for each call: a shared one would deadlock when a question asks further questions.
    with ThreadPoolExecutor(max_workers=min(len(asked), MOST_AT_ONCE)) as pool:
        futures = [pool.submit(question) for question in asked]
        try:
            return [future.result() for future in futures]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def chunks(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """Parts of at most `size`, in order; none of nothing."""
    return [items[at : at + size] for at in range(0, len(items), size)]


def both(first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
    """Ask two different things at the same time."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        other = pool.submit(second)
        return first(), other.result()


class Once(Generic[T]):
    """A question that is asked once, by whichever thread comes first; a FactMissing is an answer too."""

    def __init__(self, question: Callable[[], T]) -> None:
        self._question = question
        self._lock = threading.Lock()
        self._answers: list[T | Missing] = []

    def __call__(self) -> T:
        """The answer; waits while another thread is asking."""
        with self._lock:
            if not self._answers:
                try:
                    self._answers.append(self._question())
                except FactMissing as gap:
                    self._answers.append(gap.missing)
        found = self._answers[0]
        if isinstance(found, Missing):
            raise FactMissing(found)
        return found
