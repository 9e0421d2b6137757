"""What the history of the repository is asked, and what it answers, wherever it is read from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gate.adapters.forges.gitlab import accounts
from gate.domain.facts import ChangedFile, Commit, MergeKind
from gate.domain.identity import Identity

_CO_AUTHOR = re.compile(
    r"^[ \t]{0,20}co-authored-by:[ \t]{0,20}(?P<name>[^<>\n]{0,200}?)[ \t]{0,20}<(?P<email>[^<>\s]{1,320})>",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A name and an address as git holds them: claims of whoever committed."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCommit:
    """One commit as it lies in the repository."""

    sha: str
    parents: tuple[str, ...]
    author: Signed
    committer: Signed
    message: str

    @property
    def headline(self) -> str:
        """The first line of its message."""
        return self.message.partition("\n")[0].strip()

    @property
    def signers(self) -> tuple[Signed, ...]:
        """The author, then co-authors, each once."""
        found = _CO_AUTHOR.finditer(self.message)
        others = (Signed(name=match["name"], email=match["email"]) for match in found)
        return tuple(dict.fromkeys((self.author, *others)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What `head` has that the merge base of the two has not."""

    commits: tuple[RawCommit, ...]
    """Oldest first: none stands before one of its parents."""
    files: tuple[ChangedFile, ...] | None
    """None when they cannot be listed in full."""


class History(Protocol):
    """GitLab's own comparison, or the local clone. Every method raises FactMissing when it cannot answer."""

    def commit(self, sha: str) -> RawCommit:
        """One commit."""

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor; None when the two have no history in common."""

    def compare(self, base: str, head: str) -> Compared:
        """What `head` has and `base` has not."""

    def kind(self, merge: RawCommit, own: Collection[str]) -> MergeKind:
        """What a commit with several parents brought; `own` are the commits of its merge request."""

    def is_by_forge(self, commit: RawCommit) -> bool:
        """Whether GitLab itself committed it, by its own valid signature."""


def ordered(commits: Iterable[RawCommit]) -> tuple[RawCommit, ...]:
    """The same commits, each once and after its parents; where that leaves a choice, as they came."""
    known = {commit.sha: commit for commit in commits}
    placed: dict[str, RawCommit] = {}
    for first in known:
        stack = [first]
        while stack:
            commit = known[stack[-1]]
            waiting = [sha for sha in commit.parents if sha in known and sha not in placed]
            if waiting and len(stack) <= len(known):
                stack.append(waiting[0])
            else:
                placed.setdefault(commit.sha, commit)
                stack.pop()
    return tuple(placed.values())


def as_fact(
    raw: RawCommit,
    *,
    host: str,
    machines: Sequence[Identity] = (),
    brought_by: tuple[int, ...] = (),
    by_forge: bool = False,
) -> Commit:
    """The commit as a fact. A merge is UNKNOWN until somebody looked what it brought."""
    committer = accounts.person(raw.committer.name, raw.committer.email, host, machines)
    return Commit(
        sha=raw.sha,
        headline=raw.headline,
        authors=tuple(
            accounts.person(signer.name, signer.email, host, machines) for signer in raw.signers
        ),
        committer=None if by_forge else committer,
        parents=raw.parents,
        merge=MergeKind.UNKNOWN if len(raw.parents) > 1 else MergeKind.NONE,
        brought_by=brought_by,
    )
