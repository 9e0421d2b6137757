"""Ask and write over HTTP: reads are repeated while that can help, writes only when nothing was done."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from tenacity import RetryCallState, Retrying, retry_if_exception

from gate.adapters.answer import Answer, Asked, refusal
from gate.adapters.come_back import is_limit
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.sending import Keep, Place, Request, Sender, Unanswered
from gate.adapters.writing import WriteUnknown, done

__all__ = ["ATTEMPTS", "LONGEST_WAIT", "Http", "Keep", "Place"]

LONGEST_WAIT = 20
ATTEMPTS = 4


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
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        self._place = place
        self._deadline = deadline
        self._sleep = sleep
        self._clock = clock
        self._longest_wait = longest_wait
        self._sender = Sender(place, recorder=recorder, deadline=deadline)

    def close(self) -> None:
        """Close all connections."""
        self._sender.close()

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
        attempts = ATTEMPTS if reads or method in {"GET", "HEAD"} else 1
        request = self._request(method, path, what, body=body, keep=keep, shown=shown)
        return self._repeated(self._read, request, attempts)

    def write(
        self,
        method: str,
        path: str,
        what: str,
        body: object = None,
        *,
        keep: Keep = (),
        shown: str = "",
    ) -> Answer:
        """Change something, and return the answer to a change that was made (2xx). `what` is what is written, for
        people ("a comment on ticket CHG-7").

        WriteUnknown when nobody can tell whether it was made: look before writing again. Any other FactMissing means
        that it was not made. Sent again only where that is certain: after a limit, or without a connection.
        """
        request = self._request(method, path, what, body=body, keep=keep, shown=shown)
        return self._repeated(self._written, request, ATTEMPTS)

    def _request(
        self, method: str, path: str, what: str, *, body: object, keep: Keep, shown: str
    ) -> Request:
        url = self._place.base_url + path
        asked = Asked(system=self._place.system, what=what, host=urlsplit(url).hostname or "")
        return Request(
            asked=asked, method=method, url=url, body=body, keep=keep, shown=shown or url
        )

    def _repeated(
        self, once: Callable[[Request], Answer], request: Request, attempts: int
    ) -> Answer:
        retrying = Retrying(
            retry=retry_if_exception(lambda e: isinstance(e, Unanswered) and e.may_pass),
            wait=_wait,
            stop=lambda state: state.attempt_number >= attempts or self._is_too_late(state),
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(once, request)

    def _is_too_late(self, state: RetryCallState) -> bool:
        return (
            state.upcoming_sleep > self._longest_wait
            or state.upcoming_sleep >= self._deadline.remaining()
        )

    def _read(self, request: Request) -> Answer:
        """The answer, unless it tells us to come back, or to go elsewhere."""
        answer = self._sender.send(request)
        self._place.watch(answer)
        if is_limit(answer.status, answer.headers) or answer.status in self._place.busy:
            raise self._busy(answer)
        if answer.status >= 500 or 300 <= answer.status < 400:
            raise refusal(answer)
        return answer

    def _written(self, request: Request) -> Answer:
        try:
            answer = self._sender.send(request)
        except Unanswered as lost:
            if lost.arrived:
                raise WriteUnknown.of(lost.missing) from lost
            raise
        if is_limit(answer.status, answer.headers):
            raise self._busy(answer)
        return done(answer, self._place.watch)

    def _busy(self, answer: Answer) -> Unanswered:
        wait = self._place.come_back(answer, self._clock())
        gap = refusal(answer)
        if wait is not None:
            gap = answer.asked.missing(
                gap.missing.reason_code,
                f"{gap.missing.detail}; it wants to be asked again in {wait:.0f} seconds",
            )
        return Unanswered(gap.missing, may_pass=True, arrived=True, wait=wait)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, Unanswered) else None
    return 0.5 * 2 ** (state.attempt_number - 1) if asked is None else asked
