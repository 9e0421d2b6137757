"""How two revisions stand to each other, proved from commits that were checked against their own names.

Git walks the history and says which commits those are, and that is only a hint: it reads commits without checking them,
so in a clone that somebody changed it can be led past some. The proof takes the hint and follows it from the two ends,
by parents that stand in proved commits. A hint that leaves anything out, or holds too much, does not hang together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

from gate.adapters.forges.gitlab.git_process import gap
from gate.adapters.forges.gitlab.object_store import FRESH
from gate.domain.ports import FactMissing


class Commits(Protocol):
    """Where commits come from. Both raise FactMissing."""

    def walk(self, *arguments: str) -> Sequence[str]:
        """What `git rev-list` says, which may be a lie."""

    def best(self, *shas: str) -> Sequence[str]:
        """What `git merge-base --all` says of two, and with `--octopus` of all of several, which may be a lie."""

    def parents(self, shas: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """The parents of each, proved by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """What two revisions have in common, and what the second has for itself."""

    bases: tuple[str, ...]
    """Best common ancestors, in git's order; none when the two have no history in common."""
    new: tuple[str, ...]
    """What the second has and the first has not, in git's order, oldest first."""


def between(source: Commits, base: str, head: str) -> Lineage:
    """Prove how `head` stands to `base`. FactMissing when the clone does not hold together."""
    if base == head:
        source.parents([head])
        return Lineage(bases=(head,), new=())
    listed = source.walk("--left-right", f"{base}...{head}")
    parents = source.parents([line[1:] for line in listed])
    new = tuple(line[1:] for line in reversed(listed) if line.startswith(">"))
    own, old = _below([head], parents), _below([base], parents)
    if own.inside & old.inside or own.inside != set(new):
        raise _torn()
    bases = _bases(source, base, head, own.ends & old.ends)
    # Nothing is left out: where the two walks end, all is older than what both ends share.
    _prove_below(source, bases, (own.ends | old.ends) - set(bases))
    # Nothing is in it that the base has as well, or somebody's push would pass for a part of a merge request.
    _prove_apart(source, base, own, old.ends)
    return Lineage(bases=bases, new=new)


def _bases(source: Commits, base: str, head: str, shared: set[str]) -> tuple[str, ...]:
    """The best common ancestors. What stands between an end and one of them is that end's alone, so both meet them."""
    bases = tuple(sorted(shared)) if len(shared) < 2 else tuple(source.best(base, head))
    if not set(bases) <= shared or bool(shared) != bool(bases):
        raise _torn()
    for one, other in combinations(bases, 2):
        if {one, other} & set(between(source, one, other).bases):
            raise _torn()
    return bases


def _prove_below(source: Commits, bases: Sequence[str], others: Collection[str]) -> None:
    """Prove that each of `others`, where a branch was made from, is an ancestor of one of the bases."""
    tops, left = set(bases), set(others)
    while left:
        # One may lie behind another of them, and is reached when that one is among the tops.
        listed = source.walk(*sorted(tops), "--not", *sorted(left)) if tops else ()
        reached = _below(tops, source.parents(listed)).ends & left
        if not reached:
            raise _torn()
        tops |= reached
        left -= reached


def _prove_apart(source: Commits, base: str, own: _Below, others: Collection[str]) -> None:
    """Prove that `base` has none of what is said to be the head's alone.

    All of that stands above a floor, and so not below it. Between the base and the floor every commit is looked at.
    """
    ends = own.ends | set(others)
    floor = _floor(source, own, ends)
    if not others or {floor} == ends:
        return
    below = [floor] if floor else []
    parents = source.parents(source.walk(base, "--not", *below))
    found = _below([base], parents)
    if found.inside & own.inside or any(
        floor not in {end, *_below([end], parents).ends} for end in own.ends if floor
    ):
        raise _torn()
    _prove_below(source, below, found.ends - {floor})


def _floor(source: Commits, own: _Below, ends: Collection[str]) -> str:
    """A commit below everything that is the head's alone; empty where some of that begins a history of its own."""
    if not own.inside <= own.grounded:
        return ""
    if len(ends) < 2:
        return "".join(ends)
    found = source.best("--octopus", *sorted(ends))
    return found[0] if found else ""


@dataclass(frozen=True, slots=True)
class _Below:
    inside: set[str]
    ends: set[str]
    grounded: set[str]
    """Those inside that stand above one of the ends."""


def _below(tips: Iterable[str], parents: Mapping[str, tuple[str, ...]]) -> _Below:
    """Commits that are reached from the tips by way of known ones, and the first unknown ones on every way."""
    inside: set[str] = set()
    ends: set[str] = set()
    children: dict[str, list[str]] = {}
    waiting = list(tips)
    while waiting:
        sha = waiting.pop()
        if sha not in parents:
            ends.add(sha)
        elif sha not in inside:
            inside.add(sha)
            waiting += parents[sha]
            for parent in parents[sha]:
                children.setdefault(parent, []).append(sha)
    grounded: set[str] = set()
    waiting = [child for end in ends for child in children.get(end, ())]
    while waiting:
        sha = waiting.pop()
        if sha not in grounded:
            grounded.add(sha)
            waiting += children.get(sha, ())
    return _Below(inside, ends, grounded)


def _torn() -> FactMissing:
    return gap(
        "the history",
        "wrong-object",
        "the clone does not hold together: somebody changed it, or it was not made whole",
        FRESH,
    )
