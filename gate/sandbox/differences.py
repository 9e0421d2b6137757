"""Trees as sets of changes, and how two of them differ."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gate.sandbox.world.git import FileChange

MOST_LINES_SHOWN = 3000
_HUNK = re.compile(r"@@ -(\S+) \+(\S+) @@")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of one file; two with the same explicit patch are the same change."""

    path: str
    change: FileChange
    origin: str
    """The commit, unless the patch says all."""

    @cached_property
    def patch(self) -> str | None:
        """Its hunks, made up where the world does not write them; None where GitHub shows none."""
        added, removed = self.change.added, self.change.removed
        if self.change.patch or self.change.patch is None:
            return self.change.patch
        if not 0 < added + removed <= MOST_LINES_SHOWN:
            return None
        lines = [f"@@ -1,{removed} +1,{added} @@"]
        lines += [f"-line {line} before {self.origin}" for line in range(1, removed + 1)]
        lines += [f"+line {line} of {self.origin}" for line in range(1, added + 1)]
        return "\n".join(lines)


Tree = Mapping[str, tuple[Change, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDiff:
    """How one file differs."""

    path: str
    status: str
    added: int
    removed: int
    patch: str | None
    previous: str
    blob: str


def differences(before: Tree, after: Tree) -> Iterator[FileDiff]:
    """Every file that differs, renamed ones once."""
    moved: set[str] = set()
    for old, new in [*_renames(before, after), *((b, a) for a, b in _renames(after, before))]:
        moved |= {old, new}
        diff = _difference(new, before.get(old, ()), after.get(new, ()), previous=old)
        if diff is not None:
            yield diff
    for path in before.keys() | after.keys():
        if path not in moved:
            diff = _difference(path, before.get(path, ()), after.get(path, ()))
            if diff is not None:
                yield diff


def _renames(before: Tree, after: Tree) -> Iterator[tuple[str, str]]:
    """Old and new paths of files that `after` has renamed."""
    for path, changes in after.items():
        had = set(before.get(path, ()))
        new = [item.change.previous for item in changes if item.change.previous and item not in had]
        if new:
            yield new[0], path


def _difference(
    path: str, before: tuple[Change, ...], after: tuple[Change, ...], previous: str = ""
) -> FileDiff | None:
    """One file's difference: what only `after` has, and the reverse of what only `before` has."""
    new = [change for change in after if change not in before]
    undone = [change for change in reversed(before) if change not in after]
    was_there, is_there = _exists(before, after), _exists(after, before)
    if not (new or undone) or not (was_there or is_there):
        return None
    patches = [*(_reversed(change.patch) for change in undone), *(change.patch for change in new)]
    shown = [patch for patch in patches if patch is not None]
    stayed = was_there and is_there
    moved = previous if stayed else ""
    return FileDiff(
        path=path if is_there else previous or path,
        status=("renamed" if moved else "modified")
        if stayed
        else ("added" if is_there else "removed"),
        added=sum(c.change.added for c in new) + sum(c.change.removed for c in undone),
        removed=sum(c.change.removed for c in new) + sum(c.change.added for c in undone),
        patch="\n".join(shown) if shown and len(shown) == len(patches) else None,
        previous=moved,
        blob=blob_sha(text_of(after if is_there else before)),
    )


def _exists(changes: tuple[Change, ...], elsewhere: tuple[Change, ...]) -> bool:
    """Whether the file is there. One that nothing changed here was there before, unless it was made elsewhere."""
    if changes:
        return changes[-1].change.status != "removed"
    return elsewhere[0].change.status != "added"


def _reversed(patch: str | None) -> str | None:
    if patch is None:
        return None
    swap = {"+": "-", "-": "+"}
    return "\n".join(
        _HUNK.sub(r"@@ -\2 +\1 @@", line)
        if line.startswith("@@")
        else swap.get(line[:1], line[:1]) + line[1:]
        for line in patch.split("\n")
    )


def text_of(changes: tuple[Change, ...]) -> str:
    """The file's text: what the last change that wrote it whole left, else the lines that were ever added."""
    for item in reversed(changes):
        if item.change.content is not None:
            return item.change.content
    patches = [(item.patch or item.origin).split("\n") for item in changes]
    return "".join(f"{line[1:]}\n" for patch in patches for line in patch if line.startswith("+"))


def blob_sha(text: str) -> str:
    """The SHA that git gives to a file with this text."""
    data = text.encode()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
