"""How a question travels: PyGithub, bound to the deadline and safe from several threads."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import requests
from github import Auth, GithubException
from github.Requester import Requester
from urllib3.exceptions import HTTPError

from gate.adapters.deadline import Deadline
from gate.adapters.forges.github.connection import (
    READ_SECONDS,
    bound_requester,
    read_whole,
    timeouts,
)
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.forges.github.session import AT_ONCE, LONGEST_WAIT, TravelFailed, session
from gate.domain.ports import FactMissing

API_VERSION = "2022-11-28"

_NO_ANSWER = (requests.RequestException, HTTPError, OSError, ValueError, OverflowError)
_REMEDY = "whoever owns the workflow passes `github.token` to the gate"


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer as it came. `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Transport:
    """Carries questions to one GitHub with one token. Several threads may use it at once.

    PyGithub's Requester keeps the request under way in its connection, so each question gets one of its own; what they
    share is the session below, whose connection pools are made for threads.
    """

    def __init__(
        self,
        api_url: str,
        token: str,
        deadline: Deadline,
        pause: Callable[[float], None],
        longest_wait: int = LONGEST_WAIT,
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._auth = Auth.Token(token) if token else None
        self._deadline = deadline
        self._session = session(deadline, pause, longest_wait)
        self._class = bound_requester(self._session, deadline)
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def send(
        self,
        question: Question,
        verb: str,
        path: str,
        parameters: Mapping[str, str | int] | None = None,
        body: object = None,
    ) -> Reply:
        """Ask and wait for the whole answer, whatever its status is. FactMissing when none comes."""
        self._deadline.timeout(READ_SECONDS, question.source)
        if self._auth is None:
            raise missing(
                question, "not-configured", "the gate was given no token for GitHub", _REMEDY
            )
        headers = {} if verb == "POST" else {"Accept": "application/vnd.github+json"}
        with self._travelling(question):
            try:
                status, answered, text = self._requester().requestJson(
                    verb, path, dict(parameters or {}), headers, body
                )
            except GithubException as error:
                return _refusal(error)
        return Reply(status, answered, text.encode("utf-8", "surrogateescape"))

    def fetch(self, question: Question, address: str) -> Reply:
        """GET an address on another host that GitHub sent us to. The token does not go there."""
        with self._travelling(question):
            try:
                with self._session.get(
                    address, timeout=timeouts(self._deadline), allow_redirects=False, stream=True
                ) as response:
                    content = read_whole(response, self._deadline)
            except GithubException as error:
                # Storage says 403 in XML when its address is no longer valid, and GithubRetry looks for JSON in it.
                return _refusal(error)
        return Reply(response.status_code, _lower(response.headers), content)

    @contextmanager
    def _travelling(self, question: Question) -> Iterator[None]:
        """While a question is under way: not too many at once, and a failure on the way is a missing fact."""
        if not self._free.acquire(timeout=max(self._deadline.remaining(), 0)):
            raise FactMissing(self._deadline.over(question.source))
        try:
            yield
        except TravelFailed as failure:
            raise missing(question, failure.code, failure.detail) from failure
        except _NO_ANSWER as error:
            raise self._no_answer(question, error) from error
        finally:
            self._free.release()

    def graphql_path(self) -> str:
        """Address of the GraphQL end point: /graphql on github.com, /api/graphql on a server of one's own."""
        return self._requester().graphql_url

    def _requester(self) -> Requester:
        return self._class(
            auth=self._auth,
            base_url=self._api_url,
            timeout=READ_SECONDS,
            user_agent="change-gate",
            per_page=100,
            verify=True,
            retry=None,
            pool_size=None,
            seconds_between_requests=0,
            seconds_between_writes=0,
            api_version=API_VERSION,
        )

    def _no_answer(self, question: Question, error: Exception) -> FactMissing:
        if self._deadline.remaining() <= 0:
            return FactMissing(self._deadline.over(question.source))
        return missing(question, "unavailable", f"no whole answer came ({type(error).__name__})")


def _refusal(error: GithubException) -> Reply:
    """GithubRetry looks into a 403 and raises what it found; put it back together."""
    data = error.data
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return Reply(error.status, _lower(error.headers or {}), content)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
