"""The job, the pipeline and the people that are about to deploy, as GitLab and not the environment tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from gate.adapters.forges.gitlab import accounts
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.reading import keys, web_path
from gate.adapters.forges.gitlab.reference import Reference
from gate.adapters.part import Part
from gate.adapters.side_by_side import both
from gate.domain.facts import Run
from gate.domain.phrases import safe

_KEEP = accounts.KEYS | keys(
    "iid project_id ref sha source tag status stage pipeline commit created_at started_at web_url allow_failure"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """The job that this process runs in, and its pipeline; proved to belong together."""

    job: Part
    pipeline: Part

    @property
    def job_id(self) -> int:
        """The job's number."""
        return self.job.number("id")

    @property
    def job_name(self) -> str:
        """The job's name, which a retried job keeps."""
        return self.job.name("name")


def ask(client: Client, asked: Reference) -> Ran:
    """The job as the holder of its token sees it; everything that the runner's variables say is compared with it."""
    question = Question(what="the job that the gate runs in")
    path = f"{client.home}/pipelines/{asked.pipeline_id}"
    job, pipeline = both(
        partial(client.own_job, question, _KEEP),
        partial(client.get, Question(what=f"pipeline {asked.pipeline_id}"), path, _KEEP),
    )
    own = job.member("pipeline")
    pairs: dict[str, tuple[str, str]] = {
        "job": (str(job.number("id")), asked.job_id),
        "pipeline": (str(own.number("id")), asked.pipeline_id),
        "project": (str(own.number("project_id")), asked.project_id),
        "pipeline that was asked about": (str(pipeline.number("id")), asked.pipeline_id),
        "project of that pipeline": (str(pipeline.number("project_id")), asked.project_id),
        "revision of that pipeline": (pipeline.sha("sha"), own.sha("sha")),
        "path of the project": (
            path_of(pipeline, asked.server_url).casefold(),
            asked.repository.casefold(),
        ),
    }
    if not asked.revision_given:
        pairs["revision"] = (own.sha("sha"), asked.revision)
    for what, (told, wanted) in pairs.items():
        if told != wanted:
            raise missing(
                question,
                "wrong-object",
                f"GitLab says that the {what} is {safe(told)}, the runner says {safe(wanted)}",
                "whoever owns the pipeline looks for a job whose dotenv report changes the runner's variables, and "
                "sets `dependencies: []` in the job of the gate",
            )
    return Ran(job=job, pipeline=pipeline)


def attempt(ran: Ran, jobs: Sequence[Part]) -> int:
    """How often the gate was asked in this pipeline. GitLab counts no attempts; a retry is a new job of that name."""
    own = {
        job.number("id")
        for job in jobs
        if job.name("name") == ran.job_name and job.number("id") <= ran.job_id
    }
    return len(own | {ran.job_id})


def read(ran: Ran, jobs: Sequence[Part], asked: Reference) -> Run:
    """Turn it into a fact. `jobs` are those of the pipeline, retried ones included."""
    pipeline, number = ran.pipeline, attempt(ran, jobs)
    starter, here = accounts.user(pipeline.maybe("user")), accounts.user(ran.job.maybe("user"))
    another = number > 1 or not starter.is_same(here)
    return Run(
        forge=accounts.SYSTEM,
        host=asked.server_url.partition("://")[2],
        repository=asked.repository,
        repository_id=asked.project_id,
        environment=asked.environment,
        services=asked.services,
        revision=asked.revision,
        ref=full_ref(ran),
        event=pipeline.name("source"),
        id=asked.pipeline_id,
        attempt=number,
        url=pipeline.name("web_url"),
        workflow=ran.job_name,
        started_by=starter,
        rerun_by=here if another else None,
        started_at=pipeline.moment("created_at"),
    )


def full_ref(ran: Ran) -> str:
    """The branch, tag or merge request of the pipeline."""
    return ref_of(ran.pipeline)


def ref_of(found: Part) -> str:
    """GitLab names branches and tags alike, and says beside it which it is; of a merge request it names the ref."""
    name = found.name("ref")
    if name.startswith("refs/merge-requests/"):
        return name
    return f"refs/tags/{name}" if found.flag("tag") else f"refs/heads/{name}"


def path_of(found: Part, server_url: str) -> str:
    """The path of the project, from the address of a pipeline or job; a server may itself live below a path."""
    below = urlsplit(server_url).path
    return web_path(found, "web_url").partition("/-/")[0].removeprefix(below).strip("/")
