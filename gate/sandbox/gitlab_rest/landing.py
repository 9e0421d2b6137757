"""Which commits a merge request has, and where it landed on its target branch."""

from __future__ import annotations

from collections.abc import Iterator

from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.world.git import Commit
from gate.sandbox.world.reviews import PullRequest


def own_commits(request: PullRequest) -> tuple[str, ...]:
    """Its own commits, oldest first.

    What GitHub makes on the base branch when it rebases, GitLab makes on the merge request's own branch, and then moves
    the target branch forward to it.
    """
    merge = request.merged
    return (
        merge.commits if merge and merge.method == "rebase" and merge.commits else request.commits
    )


def head(request: PullRequest) -> str:
    """The commit at its head: of a merged one, what was merged."""
    if request.state == "merged":
        return own_commits(request)[-1]
    return request.head_commit


def merge_commit(request: PullRequest) -> str | None:
    """The merge that it made on the target branch, if any."""
    return request.merged.commit if request.merged and request.merged.method == "merge" else None


def squash_commit(request: PullRequest) -> str | None:
    """The commit that it was squashed into, if it was."""
    return request.merged.commit if request.merged and request.merged.method == "squash" else None


def landings(request: PullRequest) -> tuple[str, ...]:
    """What it added to the target branch beyond its own commits."""
    return tuple(name for name in (merge_commit(request), squash_commit(request)) if name)


def target_tips(gitlab: GitLab, request: PullRequest) -> Iterator[Commit]:
    """What the target branch pointed to, the newest first: from before the merge, or from its tip."""
    commits = gitlab.world.commits
    merge = request.merged
    if merge is None:
        tip = gitlab.graph.reference(f"heads/{gitlab.target_branch(request)}")
    else:
        first = commits[(merge.commits or (merge.commit,))[0]]
        tip = commits[first.parents[0]] if first.parents else None
    while tip is not None:
        yield tip
        tip = commits[tip.parents[0]] if tip.parents else None
