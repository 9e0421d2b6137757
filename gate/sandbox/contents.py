"""What files hold, line by line, so that git itself finds the differences that a world describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from gate.sandbox.differences import Change, Tree
from gate.sandbox.graph import Graph
from gate.sandbox.trees import Trees
from gate.sandbox.world.git import Commit

CONTEXT = 4
"""Lines between two changes of a file: what stands closer is a conflict to git."""
_MADE = ("added", "renamed")


class Contents:
    """Every file of every commit.

    Each change of a file has a place of its own in it, which holds the lines that the change removes until it is made,
    and those that it adds from then on. So two commits differ in just the changes that one has and the other has not.
    """

    def __init__(self, graph: Graph, trees: Trees) -> None:
        self._graph = graph
        self._trees = trees

    def files(self, commit: Commit) -> Iterator[tuple[str, str]]:
        """The paths of a commit, in order, with what they hold."""
        tree = self._trees.tree(commit)
        for path in sorted(self._changes.keys() | self._moved.keys() | self._trees.given.keys()):
            if self._is_there(path, tree):
                yield path, self._text(commit, path, tree)

    @cached_property
    def _changes(self) -> Mapping[str, Sequence[Change]]:
        """All changes of each path, the earliest first."""
        found: dict[str, list[Change]] = {}
        for commit in self._graph.order:
            for path, changes in self._trees.tree(commit).items():
                known = found.setdefault(path, [])
                known += [change for change in changes if change not in known]
        return found

    @cached_property
    def _moved(self) -> Mapping[str, str]:
        """Old paths of renamed files, with the new one."""
        return {
            change.change.previous: path
            for path, changes in self._changes.items()
            for change in changes
            if change.change.previous
        }

    def _is_there(self, path: str, tree: Tree) -> bool:
        new = self._moved.get(path, "")
        if any(change.change.previous == path for change in tree.get(new, ())):
            return False
        if changes := tree.get(path):
            return changes[-1].change.status != "removed"
        known = self._changes.get(path, ())
        return path in self._trees.given or not known or known[0].change.status not in _MADE

    def _text(self, commit: Commit, path: str, tree: Tree) -> str:
        here = tree.get(path, ())
        told = self._trees.read(commit, path)
        if any(change.change.content is not None for change in here) and told is not None:
            return told
        if path in self._trees.given and told is not None:
            missing = [one for one in self._changes.get(path, ()) if one not in here]
            return told + "".join(f"# {line}\n" for one in missing for line in _lines(one)[0])
        return "".join(f"{line}\n" for line in self._lines(path, here))

    def _lines(self, path: str, here: Sequence[Change]) -> Iterator[str]:
        known = self._changes.get(path, ())
        if not known or known[0].change.status != "added":
            origin = known[0].change.previous or path if known else path
            yield from _context(f"of {origin}", 2 * CONTEXT)
        for place, change in enumerate(known):
            if place:
                yield from _context(f"before change {place}", CONTEXT)
            removed, added = _lines(change)
            yield from added if change in here else removed


def _context(what: str, count: int) -> Iterator[str]:
    return (f"line {number} {what}" for number in range(1, count + 1))


def _lines(change: Change) -> tuple[list[str], list[str]]:
    """The lines that a change removes, and those that it adds. A NUL makes a file that is no text."""
    made, name = change.change, f"{change.path} of {change.origin}"
    if made.patch is None:
        return [], [f"\0 {name}"]
    if made.patch:
        lines = made.patch.split("\n")
        removed, added = (
            [line[1:] for line in lines if line.startswith(sign)] for sign in ("-", "+")
        )
        return removed, added
    return (
        [f"line {number} before {name}" for number in range(1, made.removed + 1)],
        [f"line {number} of {name}" for number in range(1, made.added + 1)],
    )
