"""Check runs and commit statuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gate.sandbox.clock import iso
from gate.sandbox.github.checks import (
    combined,
    newest_checks,
    newest_statuses,
    status_id,
    statuses_on,
)
from gate.sandbox.github.forge import GitHub, check_id
from gate.sandbox.github_rest.errors import invalid
from gate.sandbox.github_rest.paging import page_of
from gate.sandbox.github_rest.people import app, named_user
from gate.sandbox.github_rest.repository_shape import minimal_repository
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.forge import CheckRun, CommitStatus
from gate.sandbox.world.git import number, sha


def check_runs(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/commits/{ref}/check-runs`: the newest of each name in its suite, unless `filter=all`."""
    commit = github.graph.resolve(named["ref"])
    if commit is None:
        return invalid(f"No commit found for SHA: {named['ref']}")
    found = github.check_runs(commit.sha)
    if request.query.get("filter", "latest") == "latest":
        found = newest_checks(found)
    for key, value in (("check_name", "name"), ("status", "status")):
        if key in request.query:
            found = [check for check in found if getattr(check, value) == request.query[key]]
    items, headers = page_of(github, request, found)
    shapes = [_check_run(github, check, commit.sha) for check in items]
    return answer({"total_count": len(found), "check_runs": shapes}, headers=headers)


def statuses(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/commits/{ref}/statuses`: newest first, with all repetitions of a context."""
    commit = github.graph.resolve(named["ref"])
    found = statuses_on(github, commit.sha) if commit else []
    items, headers = page_of(github, request, found)
    shapes = [{**_status(github, item), "creator": named_user(github, item.by)} for item in items]
    return answer(shapes, headers=headers)


def combined_status(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/commits/{ref}/status`: the newest of each context, and what they come to."""
    commit = github.graph.resolve(named["ref"])
    if commit is None:
        return invalid(f"No commit found for SHA: {named['ref']}")
    latest = newest_statuses(statuses_on(github, commit.sha))
    items, headers = page_of(github, request, latest)
    address = github.repo_api(f"/commits/{commit.sha}")
    shape = {
        "state": combined([item.state for item in latest]),
        "sha": commit.sha,
        "total_count": len(latest),
        "statuses": [_status(github, item) for item in items],
        "repository": minimal_repository(github),
        "commit_url": address,
        "url": f"{address}/status",
    }
    return answer(shape, headers=headers)


def _check_run(github: GitHub, check: CheckRun, commit_sha: str) -> dict[str, Any]:
    id_ = check_id(check)
    address = github.repo_api(f"/check-runs/{id_}")
    run = f"/actions/runs/{check.run}/job/{id_}" if check.run else f"/runs/{id_}"
    started = check.started if check.status != "queued" else None
    return {
        "id": id_,
        "name": check.name,
        "node_id": f"CR_{id_}",
        "head_sha": commit_sha,
        "external_id": str(id_),
        "url": address,
        "html_url": github.repo_web(run),
        "details_url": github.repo_web(run),
        "status": check.status,
        "conclusion": check.conclusion if check.status == "completed" else None,
        "started_at": iso(started) if started else None,
        "completed_at": iso(check.completed)
        if check.completed and check.status == "completed"
        else None,
        "output": {
            "title": None,
            "summary": None,
            "text": None,
            "annotations_count": 0,
            "annotations_url": f"{address}/annotations",
        },
        "check_suite": {"id": number("suite", f"{check.app}/{check.run}/{commit_sha}")},
        "app": app(github, check.app),
        "pull_requests": [],
    }


def _status(github: GitHub, status: CommitStatus) -> dict[str, Any]:
    id_ = status_id(status)
    return {
        "url": github.repo_api(f"/statuses/{sha(status.commit)}"),
        "avatar_url": f"https://avatars.githubusercontent.com/u/{id_}?v=4",
        "id": id_,
        "node_id": f"SC_{id_}",
        "state": status.state,
        "description": None,
        "target_url": status.target_url or None,
        "context": status.context,
        "created_at": iso(status.at),
        "updated_at": iso(status.at),
    }


ROUTES: tuple[Route[GitHub], ...] = (
    Route(
        path="/repos/{owner}/{repo}/commits/{ref*}/check-runs", answer=check_runs, needs="checks"
    ),
    Route(path="/repos/{owner}/{repo}/commits/{ref*}/statuses", answer=statuses, needs="statuses"),
    Route(
        path="/repos/{owner}/{repo}/commits/{ref*}/status",
        answer=combined_status,
        needs="statuses",
    ),
)
