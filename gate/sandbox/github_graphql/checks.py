"""Check suites, check runs and statuses of a commit."""

from __future__ import annotations

from datetime import datetime

from gate.sandbox.github.checks import (
    combined,
    newest_checks,
    newest_statuses,
    status_id,
    statuses_on,
)
from gate.sandbox.github.forge import GitHub, check_id
from gate.sandbox.github_graphql.actors import actor
from gate.sandbox.github_graphql.nodes import Arguments, Node, connection
from gate.sandbox.world.forge import CheckRun, CommitStatus
from gate.sandbox.world.git import Commit, number


def check_suites(github: GitHub, commit: Commit, arguments: Arguments) -> Node:
    """Its suites, oldest first. Every push makes one, by which one sees when the forge first saw the commit."""
    suites: dict[tuple[str, int | None], datetime] = {}
    for check in github.check_runs(commit.sha):
        if check.started is not None:
            key = (check.app, check.run)
            suites[key] = min(check.started, suites.get(key, check.started))
    if commit.arrived is not None:
        suites[("github-actions", -1)] = commit.arrived
    ordered = sorted(suites.items(), key=lambda item: item[1])
    return connection(
        "CheckSuiteConnection",
        ordered,
        lambda item: _suite(commit.sha, *item[0], created=item[1]),
        arguments,
    )


def rollup(github: GitHub, commit: Commit) -> Node | None:
    """Everything that reported on the commit; None when nothing did."""
    runs = newest_checks(github.check_runs(commit.sha))
    statuses = newest_statuses(statuses_on(github, commit.sha))
    contexts: list[Node] = [_check_run(github, check, commit.sha) for check in runs]
    contexts += [_context(github, item) for item in statuses]
    if not contexts:
        return None
    states = [_as_state(check) for check in runs] + [item.state for item in statuses]
    return Node(
        "StatusCheckRollup",
        {
            "id!": f"SCR_{commit.sha}",
            "state!": combined(states).upper(),
            "contexts!": lambda arguments: connection(
                "StatusCheckRollupContextConnection", contexts, lambda item: item, arguments
            ),
        },
    )


def status(github: GitHub, commit: Commit) -> Node | None:
    """The newest status of each context; None when there is none."""
    statuses = newest_statuses(statuses_on(github, commit.sha))
    if not statuses:
        return None
    return Node(
        "Status",
        {
            "id!": f"ST_{commit.sha}",
            "state!": combined([item.state for item in statuses]).upper(),
            "contexts!": [_context(github, item) for item in statuses],
        },
    )


def _as_state(check: CheckRun) -> str:
    if check.status != "completed":
        return "pending"
    return "success" if check.conclusion in ("success", "neutral", "skipped") else "failure"


def _check_run(github: GitHub, check: CheckRun, commit_sha: str) -> Node:
    id_ = check_id(check)
    done = check.status == "completed"
    conclusion = check.conclusion.upper() if check.conclusion and done else None
    place = f"/actions/runs/{check.run}/job/{id_}" if check.run else f"/runs/{id_}"
    return Node(
        "CheckRun",
        {
            "id!": f"CR_{id_}",
            "databaseId": id_,
            "name!": check.name,
            "status!": check.status.upper(),
            "conclusion": conclusion,
            "startedAt": check.started,
            "completedAt": check.completed if done else None,
            "detailsUrl": github.repo_web(place),
            "url!": github.repo_web(place),
            "checkSuite!": _suite(
                commit_sha, check.app, check.run, created=check.started or github.world.now
            ),
        },
    )


def _suite(commit_sha: str, app: str, run: int | None, *, created: datetime) -> Node:
    id_ = number("suite", f"{app}/{run}/{commit_sha}")
    slug = {
        "id!": f"A_{number('app', app)}",
        "slug!": app,
        "name!": app,
        "databaseId": 15368 if app == "github-actions" else number("app", app),
    }
    return Node(
        "CheckSuite",
        {
            "id!": f"CS_{id_}",
            "databaseId": id_,
            "createdAt!": created,
            "updatedAt!": created,
            "app": Node("App", slug),
        },
    )


def _context(github: GitHub, item: CommitStatus) -> Node:
    return Node(
        "StatusContext",
        {
            "id!": f"SC_{status_id(item)}",
            "context!": item.context,
            "state!": item.state.upper(),
            "createdAt!": item.at,
            "description": None,
            "targetUrl": item.target_url or None,
            "creator": actor(github, item.by),
        },
    )
