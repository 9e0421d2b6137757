"""The job that this process runs in, as GitLab tells the holder of its token: what it deploys, and who runs it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.gitlab import accounts
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.reading import keys
from gate.adapters.forges.gitlab.run import path_of, ref_of
from gate.adapters.forges.gitlab.transport import Transport
from gate.adapters.part import Part
from gate.domain.identity import Identity
from gate.domain.ports import FactMissing

_KEEP = accounts.KEYS | keys("pipeline project_id sha ref tag web_url")
_REFUSED = frozenset({"not-authenticated", "not-permitted", "not-found"})
_REMEDY = (
    "start the job again; if it stays, whoever owns the pipeline looks for a job whose dotenv report overwrites "
    "CI_JOB_TOKEN, and lets this job need only what it uses. No other token helps: a job is told to its own token alone"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnJob:
    """What variables say as well, but an earlier job can overwrite those."""

    repository: str
    """The path of the project."""
    pipeline_id: str
    revision: str
    ref: str
    """In full, `refs/heads/main`."""
    user: Identity
    """Who played or retried the job; else who started the pipeline."""


def ask(
    api_url: str, server_url: str, token: str, *, recorder: Recorder, deadline: Deadline
) -> OwnJob:
    """Ask with the job's token. FactMissing when GitLab does not say which job it belongs to."""
    question = Question(what="the job that deploys")
    transport = Transport(api_url, token, is_job_token=True, recorder=recorder, deadline=deadline)
    client = Client("", job=transport, host=urlsplit(server_url).netloc)
    try:
        return _read(client.own_job(question, _KEEP), server_url)
    except FactMissing as gap:
        if gap.missing.reason_code not in _REFUSED:
            raise
        raise missing(question, gap.missing.reason_code, gap.missing.detail, _REMEDY) from gap
    finally:
        client.close()


def _read(job: Part, server_url: str) -> OwnJob:
    pipeline = job.member("pipeline")
    return OwnJob(
        repository=path_of(job, server_url),
        pipeline_id=str(pipeline.number("id")),
        revision=pipeline.sha("sha"),
        ref=ref_of(job),
        user=accounts.user(job.maybe("user")),
    )
