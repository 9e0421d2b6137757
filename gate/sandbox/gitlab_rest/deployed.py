"""The deployment records of a world, numbered in the order in which they were made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from gate.sandbox.github.deployments import deployment_id
from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.gitlab_rest.jobs import deploy_job_id, own_job
from gate.sandbox.world.forge import Deployment, EnvironmentApproval
from gate.sandbox.world.git import sha

FIRST_ID = 9000
_WORDS = {
    "error": "failed",
    "failure": "failed",
    "in_progress": "running",
    "queued": "created",
    "pending": "created",
    "inactive": "canceled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One deployment."""

    id: int = 0
    iid: int = 0
    sha: str
    ref: str
    environment: str
    status: str
    by: str | None
    at: datetime
    updated: datetime
    job: int | None
    approvals: tuple[EnvironmentApproval, ...] = ()


def records(gitlab: GitLab) -> list[Record]:
    """All of them, oldest first."""
    past = sorted(
        gitlab.world.deployments.values(), key=lambda item: (item.at, deployment_id(item))
    )
    found = [*(_past(gitlab, item) for item in past), *_own(gitlab)]
    return [
        replace(record, id=FIRST_ID + count, iid=count)
        for count, record in enumerate(found, start=1)
    ]


def _past(gitlab: GitLab, item: Deployment) -> Record:
    times = [status.at or item.at for status in item.statuses if status.state == "success"]
    return Record(
        sha=sha(item.commit),
        ref=item.ref or gitlab.world.repository.default_branch,
        environment=item.environment,
        status=_status(item),
        by=item.by,
        at=item.at,
        updated=max(times, default=item.at),
        job=deploy_job_id(item.name) if item.run else None,
    )


def _status(item: Deployment) -> str:
    """What it came to. A success stays one: GitLab does not call it inactive later."""
    states = [status.state for status in item.statuses]
    if "success" in states:
        return "success"
    return _WORDS[states[-1]] if states else "created"


def _own(gitlab: GitLab) -> Iterator[Record]:
    """Where approvals are asked for, this pipeline's deployment waits until they are given (Premium)."""
    run = gitlab.world.run
    if not gitlab.site.is_paid:
        return
    given = [item for item in run.approvals.values() if item.state != "pending"]
    protected = [name for name, item in gitlab.world.environments.items() if item.reviewers]
    for environment in dict.fromkeys([*(item.environment for item in given), *protected]):
        own = tuple(item for item in given if item.environment == environment)
        yield Record(
            sha=sha(run.commit),
            ref=run.ref.removeprefix("refs/heads/").removeprefix("refs/tags/"),
            environment=environment,
            status=_waiting(own),
            by=run.started_by,
            at=run.started_at,
            updated=run.started_at,
            job=own_job(gitlab).id,
            approvals=own,
        )


def _waiting(given: tuple[EnvironmentApproval, ...]) -> str:
    if any(item.state == "rejected" for item in given):
        return "failed"
    return "created" if given else "blocked"
