"""Jobs and commit statuses of the revision, in one vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from gate.adapters.forges.gitlab import accounts
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Needs, Question, missing
from gate.adapters.forges.gitlab.reading import keys
from gate.adapters.forges.gitlab.reference import Reference
from gate.adapters.part import Part
from gate.adapters.side_by_side import side_by_side
from gate.domain.facts import Check, CheckState

APP = "gitlab-ci"
"""What the policy calls the jobs of GitLab CI/CD. A commit status goes by the login of whoever set it."""
MOST_PIPELINES = 50

_KEEP_PIPELINES = keys("id iid project_id sha ref status source created_at")
_KEEP_JOBS = accounts.KEYS | keys(
    "stage created_at started_at finished_at failure_reason allow_failure web_url pipeline project_id sha ref tag "
    "source artifacts file_type"
)
_KEEP_STATUSES = accounts.KEYS | keys(
    "sha ref status target_url created_at started_at finished_at allow_failure"
)
_STATES: Mapping[str, CheckState] = {
    "success": CheckState.SUCCESS,
    "failed": CheckState.FAILURE,
    "canceled": CheckState.CANCELLED,
    "canceling": CheckState.CANCELLED,
    "skipped": CheckState.SKIPPED,
    "manual": CheckState.ACTION_REQUIRED,
    "created": CheckState.PENDING,
    "waiting_for_resource": CheckState.PENDING,
    "waiting_for_callback": CheckState.PENDING,
    "preparing": CheckState.PENDING,
    "pending": CheckState.PENDING,
    "running": CheckState.PENDING,
    "scheduled": CheckState.PENDING,
}
_TOO_LONG = frozenset({"job_execution_timeout", "stuck_or_timeout_failure"})


def pipelines(client: Client, asked: Reference) -> tuple[str, ...]:
    """Numbers of the pipelines of exactly this revision. Those of child pipelines are not among them."""
    question = Question(what=f"pipelines of {asked.short}")
    path = f"{client.home}/pipelines"
    found = client.pages(question, path, _KEEP_PIPELINES, {"sha": asked.revision})
    for one in found:
        told = (one.sha("sha"), str(one.number("project_id")))
        if told != (asked.revision, asked.project_id):
            raise missing(
                question, "wrong-object", "GitLab answered with a pipeline of something else"
            )
    numbers = tuple(dict.fromkeys(str(one.number("id")) for one in found))
    if len(numbers) > MOST_PIPELINES:
        detail = f"it has {len(numbers)} pipelines, and {MOST_PIPELINES} are read"
        raise missing(question, "too-large", detail, "deploy a newer revision")
    return numbers


def jobs(client: Client, pipeline: str) -> tuple[Part, ...]:
    """Every job of a pipeline, retried ones included."""
    question = Question(what=f"jobs of pipeline {pipeline}")
    path = f"{client.home}/pipelines/{pipeline}/jobs"
    found = client.pages(question, path, _KEEP_JOBS, {"include_retried": "true"})
    for job in found:
        if str(job.member("pipeline").number("id")) != pipeline:
            raise missing(
                question, "wrong-object", "GitLab answered with a job of another pipeline"
            )
    return tuple({job.number("id"): job for job in found}.values())


def of_others(client: Client, numbers: Sequence[str], own: str) -> tuple[Part, ...]:
    """The jobs of the pipelines beside the own one, whose jobs are known."""
    others = [partial(jobs, client, number) for number in numbers if number != own]
    return tuple(job for found in side_by_side(others) for job in found)


def statuses(client: Client, asked: Reference) -> tuple[Part, ...]:
    """What others reported on the revision through the API. The job token may not read it, and then there is none."""
    if not client.reads_all:
        return ()
    question = Question(what=f"commit statuses of {asked.short}", needs=Needs.READ)
    path = f"{client.home}/repository/commits/{asked.revision}/statuses"
    found = client.pages(question, path, _KEEP_STATUSES, {"all": "true"})
    for one in found:
        if one.sha("sha") != asked.revision:
            raise missing(
                question, "wrong-object", "GitLab answered with a status of another revision"
            )
    return found


def as_checks(
    found: Sequence[Part], reported: Sequence[Part], asked: Reference, own_name: str
) -> Iterator[Check]:
    """Jobs, then statuses that are none, without the gate's own job: it cannot vouch for itself."""
    for job in found:
        own = str(job.member("pipeline").number("id")) == asked.pipeline_id
        if not (own and job.name("name") == own_name):
            yield _check(job, APP, asked.revision, job.text_or_null("web_url"))
    # Jobs stand in the list of statuses as well, under the same numbers.
    numbers = {job.number("id") for job in found}
    for status in reported:
        if status.number("id") not in numbers:
            login = accounts.user(status.maybe("author")).login
            # Somebody may be called like the app, and would then speak for it.
            app = f"@{login}" if login.casefold() == APP else login
            yield _check(status, app, asked.revision, status.text_or_null("target_url"))


def _check(one: Part, app: str, revision: str, url: str) -> Check:
    return Check(
        id=str(one.number("id")),
        name=one.name("name"),
        app=app,
        state=_state(one),
        revision=revision,
        started_at=one.moment_or_none("started_at"),
        completed_at=one.moment_or_none("finished_at"),
        url=url,
    )


def _state(one: Part) -> CheckState:
    """A job that may fail and did is a failure all the same."""
    state = _STATES.get(one.name("status"))
    if state is None:
        raise one.wrong("a status that this version of the gate knows", "status")
    if state is CheckState.FAILURE and one.text_or_empty("failure_reason") in _TOO_LONG:
        return CheckState.TIMED_OUT
    return state
