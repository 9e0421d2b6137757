"""The connections that PyGithub is given: they mind the deadline, and read an answer to its end or not at all."""

from __future__ import annotations

from functools import partial
from typing import Any, Protocol

import requests
from github.Requester import (
    HTTPRequestsConnectionClass,
    HTTPSRequestsConnectionClass,
    Requester,
    RequestsResponse,
)

from gate.adapters.body import TooLarge, read_to_end
from gate.adapters.deadline import Deadline
from gate.adapters.forges.github.session import TravelFailed

CONNECT_SECONDS = 5
READ_SECONDS = 15
LARGEST_ANSWER = 64_000_000

_MOVED = frozenset({301, 303, 307, 308})


def bound_requester(session: requests.Session, deadline: Deadline) -> type[Requester]:
    """A Requester whose connections borrow `session` and mind `deadline`.

    Injecting changes the class that it is called on, hence a subclass: PyGithub elsewhere stays as it is.
    """

    class Plain(HTTPRequestsConnectionClass):
        def __init__(self, host: str, port: int | None = None, **_: Any) -> None:
            self.place = f"http://{host}:{port or 80}"

        def getresponse(self) -> RequestsResponse:
            return _ask(session, deadline, self)

        def close(self) -> None:
            """The session outlives the connection."""

    class Safe(HTTPSRequestsConnectionClass):
        def __init__(self, host: str, port: int | None = None, **_: Any) -> None:
            self.place = f"https://{host}:{port or 443}"

        def getresponse(self) -> RequestsResponse:
            return _ask(session, deadline, self)

        def close(self) -> None:
            """The session outlives the connection."""

    class BoundRequester(Requester):
        pass

    BoundRequester.injectConnectionClasses(Plain, Safe)
    return BoundRequester


class _Connection(Protocol):
    """What PyGithub has put into a connection by the time it wants the answer."""

    place: str
    verb: str
    url: str
    headers: dict[str, str]
    input: Any


def _ask(
    session: requests.Session, deadline: Deadline, connection: _Connection
) -> RequestsResponse:
    with session.request(
        connection.verb,
        connection.place + connection.url,
        headers=connection.headers,
        data=connection.input,
        timeout=timeouts(deadline),
        allow_redirects=False,
        stream=True,
    ) as response:
        return _Whole(response, read_whole(response, deadline))


def timeouts(deadline: Deadline) -> tuple[float, float]:
    """Seconds to connect and to wait for the next bytes."""
    left = max(deadline.remaining(), 0.05)
    return min(CONNECT_SECONDS, left), min(READ_SECONDS, left)


class _Whole(RequestsResponse):
    """A response that was read to its end."""

    def __init__(self, response: requests.Response, content: bytes) -> None:
        super().__init__(response)
        self._content = content

    def read(self) -> str:
        # PyGithub wants a text; this one turns back into the same bytes.
        return self._content.decode("utf-8", "surrogateescape")


def read_whole(response: requests.Response, deadline: Deadline) -> bytes:
    """The content to its end, however slowly it comes; TravelFailed when it never does within the deadline."""
    if response.status_code in _MOVED:
        # PyGithub would follow and lose the query, and with it the page that was asked for.
        raise TravelFailed(
            "wrong-object",
            "GitHub sent us elsewhere: the repository was moved or renamed, or the address is wrong",
        )
    if response.status_code == 202:
        raise TravelFailed("unavailable", "GitHub is still working on the answer (HTTP 202)")
    try:
        return read_to_end(response, LARGEST_ANSWER, partial(_check_time, deadline))
    except TooLarge:
        raise TravelFailed(
            "too-large", f"the answer is larger than {LARGEST_ANSWER} bytes"
        ) from None


def _check_time(deadline: Deadline) -> None:
    if deadline.remaining() <= 0:
        raise TravelFailed(
            "timed-out", "the deadline of the check came before the end of an answer"
        )
