"""What runs in the environment: deployments that were successful, from other pipelines."""

from __future__ import annotations

from gate.adapters.forges.gitlab import accounts
from gate.adapters.forges.gitlab.client import Client, has_more
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.reading import keys
from gate.adapters.forges.gitlab.reference import Reference
from gate.adapters.part import Part
from gate.domain.facts import Baseline, Deployment
from gate.domain.phrases import safe

MOST_PAGES = 10
KEEP = accounts.KEYS | keys(
    "iid ref sha status created_at updated_at environment deployable finished_at pipeline approvals comment "
    "pending_approval_count"
)


def read(client: Client, asked: Reference) -> Baseline:
    """The newest page of successful deployments; further ones while it holds none but those of this very pipeline."""
    question = Question(what=f"deployments to {asked.environment}")
    parameters: dict[str, str | int] = {
        "environment": asked.environment,
        "status": "success",
        "order_by": "id",
        "sort": "desc",
    }
    own: list[Deployment] = []
    for number in range(1, MOST_PAGES + 1):
        path = f"{client.home}/deployments"
        answer, page = client.page(question, path, KEEP, {**parameters, "page": number})
        found = [_deployment(question, one, asked) for one in page]
        own += [past for past in found if past.run_id == asked.pipeline_id]
        history = tuple(past for past in found if past.run_id != asked.pipeline_id)
        more = has_more(question, answer, page)
        if history or not more:
            return Baseline(
                environment=asked.environment,
                history=history,
                complete=not more,
                by_this_run=own[0] if own else None,
            )
    raise missing(
        question, "too-large", f"the newest {MOST_PAGES} pages are all of this very pipeline"
    )


def pipeline_of(one: Part) -> str:
    """The pipeline that made a deployment; empty for one that was recorded by hand through the API."""
    deployable = one.maybe("deployable")
    if deployable is None:
        return ""
    pipeline = deployable.maybe("pipeline")
    return str(pipeline.number("id")) if pipeline else ""


def check_environment(question: Question, one: Part, asked: Reference) -> None:
    """FactMissing when it is a deployment to somewhere else."""
    told = one.member("environment").name("name")
    if told != asked.environment:
        raise missing(
            question, "wrong-object", f"GitLab answered with a deployment to {safe(told)}"
        )


def _deployment(question: Question, one: Part, asked: Reference) -> Deployment:
    check_environment(question, one, asked)
    if one.name("status") != "success":
        raise missing(
            question, "wrong-object", "GitLab answered with a deployment that was no success"
        )
    pipeline = pipeline_of(one)
    deployable = one.maybe("deployable")
    finished = deployable.moment_or_none("finished_at") if deployable else None
    return Deployment(
        id=str(one.number("id")),
        revision=one.sha("sha"),
        at=finished or one.moment("updated_at"),
        url=asked.web(f"environments/{one.member('environment').number('id')}"),
        creator=accounts.user(one.maybe("user")),
        run_id=pipeline,
        by_pipeline=bool(pipeline),
    )
