"""What clients wrote while the server lives: issues and comments, laid over those of the world."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from gate.sandbox.world.git import number
from gate.sandbox.world.tickets import Issue, IssueEvent

State = Literal["open", "closed"]
Reason = Literal["completed", "not_planned", "reopened", "duplicate"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment on an issue or a merge request, which are both named `owner/name#12`."""

    id: int
    place: str
    by: str | None
    at: datetime
    body: str
    edited_at: datetime | None = None
    edited_by: str | None = None


class Written:
    """The issues of one forge and all comments. Safe to use from several threads."""

    def __init__(self, issues: Mapping[str, Issue] | None = None) -> None:
        self._lock = threading.RLock()
        self._issues = dict(issues or {})
        self._comments = [comment for issue in self._issues.values() for comment in _told(issue)]

    @property
    def issues(self) -> dict[str, Issue]:
        """All issues by name, as they are now."""
        with self._lock:
            return dict(self._issues)

    def add(self, repository: str, taken: Iterable[int], make: Callable[[str], Issue]) -> Issue:
        """A new issue, with the next number. `taken` are numbers that something else has."""
        with self._lock:
            mine = [one.number for one in self._issues.values() if is_of(one, repository)]
            issue = make(f"{repository}#{max([0, *mine, *taken]) + 1}")
            self._issues[issue.name] = issue
            return issue

    def change(self, name: str, change: Callable[[Issue], Issue]) -> Issue:
        """The issue, changed."""
        with self._lock:
            self._issues[name] = change(self._issues[name])
            return self._issues[name]

    def delete(self, name: str) -> None:
        """Somebody who may deletes the issue, with all that was said in it."""
        with self._lock:
            del self._issues[name]
            self._comments = [one for one in self._comments if one.place != name]

    def comments(self, place: str) -> list[Comment]:
        """Those of one issue or merge request, oldest first."""
        with self._lock:
            found = [one for one in self._comments if one.place.casefold() == place.casefold()]
        return sorted(found, key=lambda one: one.at)

    def comment(self, id_: int) -> Comment | None:
        """The one with that number."""
        with self._lock:
            return next((one for one in self._comments if one.id == id_), None)

    def say(self, place: str, by: str, body: str, at: datetime) -> Comment:
        """A new comment."""
        with self._lock:
            id_ = _id(f"{place}/{len(self._comments)}")
            self._comments.append(Comment(id=id_, place=place, by=by, at=at, body=body))
            return self._comments[-1]

    def rewrite(self, found: Comment, by: str, body: str, at: datetime) -> Comment:
        """The comment with another text."""
        with self._lock:
            new = replace(found, body=body, edited_at=at, edited_by=by)
            self._comments[self._comments.index(found)] = new
            return new


def acted(issue: Issue, by: str, at: datetime, state: State, reason: Reason = None) -> Issue:
    """The issue, closed or opened again by somebody."""
    is_closed = state == "closed"
    event = IssueEvent(at=at, by=by, event="closed" if is_closed else "reopened")
    why = reason or ("completed" if is_closed else "reopened")
    return replace(issue, state=state, state_reason=why, history=(*issue.history, event))


def is_of(issue: Issue, repository: str) -> bool:
    """Whether it lives there; names ignore case."""
    return issue.repository.casefold() == repository.casefold()


def _id(name: str) -> int:
    """Comments have numbers that no longer fit into 32 bits."""
    return 4_000_000_000 + number("comment", name)


def _told(issue: Issue) -> list[Comment]:
    return [
        Comment(
            id=_id(f"{issue.name}/world/{index}"),
            place=issue.name,
            by=one.by,
            at=one.at,
            body=one.body,
            edited_at=one.edited_at,
            edited_by=one.edited_by or one.by,
        )
        for index, one in enumerate(issue.comments)
    ]
