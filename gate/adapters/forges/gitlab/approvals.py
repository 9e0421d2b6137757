"""Who released this pipeline into the environment (Premium: protected environments with approvals)."""

from __future__ import annotations

from datetime import datetime

from gate.adapters.forges.gitlab import accounts, environment_rules
from gate.adapters.forges.gitlab.baseline import KEEP, check_environment, pipeline_of
from gate.adapters.forges.gitlab.client import Client, has_more
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.reference import Reference
from gate.adapters.part import Part
from gate.domain.facts import ApprovalState, DeploymentApproval, DeploymentApprovals

MOST_PAGES = 5


def read(client: Client, asked: Reference, started_at: datetime) -> DeploymentApprovals:
    """The answers of the environment's approvers to the deployment of this pipeline, with their times.

    `started_at` is when the pipeline was made: no deployment of it is older.
    """
    question = Question(what=f"approvals of the deployment to {asked.environment}")
    numbers = _own(client, question, asked, started_at)
    found = [_deployment(client, question, asked, number) for number in numbers]
    newest = environment_rules.of_deployment(found[0]) if found else None
    return DeploymentApprovals(
        environment=asked.environment,
        approvals=tuple(approval for one in found for approval in _approvals(one)),
        forge_rules=newest or environment_rules.of_protection(client, asked.environment),
    )


def _own(client: Client, question: Question, asked: Reference, started_at: datetime) -> list[int]:
    """The deployments of this pipeline to the environment: there are several after a retry."""
    parameters: dict[str, str | int] = {
        "environment": asked.environment,
        "order_by": "id",
        "sort": "desc",
    }
    own: dict[int, None] = {}
    for number in range(1, MOST_PAGES + 1):
        path = f"{client.home}/deployments"
        answer, page = client.page(question, path, KEEP, {**parameters, "page": number})
        for one in page:
            check_environment(question, one, asked)
            if pipeline_of(one) == asked.pipeline_id:
                own[one.number("id")] = None
        older = bool(page) and page[-1].moment("created_at") < started_at
        if older or not has_more(question, answer, page):
            return list(own)
    raise missing(
        question,
        "too-large",
        f"{MOST_PAGES * 100} newer deployments to {asked.environment} hide whether this pipeline has one",
        "start a new pipeline",
    )


def _deployment(client: Client, question: Question, asked: Reference, number: int) -> Part:
    path, keep = f"{client.home}/deployments/{number}", KEEP | environment_rules.KEEP
    found = client.get(question, path, keep)
    check_environment(question, found, asked)
    if (found.number("id"), pipeline_of(found)) != (number, asked.pipeline_id):
        raise missing(question, "wrong-object", "GitLab answered about another deployment")
    return found


def _approvals(found: Part) -> list[DeploymentApproval]:
    # The community edition knows neither of these; every other one tells both, if only as empty.
    if not {"approvals", "pending_approval_count"} & found.members().keys():
        return []
    return [_approval(one) for one in found.items("approvals")]


def _approval(one: Part) -> DeploymentApproval:
    try:
        state = ApprovalState(one.name("status"))
    except ValueError:
        raise one.wrong("approved or rejected", "status") from None
    return DeploymentApproval(
        approver=accounts.user(one.maybe("user")),
        state=state,
        comment=one.text_or_empty("comment"),
        at=one.moment("created_at"),
    )
