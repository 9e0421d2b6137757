"""Send one request and take in its answer, within bounds: one deadline, no redirects, no huge answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from gate.adapters.answer import Answer, Asked
from gate.adapters.body import TooLarge, read_to_end
from gate.adapters.come_back import seconds_to_wait
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder, Started
from gate.adapters.no_answer import may_pass, never_sent, no_answer
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing

CONNECT_SECONDS = 5
READ_SECONDS = 20
LARGEST_ANSWER = 5_000_000
AT_ONCE = 32

Keep = Collection[str] | Callable[[object], Collection[str]]
"""Keys of the answer that the evidence keeps, or how to find them in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to ask, as whom, and what may come back."""

    system: str
    """As people call it: `Jira`."""
    base_url: str
    """Without a slash at its end; every path goes on from it."""
    auth: AuthBase
    accept: tuple[str, ...] = ("application/json",)
    largest: int = LARGEST_ANSWER
    busy: frozenset[int] = frozenset({429, 502, 503, 504})
    """Statuses after which a read is asked again."""
    watch: Callable[[Answer], None] = lambda _: None
    """Sees every answer before anything else does, and may raise."""
    come_back: Callable[[Answer, datetime], float | None] = lambda answer, now: seconds_to_wait(
        answer.headers, now
    )
    """Seconds that the answer of a busy system asks to wait, where it does not say so in its headers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. `shown` is its address as the evidence tells it."""

    asked: Asked
    method: str
    url: str
    body: object
    keep: Keep
    shown: str


class Unanswered(FactMissing):
    """No answer came that says anything.

    `may_pass`: asking again can help, after `wait` seconds where the system named them. `arrived`: the system may have
    got the request, and may have done what it says.
    """

    def __init__(
        self, missing: Missing, *, may_pass: bool, arrived: bool, wait: float | None = None
    ) -> None:
        super().__init__(missing)
        self.may_pass = may_pass
        self.arrived = arrived
        self.wait = wait


class Sender:
    """The connections to one place, and no more requests at once than these. Safe to use from several threads."""

    def __init__(self, place: Place, *, recorder: Recorder, deadline: Deadline) -> None:
        self._place = place
        self._recorder = recorder
        self._deadline = deadline
        self._session = _session(place)
        # Beyond the pool each request would open a connection of its own, and close it at once.
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def send(self, request: Request) -> Answer:
        """Send it once, and return the answer whatever its status is. Unanswered when none came whole."""
        # Those that are on their way end by the deadline, so whoever waits here does as well.
        with self._free:
            return self._send(request)

    def _send(self, request: Request) -> Answer:
        asked = request.asked
        timeout = self._timeouts(asked)
        started = self._recorder.start()
        try:
            with self._session.request(
                request.method,
                request.url,
                **_body(request.body),
                timeout=timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                content = self._recorder.without_secrets(self._read(response, asked))
        except FactMissing as gap:
            self._record(started, request, None)
            raise Unanswered(gap.missing, may_pass=False, arrived=True) from None
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            self._record(started, request, None)
            raise self._failure(asked, error) from error
        answer = Answer.of(asked, response.status_code, response.headers, content)
        self._record(started, request, answer)
        return answer

    def _timeouts(self, asked: Asked) -> tuple[float, float]:
        try:
            return (
                self._deadline.timeout(CONNECT_SECONDS, asked.source),
                self._deadline.timeout(READ_SECONDS, asked.source),
            )
        except FactMissing as gap:
            raise Unanswered(gap.missing, may_pass=False, arrived=False) from None

    def _read(self, response: requests.Response, asked: Asked) -> bytes:
        largest = self._place.largest
        try:
            return read_to_end(
                response, largest, lambda: self._deadline.timeout(READ_SECONDS, asked.source)
            )
        except TooLarge:
            raise asked.missing(
                "too-large", f"the answer from {asked.host} is larger than {largest} bytes"
            ) from None

    def _failure(self, asked: Asked, error: Exception) -> Unanswered:
        arrived = not never_sent(error)
        if self._deadline.remaining() <= 0:
            over = self._deadline.over(asked.source)
            return Unanswered(over, may_pass=False, arrived=arrived)
        gap = no_answer(asked, error).missing
        return Unanswered(gap, may_pass=may_pass(error), arrived=arrived)

    def _record(self, started: Started, request: Request, answer: Answer | None) -> None:
        keep = request.keep
        self._recorder.record(
            started,
            system=self._place.system,
            method=request.method,
            url=request.shown,
            status=answer.status if answer else 0,
            date=answer.headers.get("date") if answer else None,
            body=answer.json if answer else None,
            keep=keep(answer.json if answer else None) if callable(keep) else keep,
        )


def _body(body: object) -> dict[str, Any]:
    """What is sent: bytes as they are, and everything else as JSON."""
    if isinstance(body, bytes):
        return {"data": body, "headers": {"Content-Type": "application/octet-stream"}}
    return {"json": body}


def _session(place: Place) -> requests.Session:
    session = requests.Session()
    session.auth = place.auth
    session.headers.update({"Accept": ", ".join(place.accept), "User-Agent": "change-gate"})
    # A session cookie would let one answer speak for the token of the next.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=AT_ONCE))
    return session
