"""What jobs and others say of a commit. A job token may not read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gate.sandbox.github.forge import check_id
from gate.sandbox.gitlab_rest import access
from gate.sandbox.gitlab_rest.commits import find
from gate.sandbox.gitlab_rest.forge import GitLab, moment
from gate.sandbox.gitlab_rest.jobs import Job, jobs
from gate.sandbox.gitlab_rest.paging import paged
from gate.sandbox.gitlab_rest.people import Shape, basic, named, somebody
from gate.sandbox.gitlab_rest.work import OWN_APP, state
from gate.sandbox.messages import Request, Response
from gate.sandbox.routing import Route
from gate.sandbox.world.forge import Account, CheckRun, CommitStatus
from gate.sandbox.world.git import number, sha

_STATES = {"success": "success", "failure": "failed", "error": "failed", "pending": "pending"}


def statuses(gitlab: GitLab, request: Request, named_: Mapping[str, str]) -> Response:
    """`GET …/repository/commits/{sha}/statuses`: the newest of each name, or `all`."""
    commit = find(gitlab, named_["sha"]).sha
    found = sorted(_all(gitlab, commit), key=lambda shape: int(shape["id"]))
    if request.query.get("all") != "true":
        found = list({shape["name"]: shape for shape in found}.values())
    return paged(gitlab, request, found, dict)


def _all(gitlab: GitLab, commit: str) -> Iterator[Shape]:
    yield from (_of_job(gitlab, job) for job in jobs(gitlab) if job.pipeline.sha == commit)
    foreign = (check for check in gitlab.neutral.check_runs(commit) if check.app != OWN_APP)
    yield from (_of_app(gitlab, check, commit) for check in foreign)
    reported = (item for item in gitlab.world.statuses.values() if sha(item.commit) == commit)
    yield from (_of_status(gitlab, item, commit) for item in reported)


def _of_job(gitlab: GitLab, job: Job) -> Shape:
    return {
        **_shape(job.id, job.pipeline.sha, job.name, job.status),
        "ref": job.pipeline.ref,
        "target_url": gitlab.web(f"/-/jobs/{job.id}"),
        "created_at": moment(job.started or job.pipeline.at),
        "started_at": moment(job.started),
        "finished_at": moment(job.finished),
        "allow_failure": job.allow_failure,
        "pipeline_id": job.pipeline.id,
        "author": somebody(gitlab, job.by),
    }


def _of_app(gitlab: GitLab, check: CheckRun, commit: str) -> Shape:
    """A check of another app: the account of that app reported it."""
    app = Account(gitlab=check.app, name=check.app, id=number("app", check.app))
    return {
        **_shape(check_id(check), commit, check.name, state(check)),
        "ref": gitlab.world.repository.default_branch,
        "target_url": f"https://{check.app}.example",
        "created_at": moment(check.started or gitlab.world.now),
        "started_at": moment(check.started),
        "finished_at": moment(check.completed),
        "pipeline_id": number("external", commit),
        "author": basic(gitlab, app),
    }


def _of_status(gitlab: GitLab, item: CommitStatus, commit: str) -> Shape:
    state_ = _STATES[item.state]
    return {
        # A later one of the same name has a larger number.
        **_shape(number("status", commit) + int(item.at.timestamp()), commit, item.context, state_),
        "ref": gitlab.world.repository.default_branch,
        "target_url": item.target_url or None,
        "created_at": moment(item.at),
        "started_at": moment(item.at),
        "finished_at": None if state_ == "pending" else moment(item.at),
        "pipeline_id": number("external", commit),
        "author": named(gitlab, item.by),
    }


def _shape(id_: int, commit: str, name: str, status: str) -> Shape:
    return {
        "id": id_,
        "sha": commit,
        "status": status,
        "name": name,
        "description": None,
        "allow_failure": False,
        "coverage": None,
    }


_COMMIT = "/projects/{id}/repository/commits/{sha}"
ROUTES: tuple[Route[GitLab], ...] = (
    Route(path=f"{_COMMIT}/statuses", answer=statuses, needs=access.READ_AND_LOGIN),
)
