"""Issues as a list, new ones, and what changes in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gate.sandbox.github.forge import ACTIONS, GitHub
from gate.sandbox.github.issues import find_issue
from gate.sandbox.github_rest.errors import invalid, not_accessible, not_found, refused
from gate.sandbox.github_rest.issues import issue_shape, pull_request_as_issue
from gate.sandbox.github_rest.paging import page_of
from gate.sandbox.github_rest.pull_requests import label_shape
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.reviews import PullRequest
from gate.sandbox.world.tickets import Issue
from gate.sandbox.written import acted, is_of

LONGEST_TITLE = 256
LONGEST_BODY = 65_536


def listed(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/issues`: pull requests are among them. Every one of the `labels` is needed."""
    repository = github.repository_named(f"{named['owner']}/{named['repo']}")
    if repository is None:
        return not_found()
    wanted = {label.casefold() for label in request.query.get("labels", "").split(",") if label}
    state = request.query.get("state", "open")
    found = [
        one
        for one in _all(github, repository)
        if wanted <= {label.casefold() for label in one.labels}
        and state in ("all", "open" if one.state == "open" else "closed")
    ]
    newest_first = request.query.get("direction", "desc") == "desc"
    found.sort(key=lambda one: one.number, reverse=newest_first)
    items, headers = page_of(github, request, found)
    return answer([_shape(github, one) for one in items], headers=headers)


def create(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`POST …/issues`. Labels that do not exist are made; who cannot be assigned makes it fail."""
    repository = github.repository_named(f"{named['owner']}/{named['repo']}")
    if repository is None:
        return not_found()
    own = github.world.repository
    if repository == own.name and not own.issues:
        return refused(410, "Issues are disabled for this repo")
    if no := may_write(github, "issues"):
        return no
    body = request.json()
    assignees = [_account(github, login) for login in body.get("assignees", ())]
    if problem := _problem(body, assignees):
        return problem
    made = github.written.add(
        repository,
        [one.number for one in _requests(github, repository)],
        lambda name: Issue(
            name=name,
            title=body["title"],
            body=body.get("body") or "",
            author=ACTIONS.github,
            created=github.clock(),
            labels=tuple(body.get("labels", ())),
            assignees=tuple(name for name in assignees if name),
        ),
    )
    return answer(issue_shape(github, made), status=201)


def change(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`PATCH …/issues/{number}`: closes, or opens again."""
    found = find_issue(github, f"{named['owner']}/{named['repo']}", named["number"])
    if not isinstance(found, Issue):
        return not_found()
    if no := may_write(github, "issues"):
        return no
    body = request.json()
    at = github.clock()

    def changed(issue: Issue) -> Issue:
        state = body.get("state", issue.state)
        if state == issue.state:
            return issue
        return acted(issue, ACTIONS.github, at, state, body.get("state_reason"))

    return answer(issue_shape(github, github.written.change(found.name, changed)))


def add_labels(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`POST …/issues/{number}/labels`: beside those that are there."""
    found = find_issue(github, f"{named['owner']}/{named['repo']}", named["number"])
    if not isinstance(found, Issue):
        return not_found()
    if no := may_write(github, "issues"):
        return no
    more = request.json()["labels"]
    new = github.written.change(
        found.name,
        lambda issue: replace(issue, labels=tuple(dict.fromkeys((*issue.labels, *more)))),
    )
    return answer([label_shape(github, label) for label in new.labels])


def may_write(github: GitHub, *permissions: str) -> Response | None:
    """The refusal of a token that may read; None when it has one of these permissions to write."""
    if set(permissions) & set(github.world.token.writes) - set(github.world.token.lacks):
        return None
    return not_accessible(permissions[0], "write")


def _problem(body: dict[str, Any], assignees: list[str | None]) -> Response | None:
    if not body.get("title"):
        return invalid('Invalid request.\n\n"title" wasn\'t supplied.')
    errors: list[dict[str, Any]] = []
    if None in assignees:
        errors.append({"resource": "Issue", "field": "assignees", "code": "invalid"})
    for name, longest in (("title", LONGEST_TITLE), ("body", LONGEST_BODY)):
        if len(body.get(name) or "") > longest:
            text = f"{name} is too long (maximum is {longest} characters)"
            errors.append({"resource": "Issue", "field": name, "code": "custom", "message": text})
    if not errors:
        return None
    told = {"message": "Validation Failed", "errors": errors, "status": "422"}
    return answer(
        {**told, "documentation_url": "https://docs.github.com/rest/issues/issues#create-an-issue"},
        status=422,
    )


def _account(github: GitHub, login: str) -> str | None:
    """The name of the account in the world; None for one that cannot be assigned."""
    for name, account in github.world.accounts.items():
        if account.github and account.github.casefold() == str(login).casefold():
            return name
    return None


def _all(github: GitHub, repository: str) -> list[Issue | PullRequest]:
    mine = [issue for issue in github.issues.values() if is_of(issue, repository)]
    return [*mine, *_requests(github, repository)]


def _requests(github: GitHub, repository: str) -> list[PullRequest]:
    home = github.world.repository.name
    found = github.world.pull_requests.values()
    return [one for one in found if (one.repository or home).casefold() == repository.casefold()]


def _shape(github: GitHub, found: Issue | PullRequest) -> dict[str, Any]:
    if isinstance(found, Issue):
        return issue_shape(github, found)
    return pull_request_as_issue(github, found)


_ISSUES = "/repos/{owner}/{repo}/issues"
ROUTES: tuple[Route[GitHub], ...] = (
    Route(path=_ISSUES, answer=listed, needs="issues"),
    Route(path=_ISSUES, answer=create, method="POST", needs="issues"),
    Route(path=f"{_ISSUES}/{{number}}", answer=change, method="PATCH", needs="issues"),
    Route(path=f"{_ISSUES}/{{number}}/labels", answer=add_labels, method="POST", needs="issues"),
)
