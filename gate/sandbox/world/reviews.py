"""The pull requests of a world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from gate.sandbox.world.marks import AccountName, AnyCommit, CommitName, Named, Otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Somebody did something at some time."""

    by: AccountName
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """How a pull request was merged."""

    by: AccountName
    at: datetime
    commit: CommitName
    """What GitHub calls the merge commit: the merge, the squashed commit, or the last one of a rebase."""
    method: Literal["merge", "squash", "rebase"] = "merge"
    commits: tuple[CommitName, ...] = ()
    """All commits that a rebase made on the base branch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review. A dismissed one changes its state in place, as on GitHub."""

    name: Annotated[str, Named()]
    id: int = 0
    by: AccountName
    state: Literal["approved", "changes_requested", "commented", "dismissed", "pending"] = (
        "approved"
    )
    at: datetime
    commit: AnyCommit
    """What the forge says was reviewed; GitHub moves it to a later commit after a rewrite or a base merge."""
    edited: bool = False
    may_write: bool = True
    body: str = ""
    dismissed: Act | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcePush:
    """The branch was rewritten."""

    at: datetime
    by: AccountName
    before: AnyCommit
    after: AnyCommit


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request."""

    number: Annotated[int, Named()]
    repository: str = ""
    """Where it lives, when not in the world's repository; then only commits can name it."""
    title: str = "A change"
    body: str = ""
    branch: str = "feature"
    base: str = ""
    """The branch that it goes into; empty: the default branch."""
    author: AccountName
    created: Annotated[datetime, Otherwise("-2d")]
    fork: bool = False
    labels: tuple[str, ...] = ()
    state: Literal["open", "merged", "closed"] = "merged"
    commits: tuple[CommitName, ...]
    """Its own commits, oldest first."""
    head: CommitName | None = None
    """Where its branch points now; when left out, its last own commit."""
    merged: Merge | None = None
    reviews: Mapping[str, Review] = field(default_factory=dict)
    force_pushes: tuple[ForcePush, ...] = ()
    merge_queue: Act | None = None
    closes: tuple[str, ...] = ()
    """Issues, as `owner/name#3`."""

    @property
    def head_commit(self) -> str:
        """The commit at its head."""
        return self.head or self.commits[-1]
