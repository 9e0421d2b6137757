"""Workflow runs, their jobs, approvals and artifacts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gate.sandbox.clock import iso
from gate.sandbox.github.forge import GitHub, check_id
from gate.sandbox.github_rest import environments
from gate.sandbox.github_rest.errors import not_found
from gate.sandbox.github_rest.paging import page_of
from gate.sandbox.github_rest.people import git_person, somebody
from gate.sandbox.github_rest.repository_shape import minimal_repository
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.forge import Run
from gate.sandbox.world.git import number, sha


def all_runs(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/actions/runs`: by event and by the day or moment of creation (`>=`); the newest first."""
    event, created = request.query.get("event"), request.query.get("created", "")
    since = datetime.fromisoformat(created.removeprefix(">=")) if created else None
    found = [
        one
        for one in github.runs().values()
        if event in (None, one.event) and (since is None or one.started_at >= since)
    ]
    newest = sorted(found, key=lambda one: one.started_at, reverse=True)
    items, headers = page_of(github, request, newest)
    shapes = [_run(github, one, one.attempt) for one in items]
    return answer({"total_count": len(found), "workflow_runs": shapes}, headers=headers)


def run(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/actions/runs/{id}`: the newest attempt."""
    found = github.runs().get(as_number(named["id"]))
    return answer(_run(github, found, found.attempt)) if found else not_found()


def attempt(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/actions/runs/{id}/attempts/{attempt}`."""
    found = github.runs().get(as_number(named["id"]))
    wanted = as_number(named["attempt"])
    if found is None or not 1 <= wanted <= found.attempt:
        return not_found()
    return answer(_run(github, found, wanted))


def approvals(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/actions/runs/{id}/approvals`: of all attempts, without a time."""
    found = github.runs().get(as_number(named["id"]))
    if found is None:
        return not_found()
    return answer(
        [
            {
                "state": item.state,
                "comment": item.comment,
                "user": somebody(github, item.by),
                "environments": [environments.summary(github, item.environment)],
            }
            for item in found.approvals.values()
        ]
    )


def jobs(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/actions/runs/{id}/jobs` and `…/attempts/{attempt}/jobs`."""
    found = github.runs().get(as_number(named["id"]))
    if found is None:
        return not_found()
    checks = [item for item in github.check_runs(sha(found.commit)) if item.run == found.id]
    items, headers = page_of(github, request, checks)
    shapes = [
        {
            "id": check_id(item),
            "node_id": f"CR_{check_id(item)}",
            "run_id": found.id,
            "run_url": github.repo_api(f"/actions/runs/{found.id}"),
            "run_attempt": found.attempt,
            "head_sha": sha(found.commit),
            "head_branch": _branch(found),
            "workflow_name": found.workflow,
            "name": item.name,
            "url": github.repo_api(f"/actions/jobs/{check_id(item)}"),
            "html_url": github.repo_web(f"/actions/runs/{found.id}/job/{check_id(item)}"),
            "status": item.status,
            "conclusion": item.conclusion,
            "created_at": iso(found.started_at),
            "started_at": iso(item.started or found.started_at),
            "completed_at": iso(item.completed) if item.completed else None,
            "check_run_url": github.repo_api(f"/check-runs/{check_id(item)}"),
            "labels": ["ubuntu-latest"],
            "runner_id": None,
            "runner_name": None,
            "runner_group_id": None,
            "runner_group_name": None,
            "steps": [],
        }
        for item in items
    ]
    return answer({"total_count": len(checks), "jobs": shapes}, headers=headers)


def _run(github: GitHub, found: Run, attempt: int) -> dict[str, Any]:
    address = github.repo_api(f"/actions/runs/{found.id}")
    workflow = number("workflow", found.workflow)
    is_current = found.id == github.world.run.id and attempt == found.attempt
    starter = found.rerun_by if attempt > 1 and found.rerun_by else found.started_by
    started = found.rerun_at if attempt > 1 else found.started_at
    previous = f"{address}/attempts/{attempt - 1}" if attempt > 1 else None
    own = f"{address}/attempts/{attempt}"
    commit = github.graph.resolve(sha(found.commit))
    suite = number("suite", f"github-actions/{found.id}/{sha(found.commit)}")
    return {
        "id": found.id,
        "name": found.workflow.rpartition("/")[2],
        "node_id": f"WFR_{found.id}",
        "head_branch": _branch(found),
        "head_sha": sha(found.commit),
        "path": found.workflow,
        "display_title": commit.headline if commit else "Deploy",
        "run_number": found.id % 1000 + 1,
        "run_attempt": attempt,
        "event": found.event,
        "status": "in_progress" if is_current else "completed",
        "conclusion": None if is_current else "success",
        "workflow_id": workflow,
        "check_suite_id": suite,
        "check_suite_node_id": f"CS_{suite}",
        "url": address,
        "html_url": github.repo_web(f"/actions/runs/{found.id}"),
        "pull_requests": [],
        "created_at": iso(found.started_at),
        "updated_at": iso(github.clock() if is_current else started),
        "run_started_at": iso(started),
        "actor": somebody(github, found.started_by),
        "triggering_actor": somebody(github, starter),
        "referenced_workflows": [],
        "jobs_url": f"{own}/jobs",
        "logs_url": f"{own}/logs",
        "check_suite_url": github.repo_api(f"/check-suites/{suite}"),
        "artifacts_url": f"{address}/artifacts",
        "cancel_url": f"{address}/cancel",
        "rerun_url": f"{address}/rerun",
        "previous_attempt_url": previous,
        "workflow_url": github.repo_api(f"/actions/workflows/{workflow}"),
        "head_commit": _head_commit(github, found),
        "repository": minimal_repository(github),
        "head_repository": minimal_repository(github),
    }


def _head_commit(github: GitHub, found: Run) -> dict[str, Any] | None:
    commit = github.graph.resolve(sha(found.commit))
    if commit is None:
        return None
    author = git_person(github.person(commit.author), commit.at)
    committer = git_person(github.committer(commit), commit.at)
    return {
        "id": commit.sha,
        "tree_id": github.trees.tree_sha(commit),
        "message": github.message(commit),
        "timestamp": iso(commit.at),
        "author": {"name": author["name"], "email": author["email"]},
        "committer": {"name": committer["name"], "email": committer["email"]},
    }


def _branch(found: Run) -> str | None:
    return found.ref.removeprefix("refs/heads/").removeprefix("refs/tags/")


def as_number(text: str) -> int:
    """A number in a path; 0, which nothing has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() else 0


_RUN = "/repos/{owner}/{repo}/actions/runs/{id}"
ROUTES: tuple[Route[GitHub], ...] = (
    Route(path="/repos/{owner}/{repo}/actions/runs", answer=all_runs, needs="actions"),
    Route(path=_RUN, answer=run, needs="actions"),
    Route(path=f"{_RUN}/attempts/{{attempt}}", answer=attempt, needs="actions"),
    Route(path=f"{_RUN}/attempts/{{attempt}}/jobs", answer=jobs, needs="actions"),
    Route(path=f"{_RUN}/jobs", answer=jobs, needs="actions"),
    Route(path=f"{_RUN}/approvals", answer=approvals, needs="actions"),
)
