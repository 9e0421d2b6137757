"""GitHub's REST interface: who asks, may they, and who answers."""

from __future__ import annotations

from gate.sandbox.github.forge import GitHub
from gate.sandbox.github_rest import (
    artifacts,
    checks,
    commits,
    contents,
    deployments,
    environments,
    issue_comments,
    issue_lists,
    issues,
    pull_files,
    repositories,
    runs,
    teams,
)
from gate.sandbox.github_rest.errors import bad_credentials, not_accessible, not_found, refused
from gate.sandbox.messages import Request, Response
from gate.sandbox.routing import Route, find

ROUTES: tuple[Route[GitHub], ...] = (
    *artifacts.ROUTES,
    *checks.ROUTES,
    *commits.ROUTES,
    *contents.ROUTES,
    *deployments.ROUTES,
    *environments.ROUTES,
    *issue_comments.ROUTES,
    *issue_lists.ROUTES,
    *issues.ROUTES,
    *pull_files.ROUTES,
    *repositories.ROUTES,
    *runs.ROUTES,
    *teams.ROUTES,
    *commits.LAST_ROUTES,
)
ELSEWHERE = (*issue_comments.ROUTES, *issue_lists.ROUTES, *issues.ROUTES)
"""What can be asked about repositories that hold nothing but issues."""
LIMIT = 1000
READS_MEMBERS = "sandbox-team-token"
"""The one token that may read the members of teams, as a GitHub App's does."""


def rest(github: GitHub, request: Request, path: str) -> Response:
    """Answer a REST request. `path` is the part below GitHub's own address."""
    return with_limits(github, _answer(github, request, path))


def _may(github: GitHub, request: Request, permission: str) -> bool:
    """A workflow's own token can never read members, whatever it was given; a team token can do just that."""
    is_team_token = READS_MEMBERS in request.headers["authorization"]
    if permission == "members":
        return is_team_token and "members" not in github.world.token.lacks
    return permission not in github.world.token.lacks


def refusal(github: GitHub, request: Request) -> Response | None:
    """What a request without a living token is told."""
    if github.world.token.dead:
        return bad_credentials()
    if not request.headers.get("authorization"):
        return refused(401, "Requires authentication")
    return None


def with_limits(github: GitHub, response: Response) -> Response:
    """The headers that every answer of GitHub carries."""
    reset = int(github.clock().timestamp()) // 3600 * 3600 + 3600
    headers = {
        "X-GitHub-Media-Type": "github.v3; format=json",
        "X-RateLimit-Limit": str(LIMIT),
        "X-RateLimit-Remaining": str(LIMIT - 1),
        "X-RateLimit-Reset": str(reset),
        "X-RateLimit-Used": "1",
        **response.headers,
    }
    return Response(status=response.status, headers=headers, body=response.body)


def _answer(github: GitHub, request: Request, path: str) -> Response:
    match = find(ROUTES, request.method, path)
    if no := refusal(github, request):
        return no
    if match is None:
        return not_found()
    named, route = match.parameters, match.route
    elsewhere = "repo" in named and not github.is_mine(named["owner"], named["repo"])
    if elsewhere and route not in ELSEWHERE:
        return not_found()
    if not _may(github, request, route.needs):
        return not_accessible(route.needs)
    return route.answer(github, request, named)
