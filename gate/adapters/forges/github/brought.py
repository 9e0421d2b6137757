"""The commits of a change with what brought them: each page is followed up at once, while others still come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from gate.adapters.forges.github import commits, files, merges, pulls
from gate.adapters.forges.github.client import Client
from gate.adapters.forges.github.compare import Comparison
from gate.adapters.forges.github.pulls import Pull
from gate.adapters.part import Part
from gate.adapters.side_by_side import both, side_by_side
from gate.domain.facts import Commit, MergeKind

Page = Callable[[], Sequence[str]]
"""Asks for SHAs of commits, a hundred at the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Commits, and every pull request that brought one of them, by number."""

    commits: tuple[Commit, ...]
    pulls: tuple[Pull, ...]
    merged: Part
    """The newest merged pull requests of the branch, as they came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Followed:
    commits: tuple[Commit, ...]
    pulls: list[Pull]
    answer: Part


class _Claims:
    """Which pull requests somebody asks about already."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claimed: set[int] = set()

    def take(self, numbers: Iterable[int]) -> list[int]:
        """Those that nobody has asked about yet, which the caller now does."""
        with self._lock:
            free = sorted(set(numbers) - self._claimed)
            self._claimed.update(free)
        return free


def ask(
    client: Client, pages: Sequence[Page], branch: str, comparison: Comparison | None
) -> Brought:
    """Ask about the commits of all pages, in order, with the pull requests that brought them, and their merges."""
    claims = _Claims()
    followed = side_by_side(
        [
            partial(_follow_up, client, page, branch, claims, first=index == 0)
            for index, page in enumerate(pages)
        ]
    )
    found = [commit for one in followed for commit in one.commits]
    known = sorted(
        (pull for one in followed for pull in one.pulls), key=lambda pull: pull.request.number
    )
    named, kinds = both(
        partial(files.with_old_names, client, known, comparison),
        partial(merges.kinds, client, [pull.request for pull in known], found),
    )
    return Brought(
        commits=_judged(found, kinds),
        pulls=tuple(_with_kinds(pull, kinds) for pull in named),
        merged=followed[0].answer,
    )


def _follow_up(
    client: Client, page: Page, branch: str, claims: _Claims, *, first: bool
) -> _Followed:
    found = commits.ask(client, page(), branch, merged=first)
    numbers = claims.take(number for commit in found.commits for number in commit.brought_by)
    return _Followed(
        commits=found.commits, pulls=pulls.ask(client, numbers, branch), answer=found.answer
    )


def _with_kinds(pull: Pull, kinds: Mapping[str, MergeKind]) -> Pull:
    judged = _judged(pull.request.commits, kinds)
    return replace(pull, request=replace(pull.request, commits=judged))


def _judged(found: Sequence[Commit], kinds: Mapping[str, MergeKind]) -> tuple[Commit, ...]:
    return tuple(replace(commit, merge=kinds.get(commit.sha, commit.merge)) for commit in found)
