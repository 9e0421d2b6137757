"""What the sandbox was asked, when, and how many of the requests had to wait for one another."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """One request. Times are seconds of the monotonic clock; status 0 means that the connection was reset."""

    method: str
    path: str
    operation: str
    started: float
    finished: float
    status: int


class RequestLog:
    """Collects requests from all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[LoggedRequest] = []

    def add(self, request: LoggedRequest) -> None:
        """Note one request."""
        with self._lock:
            self._requests.append(request)

    def all(self) -> tuple[LoggedRequest, ...]:
        """Everything so far, by start."""
        with self._lock:
            return tuple(sorted(self._requests, key=lambda request: request.started))


def rounds(requests: Iterable[LoggedRequest]) -> int:
    """The longest chain of requests of which each began after the one before had ended.

    That is what no parallelism could have shortened, as long as the client asks as soon as it can.
    """
    count, free_at = 0, float("-inf")
    for request in sorted(requests, key=lambda request: request.finished):
        if request.started >= free_at:
            count, free_at = count + 1, request.finished
    return count
