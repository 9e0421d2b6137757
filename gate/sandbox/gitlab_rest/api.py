"""GitLab's REST interface: who asks, may they, and who answers."""

from __future__ import annotations

from gate.sandbox.gitlab_rest import (
    access,
    approvals,
    branches,
    commits,
    compare,
    deployments,
    environments,
    files,
    issue_changes,
    issues,
    merge_requests,
    note_changes,
    pipelines,
    projects,
    statuses,
)
from gate.sandbox.gitlab_rest.errors import Refused, no_route
from gate.sandbox.gitlab_rest.forge import API, GitLab
from gate.sandbox.messages import Request, Response
from gate.sandbox.routing import Route, find
from gate.sandbox.world.git import digest

ROUTES: tuple[Route[GitLab], ...] = (
    *approvals.ROUTES,
    *branches.ROUTES,
    *commits.ROUTES,
    *compare.ROUTES,
    *deployments.ROUTES,
    *environments.ROUTES,
    *files.ROUTES,
    *issue_changes.ROUTES,
    *issues.ROUTES,
    *merge_requests.ROUTES,
    *note_changes.ROUTES,
    *pipelines.ROUTES,
    *projects.ROUTES,
    *statuses.ROUTES,
)
ELSEWHERE = (*issue_changes.ROUTES, *issues.ROUTES, *note_changes.ISSUE_ROUTES)
"""What can be asked about projects that hold nothing but issues."""
LIMIT = 2000


def rest(gitlab: GitLab, request: Request, path: str) -> Response:
    """Answer a request. `path` is the part below GitLab's own address."""
    try:
        found = _answer(gitlab, request, path.removeprefix(API))
    except Refused as no:
        found = no.response
    now = int(gitlab.clock().timestamp())
    headers = {
        "X-Request-Id": digest("request", f"{request.method} {request.path}")[:26].upper(),
        "RateLimit-Limit": str(LIMIT),
        "RateLimit-Observed": "1",
        "RateLimit-Remaining": str(LIMIT - 1),
        "RateLimit-Reset": str(now // 60 * 60 + 60),
        **found.headers,
    }
    return Response(status=found.status, headers=headers, body=found.body)


def _answer(gitlab: GitLab, request: Request, path: str) -> Response:
    match = find(ROUTES, request.method, path)
    if match is None:
        raise no_route()
    route, named = match.route, match.parameters
    who = access.caller(gitlab, request, route.needs)
    if "id" in named:
        elsewhere = route in ELSEWHERE and named["id"].casefold() in issues.projects(gitlab)
        access.check_project(gitlab, who, exists=gitlab.is_mine(named["id"]) or elsewhere)
    return route.answer(gitlab, request, named)
