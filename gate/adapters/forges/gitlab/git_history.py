"""History from the local clone: what the job token alone may not ask GitLab."""

from __future__ import annotations

import re
from collections.abc import Collection

from gate.adapters.forges.gitlab.git_process import gap
from gate.adapters.forges.gitlab.history import Compared, RawCommit, Signed
from gate.adapters.forges.gitlab.local_git import Git
from gate.domain.facts import ChangedFile, MergeKind

_PERSON = re.compile(rb"(?P<name>[^<>]*)<(?P<email>[^<>]*)> -?[0-9]+ [+-][0-9]{4}")


class GitHistory:
    """The clone as a History."""

    def __init__(self, git: Git) -> None:
        self._git = git

    def commit(self, sha: str) -> RawCommit:
        """One commit."""
        self._git.ensure(sha)
        return read(sha, self._git.contents([sha])[sha])

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor."""
        self._git.ensure(one, other)
        return self._git.merge_base(one, other)

    def compare(self, base: str, head: str) -> Compared:
        """What `head` has and `base` has not; the files are those that differ from the merge base."""
        common = self.merge_base(base, head)
        if common is None:
            raise gap("the comparison", "not-found", "the two revisions have no history in common")
        shas = self._git.between(base, head)
        contents = self._git.contents(shas)
        return Compared(
            commits=tuple(read(sha, contents[sha]) for sha in shas),
            files=files(self._git.numbers(common, head)),
        )

    def kind(self, merge: RawCommit, own: Collection[str]) -> MergeKind:
        """CLEAN when its tree is exactly what merging its parents gives."""
        if len(merge.parents) != 2:
            return MergeKind.UNKNOWN
        self._git.ensure(merge.sha)
        tree = _header(merge.sha, self._git.contents([merge.sha])[merge.sha], b"tree")
        expected = self._git.merged_tree(*merge.parents)
        return (
            MergeKind.CLEAN if expected == tree[0].decode("ascii", "replace") else MergeKind.CONTENT
        )

    def is_by_forge(self, commit: RawCommit) -> bool:
        """Never: a clone does not hold the forge's key."""
        return False


def read(sha: str, content: bytes) -> RawCommit:
    """A commit as git stores it: headers, an empty line, the message."""
    (author, *_), (committer, *_) = (
        _header(sha, content, name) for name in (b"author", b"committer")
    )
    parents = _header(sha, content, b"parent", needed=False)
    return RawCommit(
        sha=sha,
        parents=tuple(parent.decode("ascii", "replace") for parent in parents),
        author=_person(sha, author),
        committer=_person(sha, committer),
        message=_text(content.partition(b"\n\n")[2]),
    )


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
                path=_text(path or next(fields)),
                added=int(added) if added.isdigit() else 0,
                removed=int(removed) if removed.isdigit() else 0,
                previous_path=_text(before),
            )
        )
    return tuple(found)


def _header(sha: str, content: bytes, name: bytes, *, needed: bool = True) -> list[bytes]:
    lines = content.partition(b"\n\n")[0].split(b"\n")
    found = [line[len(name) + 1 :] for line in lines if line.startswith(name + b" ")]
    if needed and not found:
        raise gap("the commits", "unreadable", f"{sha[:12]} has no {name.decode()}")
    return found


def _person(sha: str, line: bytes) -> Signed:
    found = _PERSON.fullmatch(line)
    if found is None:
        raise gap("the commits", "unreadable", f"an author of {sha[:12]} cannot be read")
    return Signed(name=_text(found["name"]).strip(), email=_text(found["email"]).strip())


def _text(content: bytes) -> str:
    # A name in another encoding must stay distinct from every other; it need not be pretty.
    return content.decode("utf-8", "backslashreplace")
