"""What a merge commit brought: nothing but the base branch, or content that nobody may have seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from gate.adapters.forges.github.client import Client
from gate.adapters.forges.github.compare import Comparison, FileDiff, compare
from gate.adapters.side_by_side import both, side_by_side
from gate.domain.facts import Commit, MergeKind, MergeRequest, ReviewState
from gate.domain.ports import FactMissing

MOST_MERGES = 40
"""More merges than this stay unknown, which counts as content: each costs two questions."""


def kinds(
    client: Client, requests: Sequence[MergeRequest], landed: Sequence[Commit]
) -> dict[str, MergeKind]:
    """What each merge of a reviewed merge request brought, by SHA. `landed` are the commits of the branch itself."""
    wanted: dict[str, tuple[Commit, frozenset[str]]] = {}
    for request in requests:
        own = frozenset(commit.sha for commit in request.commits)
        # Without an approval there is nothing that a merge could void.
        if any(review.state is ReviewState.APPROVED for review in request.reviews):
            wanted |= {merge.sha: (merge, own) for merge in _merges(request, landed, own)}
    chosen = list(wanted.values())[:MOST_MERGES]
    found = side_by_side([partial(_kind, client, merge, own) for merge, own in chosen])
    return {merge.sha: kind for (merge, _), kind in zip(chosen, found, strict=True)}


def _merges(
    request: MergeRequest, landed: Sequence[Commit], own: frozenset[str]
) -> Iterable[Commit]:
    yield from (commit for commit in request.commits if len(commit.parents) > 1)
    for commit in landed:
        brought = request.number in commit.brought_by and commit.sha not in own
        # The forge's own merge into the branch cannot hold anything else; one pushed from a desk can.
        if brought and len(commit.parents) > 1 and commit.committer is not None:
            yield commit


def _kind(client: Client, merge: Commit, own: frozenset[str]) -> MergeKind:
    """Compare the merge request's own difference to the base branch before and after the merge."""
    inside = [parent for parent in merge.parents if parent in own]
    if len(merge.parents) != 2 or len(inside) > 1:
        return MergeKind.UNKNOWN
    # At the very start of a branch even its own side is not a commit of the merge request yet.
    ours = inside[0] if inside else merge.parents[0]
    base = merge.parents[1] if ours == merge.parents[0] else merge.parents[0]
    try:
        before, after = both(
            partial(compare, client, base, ours), partial(compare, client, base, merge.sha)
        )
    except FactMissing as gap:
        if gap.missing.reason_code == "not-found":
            return MergeKind.UNKNOWN
        raise
    if before is None or after is None or not (before.files_whole and after.files_whole):
        return MergeKind.UNKNOWN
    return _same(before, after)


def _same(before: Comparison, after: Comparison) -> MergeKind:
    old, new = ({file.path: file for file in side.files} for side in (before, after))
    if old.keys() != new.keys():
        return MergeKind.CONTENT
    pairs = [(old[path], new[path]) for path in old]
    if any((a.status, a.previous_path) != (b.status, b.previous_path) for a, b in pairs):
        return MergeKind.CONTENT
    differing = [(a, b) for a, b in pairs if not a.sha or a.sha != b.sha]
    if any(a.patch is None or b.patch is None for a, b in differing):
        return MergeKind.UNKNOWN
    return (
        MergeKind.CLEAN if all(_lines(a) == _lines(b) for a, b in differing) else MergeKind.CONTENT
    )


def _lines(file: FileDiff) -> list[str]:
    """The lines of a patch without their places, which the base branch moves; every other line starts with its sign."""
    return [line for line in (file.patch or "").split("\n") if not line.startswith("@@")]
