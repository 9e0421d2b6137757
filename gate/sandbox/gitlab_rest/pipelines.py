"""Pipelines, their jobs, and what jobs left."""

from __future__ import annotations

from collections.abc import Mapping

from gate.sandbox.gitlab_rest import access
from gate.sandbox.gitlab_rest.artifacts import archive, files_of
from gate.sandbox.gitlab_rest.errors import forbidden, not_found
from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.gitlab_rest.jobs import Job, jobs, own_job
from gate.sandbox.gitlab_rest.paging import keyset, paged, wants_keyset
from gate.sandbox.gitlab_rest.pipeline_shape import job_shape, pipeline_basic, pipeline_shape
from gate.sandbox.gitlab_rest.sorting import is_descending, moment_in
from gate.sandbox.gitlab_rest.work import Pipeline, pipelines
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route


def current_job(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /job`: the job whose token this is."""
    return answer(job_shape(gitlab, own_job(gitlab)))


def all_pipelines(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/pipelines`: by SHA, ref, status, source and last update; the newest first.

    There are no child pipelines, so the list of those (`source=parent_pipeline`) is empty.
    """
    wanted = {name: request.query.get(name) for name in ("sha", "ref", "status", "source")}
    after, before = (moment_in(request, f"updated_{end}") for end in ("after", "before"))
    found = [
        one
        for one in pipelines(gitlab).values()
        if all(text in (None, getattr(one, name)) for name, text in wanted.items())
        and (after is None or one.updated >= after)
        and (before is None or one.updated <= before)
    ]
    down = is_descending(request, default=True)
    shown = sorted(found, key=lambda one: one.id, reverse=down)
    return paged(gitlab, request, shown, lambda one: {**pipeline_basic(gitlab, one), "name": None})


def pipeline(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/pipelines/{pipeline}`."""
    return answer(pipeline_shape(gitlab, _pipeline(gitlab, named["pipeline"])))


def jobs_of(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/pipelines/{pipeline}/jobs`: the newest first, retried ones when they are asked for."""
    found = _pipeline(gitlab, named["pipeline"])
    everything = request.query.get("include_retried") == "true"
    shown = [
        job
        for job in jobs(gitlab)
        if job.pipeline.id == found.id and (everything or not job.retried)
    ]
    return paged(gitlab, request, shown, lambda job: job_shape(gitlab, job))


def all_jobs(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/jobs`: the newest first, without totals."""
    found = jobs(gitlab)
    if wants_keyset(request):
        return keyset(
            gitlab,
            request,
            found,
            lambda job: job_shape(gitlab, job),
            key=lambda job: str(job.id),
            parameter="cursor",
        )
    return paged(gitlab, request, found, lambda job: job_shape(gitlab, job), counted=False)


def job(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/jobs/{job}`."""
    return answer(job_shape(gitlab, _job(gitlab, named["job"])))


def artifacts(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/jobs/{job}/artifacts`: all of them as a zip."""
    _check_role(gitlab, request)
    files = files_of(gitlab, _job(gitlab, named["job"]))
    if files is None:
        raise not_found()
    if gitlab.site.object_storage:
        address = f"{gitlab.neutral.storage}/gitlab/{named['job']}.zip?sig=once"
        return Response(status=302, headers={"Location": address})
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": 'attachment; filename="artifacts.zip"',
    }
    return Response(headers=headers, body=archive(files))


def stored_archive(gitlab: GitLab, request: Request, path: str) -> Response:
    """What the object storage of a GitLab answers. A token sent there is a leak, and refused as real storage does."""
    if {"private-token", "job-token", "authorization"} & set(request.headers):
        return Response(status=400, headers={"Content-Type": "application/xml"}, body=b"<Error/>")
    for job in jobs(gitlab):
        files = files_of(gitlab, job)
        if files is not None and path == f"/gitlab/{job.id}.zip" and "sig" in request.query:
            return Response(headers={"Content-Type": "application/zip"}, body=archive(files))
    return Response(status=404, headers={"Content-Type": "application/xml"}, body=b"<Error/>")


def artifact(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/jobs/{job}/artifacts/{path}`: one file of them."""
    _check_role(gitlab, request)
    files = files_of(gitlab, _job(gitlab, named["job"])) or {}
    if named["path"] not in files:
        raise not_found()
    name = named["path"].rpartition("/")[2]
    headers = {
        "Content-Type": "application/json" if name.endswith(".json") else "text/plain",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return Response(headers=headers, body=files[named["path"]].encode())


def _check_role(gitlab: GitLab, request: Request) -> None:
    """The component leaves its evidence with `access: developer`, and whoever starts a job is a developer."""
    asks = access.caller(gitlab, request, access.CLASSIC_AND_LOGIN)
    if asks is access.Caller.READER and gitlab.site.read_role == "reporter":
        raise forbidden()


def _pipeline(gitlab: GitLab, id_: str) -> Pipeline:
    for one in pipelines(gitlab).values():
        if str(one.id) == id_:
            return one
    raise not_found("Pipeline")


def _job(gitlab: GitLab, id_: str) -> Job:
    for one in jobs(gitlab):
        if str(one.id) == id_:
            return one
    raise not_found("Job")


_PIPELINES, _JOB = "/projects/{id}/pipelines", "/projects/{id}/jobs/{job}"
ROUTES: tuple[Route[GitLab], ...] = (
    Route(path="/job", answer=current_job, needs=access.OWN_JOB),
    Route(path=_PIPELINES, answer=all_pipelines, needs=access.JOB),
    Route(path=f"{_PIPELINES}/{{pipeline}}", answer=pipeline, needs=access.JOB),
    Route(path=f"{_PIPELINES}/{{pipeline}}/jobs", answer=jobs_of, needs=access.JOB),
    Route(path="/projects/{id}/jobs", answer=all_jobs, needs=access.JOB_AND_LOGIN),
    Route(path=_JOB, answer=job, needs=access.JOB_AND_LOGIN),
    Route(path=f"{_JOB}/artifacts", answer=artifacts, needs=access.CLASSIC_AND_LOGIN),
    Route(path=f"{_JOB}/artifacts/{{path*}}", answer=artifact, needs=access.CLASSIC_AND_LOGIN),
)
