"""Members of a team: nothing that a workflow's own token could read in reality."""

from __future__ import annotations

from collections.abc import Mapping

from gate.sandbox.github.forge import GitHub
from gate.sandbox.github_rest.errors import not_found
from gate.sandbox.github_rest.paging import page_of
from gate.sandbox.github_rest.people import named_user
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route


def members(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /orgs/{org}/teams/{slug}/members`."""
    found = github.world.teams.get(f"{named['org']}/{named['slug']}")
    if found is None:
        return not_found()
    items, headers = page_of(github, request, found)
    return answer([named_user(github, name) for name in items], headers=headers)


ROUTES: tuple[Route[GitHub], ...] = (
    Route(path="/orgs/{org}/teams/{slug}/members", answer=members, needs="members"),
)
