"""The issues of a Jira site as clients leave them, and as a search shows them a while later."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gate.sandbox.world.git import number
from gate.sandbox.world.tickets import JiraIssue

_FIRST_NEW_ID = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """An issue as it was from some moment on; None: from the beginning."""

    issue: JiraIssue
    since: datetime | None = None


class Shelf:
    """Every version of every issue. Safe to use from several threads."""

    def __init__(self, tickets: Mapping[str, JiraIssue]) -> None:
        self._lock = threading.Lock()
        self._versions = [[_Version(issue=issue)] for issue in tickets.values()]

    def all(self) -> list[JiraIssue]:
        """All issues, as they are now."""
        with self._lock:
            return [versions[-1].issue for versions in self._versions]

    def find(self, wanted: str) -> JiraIssue | None:
        """The issue with that key (ignoring case, old keys of moved issues included) or id."""
        return next((issue for issue in self.all() if _is(issue, wanted)), None)

    def shown(self, now: datetime, lag: timedelta, fresh: frozenset[int]) -> Iterator[JiraIssue]:
        """What a search knows: versions that are older than `lag`. Those whose ids are `fresh` it knows as they are."""
        with self._lock:
            everything = [list(versions) for versions in self._versions]
        for versions in everything:
            latest = versions[-1].issue
            known = [one.issue for one in versions if one.since is None or now - one.since >= lag]
            if issue_id(latest) in fresh:
                yield latest
            elif known:
                yield known[-1]

    def add(self, project: str, at: datetime, make: Callable[[str, int], JiraIssue]) -> JiraIssue:
        """A new issue. `make` is given its key and its id."""
        with self._lock:
            issues = [versions[-1].issue for versions in self._versions]
            taken = [
                _number_in(project, key) for one in issues for key in (one.asked, one.answered)
            ]
            id_ = max([_FIRST_NEW_ID, *(issue_id(one) + 1 for one in issues)])
            issue = make(f"{project}-{max([0, *taken]) + 1}", id_)
            self._versions.append([_Version(issue=issue, since=at)])
            return issue

    def change(
        self, wanted: JiraIssue, at: datetime, change: Callable[[JiraIssue], JiraIssue]
    ) -> JiraIssue:
        """The issue, changed."""
        with self._lock:
            versions = next(one for one in self._versions if one[-1].issue.asked == wanted.asked)
            versions.append(_Version(issue=change(versions[-1].issue), since=at))
            return versions[-1].issue


def issue_id(issue: JiraIssue) -> int:
    """The number of an issue, which no move changes."""
    return issue.id or 10_000 + number("issue", issue.asked) % 1_000_000


def _is(issue: JiraIssue, wanted: str) -> bool:
    names = {issue.asked.casefold(), issue.answered.casefold(), str(issue_id(issue))}
    return wanted.casefold() in names


def _number_in(project: str, key: str) -> int:
    own, _, last = key.rpartition("-")
    return int(last) if own == project else 0
