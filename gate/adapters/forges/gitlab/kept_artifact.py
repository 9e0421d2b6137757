"""Until when GitLab keeps what a job of a pipeline left, as GitLab itself says."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.gitlab import checks
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.tokens import Tokens
from gate.adapters.forges.gitlab.transport import Transport
from gate.adapters.part import Part
from gate.domain.phrases import safe


def ask(
    api_url: str,
    server_url: str,
    project_id: str,
    tokens: Tokens,
    *,
    pipeline: str,
    job: str,
    recorder: Recorder,
    deadline: Deadline,
) -> datetime | None:
    """When GitLab deletes the artifacts of the newest job of that name (UTC); None when it never does.

    FactMissing when GitLab does not say, or when the job has none.
    """

    def connect(token: str, *, is_job_token: bool) -> Transport:
        return Transport(
            api_url, token, is_job_token=is_job_token, recorder=recorder, deadline=deadline
        )

    client = Client(
        project_id,
        job=connect(tokens.job, is_job_token=True),
        reader=connect(tokens.read, is_job_token=False) if tokens.read else None,
        host=urlsplit(server_url).netloc,
    )
    try:
        return _read(client, pipeline, job)
    finally:
        client.close()


def _read(client: Client, pipeline: str, job: str) -> datetime | None:
    left = [
        one for one in checks.jobs(client, pipeline) if one.name("name") == job and _has_files(one)
    ]
    if not left:
        question = Question(what=f"the artifacts of the job {safe(job)}")
        raise missing(
            question,
            "not-found",
            f"no job {safe(job)} of pipeline {safe(pipeline)} has artifacts",
            "whoever maintains the pipeline sees whether somebody erased that job",
        )
    return max(left, key=lambda one: one.number("id")).moment_or_none("artifacts_expire_at")


def _has_files(job: Part) -> bool:
    return any(one.name("file_type") == "archive" for one in job.items("artifacts"))
