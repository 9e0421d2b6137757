"""Which history to ask: the clone in what it can prove, GitLab in everything else that the token may see."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TypeVar

from gate.adapters.forges.gitlab.api_history import ApiHistory
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.git_history import GitHistory
from gate.adapters.forges.gitlab.git_process import DEEPER
from gate.adapters.forges.gitlab.history import Compared, History, RawCommit
from gate.adapters.forges.gitlab.local_git import Git
from gate.adapters.forges.gitlab.question import READ_REMEDY, Needs, Question, missing
from gate.domain.facts import MergeKind
from gate.domain.ports import FactMissing

T = TypeVar("T")


def history_of(client: Client, git: Git | None) -> History:
    """The history for these tokens and this clone."""
    if not client.reads_all:
        return GitHistory(git) if git else _Unknown()
    api = ApiHistory(client)
    return _CloneFirst(api, GitHistory(git, fetches=False)) if git else api


class _CloneFirst:
    """The clone, where it holds all of what is in question; where it does not answer, for whatever reason, GitLab."""

    def __init__(self, api: ApiHistory, clone: GitHistory) -> None:
        self.is_by_forge = api.is_by_forge
        self._api = api
        self._clone = clone

    def commit(self, sha: str) -> RawCommit:
        """One commit."""
        return _either(partial(self._clone.commit, sha), partial(self._api.commit, sha))

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor."""
        return _either(
            partial(self._clone.merge_base, one, other), partial(self._api.merge_base, one, other)
        )

    def compare(self, base: str, head: str) -> Compared:
        """What `head` has and `base` has not."""
        return _either(
            partial(self._clone.compare, base, head), partial(self._api.compare, base, head)
        )

    def kind(self, merge: RawCommit, own: Collection[str]) -> MergeKind:
        """What a merge brought."""
        try:
            found = self._clone.kind(merge, own)
        except FactMissing:
            found = MergeKind.UNKNOWN
        return self._api.kind(merge, own) if found is MergeKind.UNKNOWN else found


def _either(first: Callable[[], T], second: Callable[[], T]) -> T:
    # What is wrong with the clone is no reason of its own: GitLab tells the same, or says why it does not.
    try:
        return first()
    except FactMissing:
        return second()


class _Unknown:
    """A job token without a clone."""

    def commit(self, sha: str) -> RawCommit:
        """FactMissing."""
        raise _blind(f"commit {sha[:12]}")

    def merge_base(self, one: str, other: str) -> str | None:
        """FactMissing."""
        raise _blind(f"how {one[:12]} stands to {other[:12]}")

    def compare(self, base: str, head: str) -> Compared:
        """FactMissing."""
        raise _blind(f"what changed from {base[:12]} to {head[:12]}")

    def kind(self, merge: RawCommit, own: Collection[str]) -> MergeKind:
        """Nobody can tell."""
        return MergeKind.UNKNOWN

    def is_by_forge(self, commit: RawCommit) -> bool:
        """Nobody can tell."""
        return False


def _blind(what: str) -> FactMissing:
    return missing(
        Question(what=what, needs=Needs.READ),
        "not-permitted",
        "the job token may not ask GitLab to compare revisions, and there is no clone of the repository here",
        f"{READ_REMEDY}; or, for the job token alone, {DEEPER}",
    )
