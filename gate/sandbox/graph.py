"""Git as the forge computes it: references, ancestry, comparisons. Files are in `gate.sandbox.trees`."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable
from dataclasses import dataclass

from gate.sandbox.world import World
from gate.sandbox.world.git import Commit

_HEX = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What `head` has and `base` has not."""

    base: Commit
    head: Commit
    merge_base: Commit
    ahead: tuple[Commit, ...]
    """Commits that only the head has, oldest first."""
    behind: int

    @property
    def status(self) -> str:
        """How the head stands to the base, in GitHub's words."""
        if self.ahead and self.behind:
            return "diverged"
        if self.ahead:
            return "ahead"
        return "behind" if self.behind else "identical"


class Graph:
    """The commits of a world. Ancestry is kept as one bit for each commit."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.commits = world.commits
        self.order: tuple[Commit, ...] = tuple(_parents_first(world.commits.values()))
        self._index = {commit.name: index for index, commit in enumerate(self.order)}
        self._by_sha = {commit.sha: commit for commit in self.order}
        self._reach: dict[str, int] = {}
        for index, commit in enumerate(self.order):
            reach = 1 << index
            for parent in commit.parents:
                reach |= self._reach[parent]
            self._reach[commit.name] = reach

    @property
    def default_head(self) -> Commit:
        """The commit at the tip of the default branch."""
        return self.commits[self._world.branches[self._world.repository.default_branch]]

    def reference(self, name: str) -> Commit | None:
        """The commit of a full reference, such as `refs/heads/main`."""
        kind, _, short = name.removeprefix("refs/").partition("/")
        places = {"heads": self._world.branches, "tags": self._world.tags}
        target = places.get(kind, {}).get(short)
        return self.commits[target] if target else None

    def resolve(self, name: str) -> Commit | None:
        """The commit that a branch, tag, reference or (shortened) SHA names."""
        owner = self._world.repository.name.partition("/")[0]
        short = name.removeprefix(f"{owner}:")
        if short in ("HEAD", ""):
            return self.default_head
        for place in (self._world.branches, self._world.tags):
            if short in place:
                return self.commits[place[short]]
        if short.partition("/")[0] in ("refs", "heads", "tags"):
            return self.reference(short)
        return self._by_hex(short) if _HEX.fullmatch(short) else None

    def _by_hex(self, start: str) -> Commit | None:
        if len(start) == 40:
            return self._by_sha.get(start)
        found = [commit for sha, commit in self._by_sha.items() if sha.startswith(start)]
        return found[0] if len(found) == 1 else None

    def contains(self, head: Commit, commit: Commit) -> bool:
        """Whether `commit` is `head` or an ancestor of it."""
        return bool(self._reach[head.name] >> self._index[commit.name] & 1)

    def compare(self, base: Commit, head: Commit) -> Comparison | None:
        """Compare as `base...head`; None when they have no common ancestor."""
        left, right = self._reach[base.name], self._reach[head.name]
        common = left & right
        if not common:
            return None
        return Comparison(
            base=base,
            head=head,
            merge_base=self.order[common.bit_length() - 1],
            ahead=tuple(self._picked(right & ~left)),
            behind=(left & ~right).bit_count(),
        )

    def _picked(self, bits: int) -> Iterable[Commit]:
        return (commit for index, commit in enumerate(self.order) if bits >> index & 1)


def _parents_first(commits: Iterable[Commit]) -> Iterable[Commit]:
    """Parents before children; where that leaves a choice, the earlier date first."""
    known = {commit.name: commit for commit in commits}
    waiting = {name: len(set(commit.parents)) for name, commit in known.items()}
    children: dict[str, list[str]] = {name: [] for name in known}
    for name, commit in known.items():
        for parent in set(commit.parents):
            children[parent].append(name)
    ready = [(known[name].at, name) for name, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    while ready:
        _, name = heapq.heappop(ready)
        yield known[name]
        for child in children[name]:
            waiting[child] -= 1
            if waiting[child] == 0:
                heapq.heappush(ready, (known[child].at, child))
