"""Files in a world's git: trees, differences between any two commits, and what a file holds.

A tree is, for each path, the changes made to it in order. A commit adds its own to those of its parent; a
merge joins its parents' and adds what it changed beyond that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gate.sandbox.differences import Change, FileDiff, Tree, blob_sha, differences, text_of
from gate.sandbox.graph import Graph
from gate.sandbox.world import World
from gate.sandbox.world.git import Commit


class Trees:
    """The trees of all commits of a world."""

    def __init__(self, world: World, graph: Graph) -> None:
        self._world = world
        self._graph = graph
        self._trees: dict[str, Tree] = {}
        self._blobs: dict[int, str] = {}
        for commit in graph.order:
            self._trees[commit.name] = self._grown(commit)

    def _grown(self, commit: Commit) -> Tree:
        tree: dict[str, tuple[Change, ...]] = {}
        for parent in commit.parents:
            for path, changes in self._trees[parent].items():
                had = tree.setdefault(path, changes)
                if had is not changes:
                    tree[path] = had + tuple(change for change in changes if change not in had)
        for path, change in commit.files.items():
            below = tree.pop(change.previous, ()) if change.previous else tree.get(path, ())
            origin = "" if change.patch else commit.name
            tree[path] = (*below, Change(path=path, change=change, origin=origin))
        return tree

    def tree(self, commit: Commit) -> Tree:
        """Every path that anything was done to, with the changes made to it."""
        return self._trees[commit.name]

    def tree_sha(self, commit: Commit) -> str:
        """An id of the tree: equal trees have equal ids."""
        tree = self._trees[commit.name]
        return blob_sha("".join(f"{path} {self._blob(tree[path])}\n" for path in sorted(tree)))

    def _blob(self, changes: tuple[Change, ...]) -> str:
        """The trees share what does not change, and keep it, so each version of a file is hashed once."""
        if id(changes) not in self._blobs:
            self._blobs[id(changes)] = blob_sha(text_of(changes))
        return self._blobs[id(changes)]

    def diff(self, base: Commit, head: Commit) -> tuple[FileDiff, ...]:
        """Every file that differs between two commits, by path. It is two-dot: no merge base is looked for."""
        before, after = self._trees[base.name], self._trees[head.name]
        return tuple(sorted(differences(before, after), key=lambda diff: diff.path))

    def own_diff(self, commit: Commit) -> tuple[FileDiff, ...]:
        """What a commit shows as its own: its diff against its first parent."""
        before = self._trees[commit.parents[0]] if commit.parents else {}
        found = differences(before, self._trees[commit.name])
        return tuple(sorted(found, key=lambda diff: diff.path))

    def read(self, commit: Commit, path: str) -> str | None:
        """What the file holds at that commit; None when it is not there.

        What the world says of its default branch holds at the branch's tip, and elsewhere unless a commit
        wrote the file.
        """
        given = self.given
        changes = self._trees[commit.name].get(path)
        if path in given and (commit == self._graph.default_head or not _writes(changes)):
            return given[path]
        if changes is None or changes[-1].change.status == "removed":
            return None
        return text_of(changes)

    def texts(self, commit: Commit) -> Iterator[str]:
        """What all files hold at that commit."""
        for path in sorted(self.given.keys() | self._trees[commit.name].keys()):
            if (text := self.read(commit, path)) is not None:
                yield text

    @property
    def given(self) -> Mapping[str, str]:
        """Files of which the world says what they hold on the default branch."""
        world = self._world
        policy = {} if world.policy is None else {world.policy_path: world.policy}
        return {**world.files_on_default_branch, **policy}


def _writes(changes: tuple[Change, ...] | None) -> bool:
    return any(item.change.content is not None for item in changes or ())
