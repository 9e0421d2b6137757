"""Which history to ask: GitLab's comparison where the token may, the clone where it may not, or where GitLab cuts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from gate.adapters.forges.gitlab.api_history import ApiHistory
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.git_history import GitHistory
from gate.adapters.forges.gitlab.git_process import DEEPER
from gate.adapters.forges.gitlab.history import Compared, History, RawCommit
from gate.adapters.forges.gitlab.local_git import Git
from gate.adapters.forges.gitlab.question import READ_REMEDY, Needs, Question, missing
from gate.domain.facts import MergeKind
from gate.domain.ports import FactMissing


def history_of(client: Client, git: Git | None) -> History:
    """The history for these tokens and this clone."""
    if client.reads_all:
        return _WithClone(ApiHistory(client), GitHistory(git) if git else None)
    return GitHistory(git) if git else _Unknown()


class _WithClone:
    """GitLab's own comparison; only the files that it does not list in full come from the clone."""

    def __init__(self, api: ApiHistory, clone: GitHistory | None) -> None:
        self.commit = api.commit
        self.merge_base = api.merge_base
        self.kind = api.kind
        self.is_by_forge = api.is_by_forge
        self._api = api
        self._clone = clone

    def compare(self, base: str, head: str) -> Compared:
        """What `head` has and `base` has not."""
        found = self._api.compare(base, head)
        if found.files is not None or self._clone is None:
            return found
        try:
            return replace(found, files=self._clone.compare(base, head).files)
        except FactMissing:
            # Whoever needs the files says that they cannot be listed; a shallow clone is no reason of its own.
            return found


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
