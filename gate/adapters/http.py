"""Ask over HTTP within bounds: one deadline, only reads repeated, no redirects, no huge answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from tenacity import RetryCallState, Retrying, retry_if_exception_type
from urllib3.exceptions import HTTPError

from gate.adapters.answer import Answer, Asked, refusal
from gate.adapters.body import TooLarge, read_to_end
from gate.adapters.come_back import is_limit, seconds_to_wait
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder, Started
from gate.adapters.no_answer import may_pass, no_answer
from gate.domain.ports import FactMissing

CONNECT_SECONDS = 5
READ_SECONDS = 20
LONGEST_WAIT = 20
ATTEMPTS = 4
LARGEST_ANSWER = 5_000_000
AT_ONCE = 16

_BUSY = frozenset({429, 502, 503, 504})

Keep = Collection[str] | Callable[[object], Collection[str]]
"""Keys of the answer that the evidence keeps, or how to find them in it."""


class _Again(Exception):
    """It went wrong in a way that may pass; `gap` is what to say when it does not."""

    def __init__(self, gap: FactMissing, wait: float | None = None) -> None:
        super().__init__()
        self.gap = gap
        self.wait = wait


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
    watch: Callable[[Answer], None] = lambda _: None
    """Sees every answer before anything else does, and may raise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    asked: Asked
    method: str
    url: str
    body: object
    keep: Keep
    shown: str


class Http:
    """One place to ask. Safe to use from several threads.

    Every method raises FactMissing when no answer came that could be believed.
    """

    def __init__(
        self,
        place: Place,
        *,
        recorder: Recorder,
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._place = place
        self._recorder = recorder
        self._deadline = deadline
        self._sleep = sleep
        self._clock = clock
        self._session = _session(place)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def get(
        self,
        path: str,
        what: str,
        *,
        params: Mapping[str, str | int] | None = None,
        keep: Keep = (),
        shown: str = "",
    ) -> Answer:
        """Read something. `path` goes on from the base address; `what` names it for people ("ticket CHG-7").

        `shown` is the address for the evidence, where the true one is a secret.
        """
        query = f"?{urlencode(params)}" if params else ""
        return self.ask("GET", path + query, what, keep=keep, shown=shown)

    def query(
        self, path: str, what: str, body: object, *, keep: Keep = (), shown: str = ""
    ) -> Answer:
        """Ask with a POST that only reads, such as GraphQL: it may be repeated."""
        return self.ask("POST", path, what, body=body, keep=keep, shown=shown, reads=True)

    def ask(
        self,
        method: str,
        path: str,
        what: str,
        *,
        body: object = None,
        keep: Keep = (),
        shown: str = "",
        reads: bool = False,
    ) -> Answer:
        """Send and return the answer, whatever its status below 500 is; limits and redirects are no answers.

        Only GET, HEAD and what `reads` is true for are ever sent a second time.
        """
        url = self._place.base_url + path
        asked = Asked(system=self._place.system, what=what, host=urlsplit(url).hostname or "")
        request = _Request(
            asked=asked, method=method, url=url, body=body, keep=keep, shown=shown or url
        )
        attempts = ATTEMPTS if reads or method in {"GET", "HEAD"} else 1
        retrying = Retrying(
            retry=retry_if_exception_type(_Again),
            wait=_wait,
            stop=lambda state: state.attempt_number >= attempts or self._is_too_late(state),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._once, request)
        except _Again as last:
            raise last.gap from last.__cause__

    def _is_too_late(self, state: RetryCallState) -> bool:
        return (
            state.upcoming_sleep > LONGEST_WAIT
            or state.upcoming_sleep >= self._deadline.remaining()
        )

    def _once(self, request: _Request) -> Answer:
        asked, started = request.asked, self._recorder.start()
        timeout = (
            self._deadline.timeout(CONNECT_SECONDS, asked.source),
            self._deadline.timeout(READ_SECONDS, asked.source),
        )
        try:
            with self._session.request(
                request.method,
                request.url,
                json=request.body,
                timeout=timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                content = self._recorder.without_secrets(self._read(response, asked))
        except FactMissing:
            self._record(started, request, None)
            raise
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            self._record(started, request, None)
            raise self._failure(asked, error) from error
        answer = Answer.of(asked, response.status_code, response.headers, content)
        self._record(started, request, answer)
        return self._checked(answer)

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

    def _checked(self, answer: Answer) -> Answer:
        """The answer, unless it tells us to come back, or to go elsewhere."""
        self._place.watch(answer)
        limited = is_limit(answer.status, answer.headers)
        if limited or answer.status in _BUSY:
            wait = seconds_to_wait(answer.headers, self._clock())
            raise _Again(_busy(answer, wait), wait)
        if answer.status >= 500 or 300 <= answer.status < 400:
            raise refusal(answer)
        return answer

    def _failure(self, asked: Asked, error: Exception) -> Exception:
        if self._deadline.remaining() <= 0:
            return FactMissing(self._deadline.over(asked.source))
        gap = no_answer(asked, error)
        return _Again(gap) if may_pass(error) else gap

    def _record(self, started: Started, request: _Request, answer: Answer | None) -> None:
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


def _session(place: Place) -> requests.Session:
    session = requests.Session()
    session.auth = place.auth
    session.headers.update({"Accept": ", ".join(place.accept), "User-Agent": "change-gate"})
    # A session cookie would let one answer speak for the token of the next.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=AT_ONCE))
    return session


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, _Again) else None
    return 0.5 * 2 ** (state.attempt_number - 1) if asked is None else asked


def _busy(answer: Answer, wait: float | None) -> FactMissing:
    gap = refusal(answer)
    if wait is None:
        return gap
    return answer.asked.missing(
        gap.missing.reason_code,
        f"{gap.missing.detail}; it wants to be asked again in {wait:.0f} seconds",
    )
