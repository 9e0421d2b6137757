"""Deployments and environments."""

from __future__ import annotations

from gate.sandbox.github.deployments import (
    deployment_id,
    deployments_of,
    log_url,
    status_id,
    statuses_of,
)
from gate.sandbox.github.forge import GHOST, GitHub
from gate.sandbox.github_graphql.actors import account_node, actor
from gate.sandbox.github_graphql.nodes import Arguments, Node, connection
from gate.sandbox.github_graphql.schema import Schema
from gate.sandbox.world.forge import Deployment, DeploymentStatus
from gate.sandbox.world.git import number, sha

_STATES = {"success": "ACTIVE", "failure": "FAILURE", "error": "ERROR"}


def deployments(schema: Schema, arguments: Arguments) -> Node:
    """A page of deployments to the environments asked for."""
    wanted = arguments.get("environments")
    order = arguments.get("orderBy") or {"direction": "ASC"}
    found = [
        item for item in deployments_of(schema.github) if not wanted or item.environment in wanted
    ]
    if order["direction"] == "ASC":
        found.reverse()
    return connection(
        "DeploymentConnection",
        found,
        lambda item: _deployment(schema, item),
        arguments,
        also=["environments", "orderBy"],
    )


def _deployment(schema: Schema, item: Deployment) -> Node:
    github, statuses = schema.github, statuses_of(item)
    last = statuses[0][1].state if statuses else "pending"
    return Node(
        "Deployment",
        {
            "id!": f"DE_{deployment_id(item)}",
            "databaseId": deployment_id(item),
            "commitOid!": sha(item.commit),
            "commit": schema.known_commit(sha(item.commit)),
            "environment": item.environment,
            "originalEnvironment": item.environment,
            "latestEnvironment": item.environment,
            "task": item.task,
            "state": _STATES.get(last, last.upper()),
            "createdAt!": item.at,
            "updatedAt!": item.at,
            "description": None,
            "creator!": _creator(github, item.by),
            "statuses": lambda arguments: connection(
                "DeploymentStatusConnection",
                statuses,
                lambda numbered: _status(github, item, *numbered),
                arguments,
            ),
            "latestStatus": _status(github, item, *statuses[0]) if statuses else None,
        },
    )


def _status(github: GitHub, item: Deployment, index: int, status: DeploymentStatus) -> Node:
    at = status.at or item.at
    return Node(
        "DeploymentStatus",
        {
            "id!": f"DES_{status_id(item, index)}",
            "state!": status.state.upper(),
            "createdAt!": at,
            "updatedAt!": at,
            "creator!": _creator(github, status.by or item.by),
            "logUrl": log_url(github, item) or None,
            "environment": item.environment,
            "description": None,
        },
    )


def _creator(github: GitHub, name: str | None) -> Node:
    """Never null: a deleted account is the ghost's."""
    return actor(github, name) or account_node(GHOST)


def environments(github: GitHub, arguments: Arguments) -> Node:
    """A page of environments."""
    names = [*github.world.environments]
    return connection(
        "EnvironmentConnection", names, lambda name: _environment(github, name), arguments
    )


def _environment(github: GitHub, name: str) -> Node:
    found = github.world.environments[name]

    def rules(arguments: Arguments) -> Node:
        asked = [found] if found.reviewers else []
        return connection("DeploymentProtectionRuleConnection", asked, lambda _: rule, arguments)

    rule = Node(
        "DeploymentProtectionRule",
        {
            "databaseId": number("rule", name),
            "type!": "REQUIRED_REVIEWERS",
            "timeout!": 0,
            "preventSelfReview": found.prevent_self_review,
            "reviewers!": lambda arguments: connection(
                "DeploymentReviewerConnection",
                found.reviewers,
                lambda who: actor(github, who),
                arguments,
            ),
        },
    )
    return Node(
        "Environment",
        {
            "id!": f"EN_{number('environment', name)}",
            "databaseId": number("environment", name),
            "name!": name,
            "protectionRules!": rules,
        },
    )
