"""Work that others can make endless, and that must end in time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from gate.adapters.answer import Asked
from gate.adapters.deadline import Deadline
from gate.domain.ports import FactMissing

T = TypeVar("T")


def bounded(work: Callable[[], T], seconds: float, deadline: Deadline, asked: Asked) -> T:
    """The result of `work`, or its FactMissing; `too-large` or `timed-out` when it takes too long.

    Nobody can stop a thread, so one that takes too long runs on until the process ends, and does not hold that up.
    """
    done: queue.SimpleQueue[T | Exception] = queue.SimpleQueue()
    allowed = deadline.timeout(seconds, asked.source)
    threading.Thread(target=lambda: done.put(_outcome(work)), daemon=True).start()
    try:
        outcome = done.get(timeout=allowed)
    except queue.Empty:
        if deadline.remaining() <= 0:
            raise FactMissing(deadline.over(asked.source)) from None
        raise asked.missing(
            "too-large", f"its events cannot be worked out within {seconds:g} seconds"
        ) from None
    if isinstance(outcome, FactMissing):
        raise outcome
    if isinstance(outcome, Exception):
        # Whatever a parser trips over, the calendar is not what it should be.
        raise asked.missing(
            "unreadable", f"the calendar breaks its own format ({type(outcome).__name__})"
        ) from outcome
    return outcome


def _outcome(work: Callable[[], T]) -> T | Exception:
    try:
        return work()
    except Exception as error:
        return error
