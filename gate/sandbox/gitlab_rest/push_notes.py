"""The text of the note that GitLab writes about a push to a merge request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.gitlab_rest.landing import own_commits
from gate.sandbox.gitlab_rest.pushes import Version
from gate.sandbox.world.git import Commit, sha
from gate.sandbox.world.reviews import PullRequest


def pushed(gitlab: GitLab, request: PullRequest, version: Version) -> str:
    """What the branch has and had not before; empty for a push that only took commits away: it has no note."""
    head = gitlab.commit(version.head)
    if head is None:
        new, existing, count = [f"<li>{sha(version.head)[:8]} - Change</li>"], list[str](), 1
    else:
        brought, others = _brought(gitlab, request, version, head)
        new = [f"<li>{commit.sha[:8]} - {escape(commit.headline)}</li>" for commit in brought]
        existing = list(_existing(gitlab, request, version, others))
        count = len(brought) + len(others)
    if not count:
        return ""
    address = f"/{gitlab.world.repository.name}/-/merge_requests/{request.number}/diffs"
    link = f"{address}?diff_id={version.id}&start_sha={_before(version)}"
    items = "".join([*existing, *new])
    return f"added {_commits(count)}\n\n<ul>{items}</ul>\n\n[Compare with previous version]({link})"


def _brought(
    gitlab: GitLab, request: PullRequest, version: Version, head: Commit
) -> tuple[list[Commit], list[Commit]]:
    """The merge request's own, and those of the target branch that came with a merge of it."""
    before = gitlab.commit(version.before or "")
    graph = gitlab.graph
    reached = [
        commit
        for commit in graph.order
        if graph.contains(head, commit) and not (before and graph.contains(before, commit))
    ]
    own = {*own_commits(request), *request.commits}
    new = [commit for commit in reached if commit.name in own]
    # What a head that is gone had below it nobody knows any more; the target branch was surely there.
    others = [commit for commit in reached if commit.name not in own] if before else []
    return new, others


def _existing(
    gitlab: GitLab, request: PullRequest, version: Version, commits: Sequence[Commit]
) -> Iterator[str]:
    if commits:
        one = commits[0].sha[:8]
        shown = one if len(commits) == 1 else f"{_before(version)[:8]}...{commits[-1].sha[:8]}"
        branch = escape(gitlab.target_branch(request))
        yield f"<li>{shown} - {_commits(len(commits))} from branch <code>{branch}</code></li>"


def _before(version: Version) -> str:
    return sha(version.before or "")


def _commits(count: int) -> str:
    return f"{count} commit{'' if count == 1 else 's'}"
