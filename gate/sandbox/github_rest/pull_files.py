"""The files of a pull request."""

from __future__ import annotations

from collections.abc import Mapping

from gate.sandbox.github.forge import GitHub
from gate.sandbox.github.pulls import files_of
from gate.sandbox.github_rest.commits import file_shape
from gate.sandbox.github_rest.errors import not_found
from gate.sandbox.github_rest.paging import page_of
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route

MOST_FILES = 3000


def files(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/pulls/{number}/files`: no more than 3000 of them, without a word about the rest."""
    found = [item for item in github.pull_requests() if str(item.number) == named["number"]]
    if not found:
        return not_found()
    head = github.world.commits[found[0].commits[-1]]
    diffs = files_of(github, found[0])[:MOST_FILES]
    items, headers = page_of(github, request, diffs)
    return answer([file_shape(github, diff, head) for diff in items], headers=headers)


ROUTES: tuple[Route[GitHub], ...] = (
    Route(path="/repos/{owner}/{repo}/pulls/{number}/files", answer=files, needs="pull-requests"),
)
