"""Whether an approval is for the content that is deployed.

A forge names the commit that was reviewed, but that alone proves nothing: GitHub moves existing reviews to the new
head after a forced push and after a merge of the base branch, so an old approval can stand on content that its author
never saw. Where a forge proves that a rebase left the whole difference as it was, its adapter tells of no rewrite, and
that the content arrived with the difference: the approval stands, as after a clean merge of the base branch. The rule,
with every case, is in docs/controls/review.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from gate.domain.facts import Commit, MergeKind, MergeRequest, Review
from gate.domain.phrases import counted, moment, short
from gate.domain.policy.workflow import Freshness
from gate.domain.writers import rewrites, slipped_in

STALE = "stale"
REANCHORED = "reanchored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staleness:
    """Why an approval is not for the final content."""

    code: str
    why: str


def content(request: MergeRequest, commits: Sequence[Commit]) -> tuple[Commit, ...]:
    """Return the commits that changed the content of `request`, oldest first.

    That is all of its own but clean merges of the base branch, then merges on the branch itself that may hold more.
    """
    own = (commit for commit in request.commits if commit.merge is not MergeKind.CLEAN)
    return (*own, *slipped_in(request, commits))


def staleness(
    review: Review, request: MergeRequest, commits: Sequence[Commit], freshness: Freshness
) -> Staleness | None:
    """Return why `review` is not for the final content of `request`; None when it is.

    `commits` are those of the branch that is deployed. Under `allow_reanchored` the commit that the forge names is
    believed; content that came after it voids the approval all the same.
    """
    return _by_position(review, request, commits) or (
        None if _believes_forge(freshness) else carried_over(review, request)
    )


def carried_over(review: Review, request: MergeRequest) -> Staleness | None:
    """Return why the forge may have moved `review` to where it stands now; None when it cannot have.

    The review must stand on one of the own commits of `request`, with no content after it.
    """
    # NOTE: "at or before", since forges count whole seconds and nobody reviews within the second of the push.
    if late := [push for push in rewrites(request) if review.submitted_at <= push.at]:
        return Staleness(
            code=REANCHORED,
            why=f"it was given at {moment(review.submitted_at)}, before the branch was rewritten by force at "
            f"{moment(late[-1].at)}; that the forge shows it on {short(review.revision)} proves nothing",
        )
    shas = [commit.sha for commit in request.commits]
    upto = request.commits[: shas.index(review.revision) + 1]
    last = next((commit for commit in reversed(upto) if commit.merge is not MergeKind.CLEAN), None)
    if last is None:
        return None
    if last.arrived_at is None:
        return _perhaps_moved(review, upto)
    if review.submitted_at > last.arrived_at:
        return None
    return Staleness(
        code=REANCHORED,
        why=f"it was given at {moment(review.submitted_at)}, but {short(last.sha)} with new content "
        f"arrived at {moment(last.arrived_at)}; the forge moved it to {short(review.revision)}",
    )


def _by_position(
    review: Review, request: MergeRequest, commits: Sequence[Commit]
) -> Staleness | None:
    shas = [commit.sha for commit in request.commits]
    if review.revision not in shas:
        return Staleness(
            code=STALE,
            why=f"it is for {short(review.revision)}, which is no longer part of what was merged",
        )
    seen = set(shas[: shas.index(review.revision) + 1])
    after = [commit for commit in content(request, commits) if commit.sha not in seen]
    if not after:
        return None
    return Staleness(
        code=STALE,
        why=f"it is for {short(review.revision)}, and {counted(len(after), 'commit')} with new content came after it, "
        f"the last one {short(after[-1].sha)}",
    )


def _believes_forge(freshness: Freshness) -> bool:
    match freshness:
        case Freshness.STRICT:
            return False
        case Freshness.ALLOW_REANCHORED:
            return True
        case _:
            assert_never(freshness)


def _perhaps_moved(review: Review, upto: Sequence[Commit]) -> Staleness | None:
    """Without the arrival of the content, only a place to which the forge never moves a review is proof."""
    doubtful = [
        commit
        for commit in upto
        if (commit.merge is not MergeKind.NONE or len(commit.parents) > 1)
        and (commit.arrived_at is None or review.submitted_at <= commit.arrived_at)
    ]
    if not doubtful:
        return None
    return Staleness(
        code=REANCHORED,
        why=f"the forge may have moved it to {short(review.revision)} when {short(doubtful[-1].sha)} was merged into "
        "the branch, and does not say when the content arrived",
    )
