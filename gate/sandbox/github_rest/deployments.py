"""Deployment records and their status history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gate.sandbox.clock import iso
from gate.sandbox.github.deployments import (
    deployment_id,
    deployments_of,
    log_url,
    status_id,
    statuses_of,
)
from gate.sandbox.github.forge import GitHub
from gate.sandbox.github_rest.errors import not_found
from gate.sandbox.github_rest.paging import page_of
from gate.sandbox.github_rest.people import named_user
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.forge import Deployment, DeploymentStatus
from gate.sandbox.world.git import sha


def deployments(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/deployments`, newest first, by environment, task, SHA and reference."""
    found = [
        item for item in deployments_of(github) if _fits(_deployment(github, item), request.query)
    ]
    items, headers = page_of(github, request, found)
    return answer([_deployment(github, item) for item in items], headers=headers)


def statuses(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/deployments/{id}/statuses`, newest first."""
    for item in github.world.deployments.values():
        if str(deployment_id(item)) == named["id"]:
            items, headers = page_of(github, request, statuses_of(item))
            shapes = [_status(github, item, *numbered) for numbered in items]
            return answer(shapes, headers=headers)
    return not_found()


def _fits(shape: dict[str, Any], query: Mapping[str, str]) -> bool:
    wanted = {key: query[key] for key in ("environment", "task", "sha", "ref") if key in query}
    return all(value in ("none", shape[key]) for key, value in wanted.items())


def _deployment(github: GitHub, item: Deployment) -> dict[str, Any]:
    id_ = deployment_id(item)
    address = github.repo_api(f"/deployments/{id_}")
    return {
        "id": id_,
        "node_id": f"DE_{id_}",
        "url": address,
        "sha": sha(item.commit),
        "ref": item.ref or github.world.repository.default_branch,
        "task": item.task,
        "payload": {},
        "original_environment": item.environment,
        "environment": item.environment,
        "description": None,
        "creator": named_user(github, item.by),
        "created_at": iso(item.at),
        "updated_at": iso(item.at),
        "statuses_url": f"{address}/statuses",
        "repository_url": github.repo_api(),
        "transient_environment": False,
        "production_environment": item.environment == "production",
        "performed_via_github_app": None,
    }


def _status(
    github: GitHub, item: Deployment, index: int, status: DeploymentStatus
) -> dict[str, Any]:
    id_ = status_id(item, index)
    deployment = github.repo_api(f"/deployments/{deployment_id(item)}")
    at = iso(status.at or item.at)
    log = log_url(github, item)
    return {
        "id": id_,
        "node_id": f"DES_{id_}",
        "url": f"{deployment}/statuses/{id_}",
        "state": status.state,
        "creator": named_user(github, status.by or item.by),
        "description": "",
        "environment": item.environment,
        "target_url": log,
        "log_url": log,
        "environment_url": "",
        "created_at": at,
        "updated_at": at,
        "deployment_url": deployment,
        "repository_url": github.repo_api(),
        "performed_via_github_app": None,
    }


ROUTES: tuple[Route[GitHub], ...] = (
    Route(path="/repos/{owner}/{repo}/deployments", answer=deployments, needs="deployments"),
    Route(
        path="/repos/{owner}/{repo}/deployments/{id}/statuses",
        answer=statuses,
        needs="deployments",
    ),
)
