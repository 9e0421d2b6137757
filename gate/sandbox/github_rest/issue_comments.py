"""Comments on issues and pull requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gate.sandbox.clock import iso
from gate.sandbox.github.forge import ACTIONS, WEB, GitHub
from gate.sandbox.github.issues import find_issue
from gate.sandbox.github_rest.errors import invalid, not_found
from gate.sandbox.github_rest.issue_lists import LONGEST_BODY, may_write
from gate.sandbox.github_rest.paging import page_of
from gate.sandbox.github_rest.people import somebody
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.reviews import PullRequest
from gate.sandbox.world.tickets import Issue
from gate.sandbox.written import Comment


def comments(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/issues/{number}/comments`, oldest first."""
    found = find_issue(github, f"{named['owner']}/{named['repo']}", named["number"])
    if found is None:
        return not_found()
    items, headers = page_of(github, request, github.written.comments(_place(github, found)))
    return answer([_shape(github, one) for one in items], headers=headers)


def create(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`POST …/issues/{number}/comments`. On a pull request either of two permissions will do."""
    found = find_issue(github, f"{named['owner']}/{named['repo']}", named["number"])
    if found is None:
        return not_found()
    more = () if isinstance(found, Issue) else ("pull-requests",)
    if no := may_write(github, "issues", *more):
        return no
    body = request.json().get("body")
    if no := _unfit(body):
        return no
    place = _place(github, found)
    made = github.written.say(place, ACTIONS.github, body, github.clock())
    return answer(_shape(github, made), status=201)


def rewrite(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`PATCH …/issues/comments/{comment}`."""
    found = github.written.comment(int(named["comment"]))
    if found is None:
        return not_found()
    if no := may_write(github, "issues", "pull-requests"):
        return no
    body = request.json().get("body")
    if no := _unfit(body):
        return no
    new = github.written.rewrite(found, ACTIONS.github, body, github.clock())
    return answer(_shape(github, new))


def _unfit(body: Any) -> Response | None:
    if not isinstance(body, str) or not body.strip():
        return invalid("Validation Failed: body can't be blank")
    if len(body) > LONGEST_BODY:
        return invalid(f"Body is too long (maximum is {LONGEST_BODY} characters)")
    return None


def _place(github: GitHub, found: Issue | PullRequest) -> str:
    if isinstance(found, Issue):
        return found.name
    return f"{found.repository or github.world.repository.name}#{found.number}"


def _shape(github: GitHub, found: Comment) -> dict[str, Any]:
    """An `issue-comment`."""
    repository, _, number = found.place.partition("#")
    kind = "issues" if found.place in github.issues else "pull"
    return {
        "id": found.id,
        "node_id": f"IC_{found.id}",
        "url": github.api(f"/repos/{repository}/issues/comments/{found.id}"),
        "html_url": f"{WEB}/{repository}/{kind}/{number}#issuecomment-{found.id}",
        "issue_url": github.api(f"/repos/{repository}/issues/{number}"),
        "body": found.body,
        "user": somebody(github, found.by),
        "created_at": iso(found.at),
        "updated_at": iso(found.edited_at or found.at),
        "author_association": "MEMBER",
        "performed_via_github_app": None,
    }


_ISSUES = "/repos/{owner}/{repo}/issues"
ROUTES: tuple[Route[GitHub], ...] = (
    Route(path=f"{_ISSUES}/{{number}}/comments", answer=comments, needs="issues"),
    Route(path=f"{_ISSUES}/{{number}}/comments", answer=create, method="POST", needs="metadata"),
    Route(path=f"{_ISSUES}/comments/{{comment}}", answer=rewrite, method="PATCH", needs="metadata"),
)
