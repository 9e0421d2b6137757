"""The versions of a merge request: what it was after each push. GitLab ties no approval to any of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gate.sandbox.gitlab_rest.diffs import patch_id
from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.gitlab_rest.landing import own_commits, target_tips
from gate.sandbox.graph import Comparison
from gate.sandbox.world.git import Commit, digest, number
from gate.sandbox.world.reviews import ForcePush, PullRequest

_SHORTLY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """The branch pointed to `head` from then on. `by` is who pushed, where the world says so."""

    at: datetime
    head: str
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The merge request after one push."""

    id: int
    at: datetime
    head: str
    """A commit's name, or the SHA of one that is gone."""
    by: str
    before: str | None
    """The head before; None for the first version."""
    start: Commit | None
    """Where the target branch was."""


def versions(gitlab: GitLab, request: PullRequest) -> list[Version]:
    """All of them, oldest first."""
    found: list[Version] = []
    for push in _pushes(gitlab, request):
        before = found[-1].head if found else None
        if push.head == before:
            continue
        commit = gitlab.commit(push.head)
        committer = commit.committer if commit and gitlab.account(commit.committer) else None
        found.append(
            Version(
                id=number("version", str(request.number)) + len(found),
                at=push.at,
                head=push.head,
                by=push.by or committer or request.author,
                before=before,
                start=_start(gitlab, request, push.at),
            )
        )
    return found


def patch_of(gitlab: GitLab, request: PullRequest, version: Version) -> str:
    """The digest of the whole difference, which a rebase leaves as it is."""
    compared = _compared(gitlab, version, version.head)
    if compared is None:
        return digest("patch", version.head)
    merge = request.merged
    if merge and merge.method == "rebase" and version.head in merge.commits:
        before = _compared(gitlab, version, request.commits[-1])
        if before and _sizes(gitlab, before) == _sizes(gitlab, compared):
            compared = before
    return patch_id(gitlab, compared.merge_base, compared.head)


def _compared(gitlab: GitLab, version: Version, name: str) -> Comparison | None:
    head = gitlab.commit(name)
    return gitlab.graph.compare(version.start, head) if version.start and head else None


def _sizes(gitlab: GitLab, compared: Comparison) -> list[tuple[str, int, int]]:
    """Made-up lines name the commit that they are of, so a rebase is told by how many there are."""
    found = gitlab.trees.diff(compared.merge_base, compared.head)
    return [(diff.path, diff.added, diff.removed) for diff in found]


def base_of(gitlab: GitLab, version: Version) -> str | None:
    """The SHA of the merge base with the target branch."""
    compared = _compared(gitlab, version, version.head)
    start = compared.merge_base if compared else version.start
    return start.sha if start else None


def _pushes(gitlab: GitLab, request: PullRequest) -> Sequence[Push]:
    found = _arrivals(gitlab, request)
    for push in sorted(request.force_pushes, key=lambda push: push.at):
        found = _rewritten(gitlab, found, push)
    merge = request.merged
    if merge and merge.method == "rebase" and merge.commits:
        found.append(Push(at=merge.at - _SHORTLY, head=merge.commits[-1], by=merge.by))
    return sorted(found, key=lambda push: push.at)


def _arrivals(gitlab: GitLab, request: PullRequest) -> list[Push]:
    """Commits that the server saw at one time came with one push."""
    heads: dict[datetime, str] = {}
    at = request.created
    for name in request.commits:
        commit = gitlab.world.commits[name]
        at = max(at, commit.arrived or commit.at)
        heads[at] = name
    return [Push(at=at, head=name) for at, name in heads.items()]


def _rewritten(gitlab: GitLab, found: Sequence[Push], push: ForcePush) -> list[Push]:
    """What a push by force made was not there before, whatever its dates claim: there stood what it replaced.

    Unless it only took commits away.
    """
    earlier = [one for one in found if one.at < push.at]
    later = [
        one for one in found if one.at > push.at or (one.at == push.at and one.head != push.after)
    ]
    before, after = gitlab.commit(push.before), gitlab.commit(push.after)
    shrunk = before and after and gitlab.graph.contains(before, after)
    replaced = [
        replace(one, head=push.before) if one.head == push.after and not shrunk else one
        for one in earlier
    ]
    if all(one.head != push.before for one in replaced):
        last = max((one.at for one in replaced), default=push.at - 2 * _SHORTLY)
        shown = min(last + _SHORTLY, push.at - _SHORTLY)
        replaced.append(Push(at=shown, head=push.before))
    return [*replaced, Push(at=push.at, head=push.after, by=push.by), *later]


def _start(gitlab: GitLab, request: PullRequest, at: datetime) -> Commit | None:
    """The tip of the target branch at that time: nothing that holds the merge request's own commits."""
    landed = _landed(gitlab)
    own = [gitlab.world.commits[name] for name in own_commits(request)]
    tips = list(target_tips(gitlab, request))
    for tip in tips:
        is_there = landed.get(tip.name, tip.arrived or tip.at) <= at
        if is_there and not any(gitlab.graph.contains(tip, commit) for commit in own):
            return tip
    return tips[-1] if tips else None


def _landed(gitlab: GitLab) -> dict[str, datetime]:
    """When commits came to the target branch by a merge."""
    merges = (item.merged for item in gitlab.merge_requests() if item.merged)
    return {
        name: merge.at for merge in merges for name in dict.fromkeys((merge.commit, *merge.commits))
    }
