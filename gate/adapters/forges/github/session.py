"""A session whose retries are bound to the deadline of the check, and which never repeats a write."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Self

import requests
from github import GithubRetry, set_log_level
from github.Requester import Requester
from requests.adapters import HTTPAdapter
from urllib3 import BaseHTTPResponse

from gate.adapters.deadline import Deadline

AT_ONCE = 32
"""Questions under way at the same time; GitHub refuses more than 100."""
LONGEST_WAIT = 20


class TravelFailed(Exception):
    """No whole answer came; `code` is a key of REASONS."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class BoundedRetry(GithubRetry):
    """GithubRetry that never waits beyond the deadline of the check."""

    def __init__(
        self, *, deadline: Deadline, pause: Callable[[float], None], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._deadline = deadline
        self._pause = pause

    def new(self, **kw: Any) -> Self:
        """Carry the deadline over to the next attempt's settings."""
        return super().new(deadline=self._deadline, pause=self._pause, **kw)

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait as long as GitHub asks, or back off; not at all when the deadline would pass meanwhile."""
        asked = self.get_retry_after(response) if response else None
        wait = asked or self.get_backoff_time()
        if wait >= self._deadline.remaining():
            if asked:
                raise TravelFailed("rate-limited", f"GitHub asked us to wait for {asked:g} seconds")
            raise TravelFailed("timed-out", "the deadline of the check came before an answer")
        self._pause(wait)


def session(
    deadline: Deadline, pause: Callable[[float], None], longest_wait: int = LONGEST_WAIT
) -> requests.Session:
    """A session that waits `longest_wait` seconds at most before each of three retries of a GET, and sends a POST once.

    `pause` waits; GithubRetry as it comes waits for hours, up to ten times, and repeats a POST after a server error.
    """
    # PyGithub prints addresses and answers to stderr, which a runner searches for commands.
    set_log_level(logging.CRITICAL)
    retry = BoundedRetry(
        deadline=deadline,
        pause=pause,
        total=3,
        backoff_factor=0.5,
        secondary_rate_wait=longest_wait // 2,
        max_rate_limit_wait=longest_wait,
        retry_after_max=longest_wait,
        allowed_methods=frozenset({"GET", "HEAD"}),
        raise_on_status=False,
    )
    made = requests.Session()
    # Without an auth of its own a session sends what ~/.netrc holds for the host.
    made.auth = Requester.noopAuth
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        made.mount(scheme, HTTPAdapter(max_retries=retry, pool_maxsize=AT_ONCE))
    return made
