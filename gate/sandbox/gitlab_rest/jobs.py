"""The jobs that a world's checks, runs, evidence and deployments come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gate.sandbox.github.forge import check_id
from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.gitlab_rest.work import OWN_APP, Pipeline, of_check, pipelines, state
from gate.sandbox.world.forge import CheckRun, PriorEvidence
from gate.sandbox.world.git import number, sha

_REASONS = {"timed_out": "job_execution_timeout"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job of a pipeline."""

    id: int
    name: str
    pipeline: Pipeline
    status: str
    by: str
    started: datetime | None
    finished: datetime | None
    stage: str = "test"
    retried: bool = False
    allow_failure: bool = False
    failure_reason: str = "script_failure"
    evidence: PriorEvidence | None = None


def jobs(gitlab: GitLab) -> list[Job]:
    """All of them, the newest first."""
    every = pipelines(gitlab)
    found = [*_checks(gitlab, every), *_gates(gitlab, every), *_deploys(gitlab, every)]
    return sorted(found, key=lambda job: job.id, reverse=True)


def own_job(gitlab: GitLab) -> Job:
    """The job that holds the job token."""
    run = gitlab.world.run
    wanted = gate_job_id(run.id, run.attempt)
    return next(job for job in jobs(gitlab) if job.id == wanted)


def gate_job_id(run: int, attempt: int, job: str = "") -> int:
    """The number of the gate's job; a retried job is a new one. `job` names it where the world's run has another."""
    return number("gate job", f"{run}/{job}" if job else str(run)) + attempt


def _checks(gitlab: GitLab, every: Mapping[int, Pipeline]) -> Iterator[Job]:
    gate = (gitlab.world.run.id, gitlab.world.run.job)
    newest: dict[tuple[int, str], int] = {}
    for copy in _copies(gitlab):
        if (copy.run, copy.name) == gate:
            continue
        id_ = check_id(copy)
        pipeline = every[of_check(gitlab, copy).id]
        kept = newest.setdefault((pipeline.id, copy.name), id_)
        yield Job(
            id=id_,
            name=copy.name,
            pipeline=pipeline,
            status=state(copy),
            by=pipeline.by,
            started=copy.started,
            finished=copy.completed,
            retried=kept != id_,
            allow_failure=copy.conclusion == "neutral",
            failure_reason=_REASONS.get(copy.conclusion or "", "script_failure"),
        )


def _copies(gitlab: GitLab) -> list[CheckRun]:
    """The checks of the forge's own CI, the newest first."""
    commits = dict.fromkeys(sha(check.commit) for check in gitlab.world.checks.values())
    found = [copy for commit in commits for copy in gitlab.neutral.check_runs(commit)]
    return sorted((one for one in found if one.app == OWN_APP), key=check_id, reverse=True)


def _gates(gitlab: GitLab, every: Mapping[int, Pipeline]) -> Iterator[Job]:
    run = gitlab.world.run
    for attempt in range(1, run.attempt + 1):
        last = attempt == run.attempt
        started = run.started_at if attempt == 1 else run.rerun_at
        yield _gate(
            gitlab,
            every[run.id],
            attempt,
            status="running" if last else "failed",
            by=run.started_by if attempt == 1 else run.rerun_by or run.started_by,
            started=started,
            finished=None if last else started,
            retried=not last,
        )
    yield from (_earlier(gitlab, every, one) for one in gitlab.world.prior_evidence.values())


def _earlier(gitlab: GitLab, every: Mapping[int, Pipeline], evidence: PriorEvidence) -> Job:
    pipeline, others = every[evidence.run], gitlab.world.prior_evidence.values()
    made = _gate(
        gitlab,
        pipeline,
        evidence.attempt,
        status="success" if evidence.verdict == "allow" else "failed",
        by=pipeline.by,
        started=evidence.at or pipeline.at,
        finished=evidence.stored or evidence.at or pipeline.at,
        retried=any(
            (one.run, one.job) == (evidence.run, evidence.job) and one.attempt > evidence.attempt
            for one in others
        ),
    )
    id_ = gate_job_id(evidence.run, evidence.attempt, evidence.job)
    return replace(made, id=id_, name=evidence.job or made.name, evidence=evidence)


def _gate(
    gitlab: GitLab,
    pipeline: Pipeline,
    attempt: int,
    *,
    status: str,
    by: str,
    started: datetime,
    finished: datetime | None,
    retried: bool = False,
) -> Job:
    return Job(
        id=gate_job_id(pipeline.id, attempt),
        name=gitlab.world.run.job or "gate",
        pipeline=pipeline,
        status=status,
        by=by,
        started=started,
        finished=finished,
        stage="gate",
        retried=retried,
    )


def _deploys(gitlab: GitLab, every: Mapping[int, Pipeline]) -> Iterator[Job]:
    for item in gitlab.world.deployments.values():
        if item.run:
            pipeline = every[item.run]
            states = [status.state for status in item.statuses]
            ended = [status.at or item.at for status in item.statuses if status.state == "success"]
            yield Job(
                id=deploy_job_id(item.name),
                name="deploy",
                pipeline=pipeline,
                status="success" if "success" in states else "failed",
                by=pipeline.by,
                started=item.at,
                finished=ended[0] if ended else item.at,
                stage="deploy",
            )


def deploy_job_id(deployment: str) -> int:
    """The number of the job that deployed."""
    return number("deploy job", deployment)
