"""What both interfaces work out about pull requests."""

from __future__ import annotations

from datetime import datetime

from gate.sandbox.differences import FileDiff
from gate.sandbox.github.forge import GitHub
from gate.sandbox.world.reviews import PullRequest


def updated_at(request: PullRequest) -> datetime:
    """When anything last happened to it."""
    moments = [request.created, *(review.at for review in request.reviews.values())]
    return max([*moments, request.merged.at]) if request.merged else max(moments)


def files_of(github: GitHub, request: PullRequest) -> tuple[FileDiff, ...]:
    """What it changes: since the merge base with the branch that it goes, or went, into."""
    commits = github.world.commits
    head = commits[request.commits[-1]]
    merge = request.merged
    if merge is None:
        base = github.graph.reference(f"heads/{github.base_branch(request)}")
    else:
        first = commits[(merge.commits or (merge.commit,))[0]]
        base = commits[first.parents[0]] if first.parents else None
    compared = github.graph.compare(base, head) if base else None
    return github.trees.diff(compared.merge_base, head) if compared else ()
