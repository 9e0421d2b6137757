"""What was asked of the world and what it answered, kept for the evidence without any credential."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit, urlunsplit

from gate.adapters.redaction import Redactor


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question to one system, and the redacted answer."""

    system: str
    method: str
    url: str
    """Path and query only, without credentials."""
    status: int
    """The HTTP status; 0 when no answer came."""
    date: datetime | None
    """The answer's own `Date`, in UTC."""
    elapsed_ms: int
    body: object
    """The listed keys of a JSON answer; for an error only its `message`."""


@dataclass(frozen=True, slots=True)
class Started:
    """A question that is under way: what `Recorder.start` hands out and `Recorder.record` takes back."""

    order: int
    at: float


class Recorder:
    """Collects exchanges from all threads. `clock` tells the local time (aware, UTC) at which an answer came."""

    def __init__(self, clock: Callable[[], datetime], secrets: Iterable[str] = ()) -> None:
        self._clock = clock
        self._redactor = Redactor(secrets)
        self._lock = threading.Lock()
        self._asked = 0
        self._recorded: dict[int, Exchange] = {}
        self._skews: list[int] = []

    def start(self) -> Started:
        """Note that a question is asked now: exchanges are told in this order."""
        with self._lock:
            self._asked += 1
            return Started(self._asked, time.monotonic())

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
        """Keep the answer to a question, once. `date` is the answer's Date header as it came.

        Of `body` (parsed JSON) only the keys in `keep` stay, at any depth; of an error only its status and `message`.
        """
        told = _moment(date)
        exchange = Exchange(
            system=system,
            method=method,
            url=self._redactor.address(_path_and_query(url)),
            status=status,
            date=told,
            elapsed_ms=round((time.monotonic() - started.at) * 1000),
            body=self._redactor.body(body, keep if 0 < status < 400 else ("message",)),
        )
        skew = None if told is None else round((self._clock() - told).total_seconds())
        with self._lock:
            self._recorded[started.order] = exchange
            if skew is not None:
                self._skews.append(skew)

    def without_secrets(self, content: bytes) -> bytes:
        """An answer as it came, but for our own secrets in it. To be called before anything reads it."""
        return self._redactor.content(content)

    def mask(self, text: str) -> str:
        """A text without anything that looks like a credential."""
        return self._redactor.text(text)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Everything recorded so far, in the order in which it was asked."""
        with self._lock:
            return tuple(self._recorded[order] for order in sorted(self._recorded))

    def skew(self) -> int | None:
        """Seconds between our clock and the answers' clocks where they differ most; positive when ours is ahead.

        None when no answer said what time it is.
        """
        with self._lock:
            return max(self._skews, key=abs, default=None)


def _moment(date: str | None) -> datetime | None:
    try:
        told = parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
    if told is None:
        return None
    # `-0000` gives a naive time; the header's own rule is that it is always GMT.
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)


def _path_and_query(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "[not an address]"
    return urlunsplit(("", "", parts.path, parts.query, ""))
