"""The pipelines that a world's runs and checks come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.world.forge import CheckRun, Run
from gate.sandbox.world.git import number, sha

OWN_APP = "github-actions"
"""What a world calls the forge's own CI; checks of other apps are statuses that somebody reported."""
_SOURCES = {
    "push": "push",
    "release": "push",
    "schedule": "schedule",
    "workflow_dispatch": "web",
    "repository_dispatch": "trigger",
    "workflow_run": "pipeline",
    "pull_request": "merge_request_event",
    "pull_request_target": "merge_request_event",
}
_ENDED = {
    "success": "success",
    "failure": "failed",
    # A job that may fail and did: the nearest to what says neither yes nor no.
    "neutral": "failed",
    "cancelled": "canceled",
    "skipped": "skipped",
    "timed_out": "failed",
    "action_required": "manual",
    "stale": "canceled",
}
_UNDER_WAY = {
    "queued": "pending",
    "in_progress": "running",
    "waiting": "waiting_for_resource",
    "requested": "created",
    "pending": "pending",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """One pipeline."""

    id: int
    sha: str
    ref: str
    tag: bool
    source: str
    status: str
    by: str
    at: datetime
    updated: datetime
    """When its last job that left evidence ended, or else when it was started."""


def pipelines(gitlab: GitLab) -> dict[int, Pipeline]:
    """All of them, by number."""
    found = {run.id: _of_run(gitlab, run) for run in gitlab.runs().values()}
    for check in gitlab.world.checks.values():
        if check.app == OWN_APP:
            made = of_check(gitlab, check)
            found.setdefault(made.id, made)
    return found


def newest_of(gitlab: GitLab, commit_sha: str) -> Pipeline | None:
    """The newest pipeline of a commit."""
    found = [one for one in pipelines(gitlab).values() if one.sha == commit_sha]
    return max(found, key=lambda one: one.id, default=None)


def _of_run(gitlab: GitLab, run: Run) -> Pipeline:
    kind, _, name = run.ref.removeprefix("refs/").partition("/")
    is_request = kind == "pull"
    return Pipeline(
        id=run.id,
        sha=sha(run.commit),
        ref=f"refs/merge-requests/{name}" if is_request else name,
        tag=kind == "tags",
        source=_SOURCES.get(run.event, "api"),
        status="running" if run.id == gitlab.world.run.id else "success",
        by=run.started_by,
        at=run.started_at,
        updated=max([run.started_at, *_stored(gitlab, run)]),
    )


def _stored(gitlab: GitLab, run: Run) -> list[datetime]:
    left = gitlab.world.prior_evidence.values()
    return [one.stored for one in left if one.run == run.id and one.stored]


def of_check(gitlab: GitLab, check: CheckRun) -> Pipeline:
    """The pipeline that a check belongs to, made up where no run is named."""
    commit = sha(check.commit)
    at = check.started or gitlab.world.run.started_at
    return Pipeline(
        id=check.run or number("pipeline", commit),
        sha=commit,
        ref=gitlab.world.repository.default_branch,
        tag=False,
        source="push",
        status=state(check),
        by=gitlab.world.run.started_by,
        at=at,
        updated=at,
    )


def state(check: CheckRun) -> str:
    """What GitLab calls the state of a check."""
    if check.status != "completed" or check.conclusion is None:
        return _UNDER_WAY.get(check.status, "running")
    return _ENDED[check.conclusion]
