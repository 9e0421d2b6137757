"""Who wrote a merge request, or a commit that came without one (guide §4: W)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from gate.domain.derived import ScopedChange
from gate.domain.directory import NOBODY, called
from gate.domain.facts import Commit, MergeKind, MergeRequest, Push
from gate.domain.identity import Identity
from gate.domain.phrases import listed
from gate.domain.policy.document import Policy


class Deed(Enum):
    """What makes somebody a writer."""

    OPENED = "opened"
    WROTE = "wrote"
    COMMITTED = "committed"
    LANDED = "landed"
    """Is an author of what the branch got, such as a squashed commit."""
    REWROTE = "rewrote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One thing that one account did."""

    who: Identity
    deed: Deed
    sha: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writers:
    """Writers by name (a key of `people`, or `bot:<login>`), and those who stand under none."""

    known: Mapping[str, tuple[Trace, ...]]
    strangers: tuple[Trace, ...] = ()


def writers_of(request: MergeRequest, commits: Sequence[Commit], policy: Policy) -> Writers:
    """Return everybody who wrote any of `request`; `commits` are those of the branch that is deployed.

    These are: who opened it; authors, co-authors and committers of its own commits; who rewrote its branch by force;
    and authors of the commits that the branch got from it. A clean merge of the base branch is nobody's writing.
    """
    return _named(_traces(request, commits), policy)


def direct_writers(commit: Commit, policy: Policy) -> Writers:
    """Return authors, co-authors and the committer of a commit that no merge request brought."""
    return _named(_hands(commit), policy)


def outside(change: ScopedChange) -> tuple[Commit, ...]:
    """Return the commits that no merged merge request of the change brought, whatever their messages claim."""
    merged = {request.number for request in change.merge_requests if request.merged_at is not None}
    return tuple(commit for commit in change.commits if merged.isdisjoint(commit.brought_by))


def slipped_in(request: MergeRequest, commits: Sequence[Commit]) -> tuple[Commit, ...]:
    """Return the merges that brought `request` to the branch and may hold content which nobody saw in it.

    The forge's own merge holds none. One that somebody made on a desk and pushed may, unless it was compared.
    """
    merges = (commit for commit in _landed(request, commits) if len(commit.parents) > 1)
    return tuple(
        commit
        for commit in merges
        if commit.merge is MergeKind.CONTENT
        or (commit.committer is not None and commit.merge is not MergeKind.CLEAN)
    )


def rewrites(request: MergeRequest) -> tuple[Push, ...]:
    """Return the forced pushes that can have changed what was merged: none after the merge."""
    merged = request.merged_at
    return tuple(push for push in request.force_pushes if merged is None or push.at <= merged)


def told(traces: Iterable[Trace]) -> str:
    """Say what one person did, as in `opened it and wrote 2 of its commits`."""
    by_deed: dict[Deed, set[str]] = {}
    for trace in traces:
        by_deed.setdefault(trace.deed, set()).add(trace.sha)
    wrote = by_deed.get(Deed.WROTE, set())
    committed = by_deed.get(Deed.COMMITTED, set()) - wrote
    phrases = {
        "opened it": Deed.OPENED in by_deed,
        f"wrote {len(wrote)} of its commits": bool(wrote),
        f"committed {len(committed)} of its commits": bool(committed),
        "is an author of what the branch got from it": Deed.LANDED in by_deed and not wrote,
        "rewrote its branch by force": Deed.REWROTE in by_deed,
    }
    return listed([phrase for phrase, holds in phrases.items() if holds])


def _traces(request: MergeRequest, commits: Sequence[Commit]) -> Iterator[Trace]:
    yield Trace(who=request.author, deed=Deed.OPENED)
    for commit in request.commits:
        if commit.merge is not MergeKind.CLEAN:
            yield from _hands(commit)
    slipped = slipped_in(request, commits)
    for commit in _landed(request, commits):
        if commit in slipped:
            yield from _hands(commit)
        elif len(commit.parents) < 2:
            # NOTE: not its committer. GitHub names whoever pressed "Rebase and merge" there, who wrote nothing.
            yield from (
                Trace(who=who, deed=Deed.LANDED, sha=commit.sha) for who in _authors(commit)
            )
    for push in rewrites(request):
        yield Trace(who=push.by or NOBODY, deed=Deed.REWROTE)


def _landed(request: MergeRequest, commits: Sequence[Commit]) -> tuple[Commit, ...]:
    own = {commit.sha for commit in request.commits}
    return tuple(c for c in commits if request.number in c.brought_by and c.sha not in own)


def _hands(commit: Commit) -> Iterator[Trace]:
    for who in _authors(commit):
        yield Trace(who=who, deed=Deed.WROTE, sha=commit.sha)
    if commit.committer is not None:
        yield Trace(who=commit.committer, deed=Deed.COMMITTED, sha=commit.sha)


def _authors(commit: Commit) -> tuple[Identity, ...]:
    return commit.authors or (NOBODY,)


def _named(traces: Iterable[Trace], policy: Policy) -> Writers:
    known: dict[str, list[Trace]] = {}
    strangers = []
    for trace in traces:
        if name := called(trace.who, policy):
            known.setdefault(name, []).append(trace)
        else:
            strangers.append(trace)
    return Writers(
        known={name: tuple(did) for name, did in known.items()}, strangers=tuple(strangers)
    )
