"""The git history of a world. Pure description; `gate.sandbox.graph` computes with it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from gate.sandbox.world.marks import AccountName, CommitName, Named, Otherwise, SameAs

_SHA = re.compile(r"[0-9a-f]{40}")


def sha(commit: str) -> str:
    """The SHA of the commit with this name in the world file; a full SHA stands for itself."""
    return commit if _SHA.fullmatch(commit) else digest("commit", commit)


def digest(kind: str, name: str) -> str:
    """A stable 40-digit hexadecimal id for something that a world names."""
    return hashlib.sha1(f"{kind}:{name}".encode(), usedforsecurity=False).hexdigest()


def number(kind: str, name: str) -> int:
    """A stable positive number for something that a world names but does not number."""
    return int(digest(kind, name)[:7], 16) + 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """What one commit did to one file."""

    added: int = 0
    removed: int = 0
    status: Literal["added", "modified", "removed", "renamed"] = "modified"
    previous: str = ""
    """The old path of a renamed file."""
    patch: str | None = ""
    """The hunks. Empty: made up from the numbers. None: not shown, as for a binary or a very large file."""
    content: str | None = None
    """The whole text after this commit, for files that a client reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit. `files` is its diff against its parent; of a merge, only what it changed beyond joining its parents."""

    name: Annotated[str, Named()]
    author: AccountName
    at: Annotated[datetime, Otherwise("-1d")]
    """The date that the commit claims; whoever commits can set it."""
    message: str = "Change"
    parents: tuple[CommitName, ...] = ()
    committer: Annotated[AccountName, SameAs("author")]
    co_authors: tuple[AccountName, ...] = ()
    verified: bool = False
    by_forge: bool = False
    """Committed in the web interface: the committer is `web-flow`, with the forge's valid signature."""
    arrived: Annotated[datetime | None, SameAs("at")]
    """When the forge first saw it; None when it does not know."""
    files: Mapping[str, FileChange] = field(default_factory=dict)
    pull_requests: tuple[int, ...] | None = None
    """Which pull requests the forge says brought it, where that is not what the pull requests' own commits say."""

    @property
    def sha(self) -> str:
        """Its SHA."""
        return sha(self.name)

    @property
    def headline(self) -> str:
        """The first line of its message."""
        return self.message.split("\n", 1)[0]
