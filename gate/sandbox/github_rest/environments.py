"""Environments and how they are protected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from gate.sandbox.clock import iso
from gate.sandbox.github.forge import GitHub, quoted
from gate.sandbox.github_rest.errors import not_found
from gate.sandbox.github_rest.paging import page_of
from gate.sandbox.github_rest.people import named_user
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.git import number


def environments(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/environments`."""
    names = [*github.world.environments]
    items, headers = page_of(github, request, names)
    shapes = [_environment(github, name) for name in items]
    return answer({"total_count": len(names), "environments": shapes}, headers=headers)


def environment(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/environments/{name}`."""
    if named["name"] not in github.world.environments:
        return not_found()
    return answer(_environment(github, named["name"]))


def summary(github: GitHub, name: str) -> dict[str, Any]:
    """What every mention of an environment says of it."""
    created = iso(github.world.now - timedelta(days=365))
    return {
        "id": number("environment", name),
        "node_id": f"EN_{number('environment', name)}",
        "name": name,
        "url": github.repo_api(f"/environments/{quoted(name)}"),
        "html_url": github.repo_web(
            f"/deployments/activity_log?environments_filter={quoted(name)}"
        ),
        "created_at": created,
        "updated_at": created,
    }


def _environment(github: GitHub, name: str) -> dict[str, Any]:
    found, rule = github.world.environments[name], number("rule", name)
    reviewers = {
        "id": rule,
        "node_id": f"GA_{rule}",
        "type": "required_reviewers",
        "prevent_self_review": found.prevent_self_review,
        "reviewers": [
            {"type": "User", "reviewer": named_user(github, who)} for who in found.reviewers
        ],
    }
    return {
        **summary(github, name),
        "can_admins_bypass": found.admins_may_bypass,
        "protection_rules": [reviewers] if found.reviewers else [],
        "deployment_branch_policy": None,
    }


ROUTES: tuple[Route[GitHub], ...] = (
    Route(path="/repos/{owner}/{repo}/environments", answer=environments, needs="actions"),
    Route(path="/repos/{owner}/{repo}/environments/{name}", answer=environment, needs="actions"),
)
