"""Who released this run into the environment."""

from __future__ import annotations

from gate.adapters.forges.github import accounts
from gate.adapters.forges.github.client import Client
from gate.adapters.forges.github.question import Question
from gate.adapters.forges.github.reference import Reference
from gate.adapters.part import Part
from gate.domain.facts import ApprovalState, DeploymentApproval, DeploymentApprovals

_KEEP = accounts.KEYS | frozenset({"state", "comment", "environments"})
_PENDING = "pending"


def read(client: Client, asked: Reference) -> DeploymentApprovals:
    """The approvals of the run for the environment. GitHub tells neither their time nor their attempt."""
    question = Question(what=f"approvals of run {asked.run_id}", permission="actions: read")
    found = client.get(question, f"{client.home}/actions/runs/{asked.run_id}/approvals", _KEEP)
    return DeploymentApprovals(
        environment=asked.environment,
        approvals=tuple(
            _approval(one)
            for one in found.items()
            if one.name("state") != _PENDING and _is_for(one, asked.environment)
        ),
    )


def _is_for(one: Part, environment: str) -> bool:
    return any(
        place.name("name").casefold() == environment.casefold()
        for place in one.items("environments")
    )


def _approval(one: Part) -> DeploymentApproval:
    try:
        state = ApprovalState(one.name("state"))
    except ValueError:
        raise one.wrong("approved, rejected or pending", "state") from None
    return DeploymentApproval(
        approver=accounts.user(one.maybe("user")),
        state=state,
        comment=one.text_or_null("comment"),
    )
