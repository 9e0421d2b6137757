"""History from the local clone."""

from __future__ import annotations

from collections.abc import Collection

from gate.adapters.forges.gitlab import raw_commit
from gate.adapters.forges.gitlab.git_process import gap
from gate.adapters.forges.gitlab.history import Compared, RawCommit, ordered
from gate.adapters.forges.gitlab.local_git import Git
from gate.adapters.forges.gitlab.raw_commit import as_text
from gate.domain.facts import ChangedFile, MergeKind

MOST_COMMITS = 5000


class GitHistory:
    """The clone as a History.

    With `fetches` commits that it does not hold are fetched, which is for whoever cannot ask GitLab otherwise.
    """

    def __init__(self, git: Git, *, fetches: bool = True) -> None:
        self._git = git
        self._fetches = fetches

    def commit(self, sha: str) -> RawCommit:
        """One commit."""
        self._ready(sha)
        return raw_commit.read(sha, self._git.contents([sha])[sha])

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor."""
        self._ready(one, other)
        bases = self._git.lineage(one, other).bases
        return bases[0] if bases else None

    def compare(self, base: str, head: str) -> Compared:
        """What `head` has and `base` has not; the files are those that differ from the merge base."""
        self._ready(base, head)
        found = self._git.lineage(base, head)
        if not found.bases:
            raise gap("the comparison", "not-found", "the two revisions have no history in common")
        if len(found.new) > MOST_COMMITS:
            detail = f"there are more than {MOST_COMMITS} of them"
            raise gap("the commits", "too-large", detail, "deploy in smaller steps")
        contents = self._git.contents(found.new)
        return Compared(
            commits=ordered(raw_commit.read(sha, contents[sha]) for sha in found.new),
            files=files(self._git.numbers(found.bases[0], head)),
        )

    def kind(self, merge: RawCommit, own: Collection[str]) -> MergeKind:
        """CLEAN when its tree is exactly what merging its parents gives."""
        if len(merge.parents) != 2:
            return MergeKind.UNKNOWN
        self._ready(merge.sha)
        expected = self._git.merged_tree(*merge.parents)
        if expected is None:
            return MergeKind.UNKNOWN
        return MergeKind.CLEAN if expected == self._git.tree(merge.sha) else MergeKind.CONTENT

    def is_by_forge(self, commit: RawCommit) -> bool:
        """Never: a clone does not hold the forge's key."""
        return False

    def _ready(self, *shas: str) -> None:
        if self._fetches:
            self._git.fetch(*shas)


def files(numbers: bytes) -> tuple[ChangedFile, ...]:
    """What `git diff --numstat -z` writes: counts and path, or counts and an empty path, then both names."""
    found, fields = [], iter(numbers.split(b"\0"))
    for field in fields:
        if not field:
            continue
        added, removed, path = field.split(b"\t", 2)
        before = b"" if path else next(fields)
        found.append(
            ChangedFile(
                path=as_text(path or next(fields)),
                added=int(added) if added.isdigit() else 0,
                removed=int(removed) if removed.isdigit() else 0,
                previous_path=as_text(before),
            )
        )
    return tuple(found)
