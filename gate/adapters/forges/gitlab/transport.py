"""How a question travels: python-gitlab, sending through the one bounded way that every system is asked.

By itself python-gitlab waits as long as a server tells it to, has no time limit, trips over a `Retry-After` that is a
date, and follows redirects with the token.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import requests
from gitlab import Gitlab, GitlabError

from gate.adapters.address import check_address
from gate.adapters.answer import Answer
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.gitlab.question import SYSTEM, Question, missing
from gate.adapters.forges.gitlab.tokens import header
from gate.adapters.http import LONGEST_WAIT, Http, Place

API = "/api/v4"
LARGEST_ANSWER = 64_000_000
"""A comparison holds the text of every difference."""

Parameters = Mapping[str, str | int]


class Transport:
    """Carries questions to one GitLab with one token. Safe to use from several threads.

    `api_url` is what the runner calls CI_API_V4_URL. FactMissing (`not-configured`) when it or the token is no good.
    """

    def __init__(
        self,
        api_url: str,
        token: str,
        *,
        is_job_token: bool,
        recorder: Recorder,
        deadline: Deadline,
        pause: Callable[[float], None] = time.sleep,
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        self.is_job_token = is_job_token
        self._server = check_address(api_url.rstrip("/").removesuffix(API), SYSTEM)
        self._http = Http(
            Place(
                system=SYSTEM,
                base_url=self._server + API,
                auth=header(token, is_job_token=is_job_token),
                # Files come as they are, and an artifact as whatever its name says.
                accept=("application/json", "*/*;q=0.5"),
                largest=LARGEST_ANSWER,
            ),
            recorder=recorder,
            deadline=deadline,
            sleep=pause,
            longest_wait=longest_wait,
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def send(
        self,
        question: Question,
        path: str,
        keep: Collection[str],
        parameters: Parameters | None = None,
    ) -> Answer:
        """Ask and wait for the whole answer, whatever its status below 500 is. FactMissing when none comes."""
        backend = _Backend(self._http, self._server + API, question, keep)
        client = Gitlab(self._server, backend=lambda: backend, user_agent="change-gate")
        # It raises for every status that is not 2xx; the answer says the same, and more.
        with suppress(GitlabError):
            client.http_request(
                "get",
                path,
                query_data=dict(parameters or {}),
                obey_rate_limit=False,
                retry_transient_errors=False,
                max_retries=0,
            )
        if not backend.answers:
            raise missing(question, "unreadable", "python-gitlab gave up before it asked")
        return backend.answers[-1]


class _Backend:
    """What python-gitlab sends one request with. Its retries are off, so it is called once."""

    def __init__(self, http: Http, base: str, question: Question, keep: Collection[str]) -> None:
        self.client = None
        self.answers: list[Answer] = []
        self._http = http
        self._base = base
        self._question = question
        self._keep = keep

    prepare_send_data = staticmethod(lambda *_: _NothingToSend)

    def http_request(self, *, method: str, url: str, params: Mapping[str, Any], **_: Any) -> _Reply:
        """Ask through Http, which minds the deadline, the size, and what is worth a second try."""
        query = f"?{urlencode(params, doseq=True)}" if params else ""
        path = url.removeprefix(self._base) + query
        answer = self._http.ask(method.upper(), path, self._question.what, keep=self._keep)
        self.answers.append(answer)
        return _Reply(answer)


class _NothingToSend:
    content_type = "application/json"
    json = None
    data = None


class _Reply:
    """The answer in the form in which python-gitlab looks at it."""

    reason = ""

    def __init__(self, answer: Answer) -> None:
        self.response = requests.Response()
        self.status_code = answer.status
        self.headers = answer.headers
        self.content = answer.content

    def json(self) -> object:
        """python-gitlab looks for a message here; ours is told elsewhere."""
        return {}
