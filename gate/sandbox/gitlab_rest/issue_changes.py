"""Issues as a list, new ones, and what changes in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gate.sandbox.gitlab_rest import access
from gate.sandbox.gitlab_rest.errors import forbidden, invalid
from gate.sandbox.gitlab_rest.forge import WRITER, GitLab
from gate.sandbox.gitlab_rest.issue_shape import issue_shape, labels
from gate.sandbox.gitlab_rest.issues import find, projects
from gate.sandbox.gitlab_rest.paging import paged
from gate.sandbox.gitlab_rest.quick_actions import without_actions
from gate.sandbox.gitlab_rest.sorting import chosen, is_descending
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.tickets import Issue
from gate.sandbox.written import State, acted, is_of

LONGEST_TITLE = 255
_EVENTS: Mapping[str, State] = {"close": "closed", "reopen": "open"}
_STATES = {"opened": "open", "closed": "closed"}


def listed(gitlab: GitLab, request: Request, parts: Mapping[str, str]) -> Response:
    """`GET …/issues`, the newest first unless `sort` says otherwise. Every one of the `labels` is needed."""
    project = _project(gitlab, parts)
    state = chosen(request, "state", [*_STATES, "all"], "all")
    wanted = {label.casefold() for label in request.query.get("labels", "").split(",") if label}
    found = [
        one
        for one in gitlab.issues.values()
        if is_of(one, project)
        and wanted <= {label.casefold() for label in labels(one)}
        and state in ("all", "opened" if one.state == "open" else "closed")
        and _is_on(gitlab, project)
    ]
    found.sort(key=lambda one: one.number, reverse=is_descending(request, default=True))
    return paged(gitlab, request, found, lambda one: issue_shape(gitlab, one))


def create(gitlab: GitLab, request: Request, parts: Mapping[str, str]) -> Response:
    """`POST …/issues`. Who is no member is not assigned; a Guest's labels have to exist already."""
    project = _project(gitlab, parts)
    if not _is_on(gitlab, project):
        raise forbidden()
    body = request.json()
    title = body.get("title", "")
    if not title:
        raise invalid("title is missing")
    if len(title) > LONGEST_TITLE:
        raise invalid(f"title is too long (maximum is {LONGEST_TITLE} characters)")
    text, closes = without_actions(body.get("description") or "")
    ids = set(body.get("assignee_ids", ()))
    people = [
        name
        for name in gitlab.world.accounts
        if (account := gitlab.account(name)) and gitlab.user_id(account) in ids
    ]
    made = gitlab.written.add(
        project,
        (),
        lambda name: Issue(
            name=name,
            title=title,
            body=text,
            author=WRITER,
            created=gitlab.clock(),
            state="closed" if closes else "open",
            labels=_usable(gitlab, project, body.get("labels", "")),
            assignees=tuple(people),
            due=body.get("due_date", ""),
        ),
    )
    return answer(issue_shape(gitlab, made), status=201)


def change(gitlab: GitLab, request: Request, parts: Mapping[str, str]) -> Response:
    """`PUT …/issues/{iid}`: closes, opens again, puts labels on. A Guest may close what the own token opened."""
    found = find(gitlab, parts)
    is_guest = gitlab.site.write_role == "guest"
    if is_guest and found.author != WRITER:
        raise forbidden()
    body: Mapping[str, Any] = request.json()
    at = gitlab.clock()

    def changed(issue: Issue) -> Issue:
        more = "" if is_guest else body.get("add_labels", "")
        added = tuple(label for label in more.split(",") if label)
        labelled = replace(issue, labels=tuple(dict.fromkeys((*issue.labels, *added))))
        state = _EVENTS.get(body.get("state_event", ""), issue.state)
        return labelled if state == issue.state else acted(labelled, WRITER, at, state)

    return answer(issue_shape(gitlab, gitlab.written.change(found.name, changed)))


def _project(gitlab: GitLab, parts: Mapping[str, str]) -> str:
    return projects(gitlab)[parts["id"].casefold()]


def _is_on(gitlab: GitLab, project: str) -> bool:
    own = gitlab.world.repository
    return own.issues or project != own.name


def _usable(gitlab: GitLab, project: str, text: str) -> tuple[str, ...]:
    """Labels that this token may put on: only from Reporter on are those made that do not exist."""
    asked = tuple(label for label in text.split(",") if label)
    if gitlab.site.write_role != "guest":
        return asked
    known = {
        label for one in gitlab.issues.values() if is_of(one, project) for label in labels(one)
    }
    return tuple(label for label in asked if label in known)


_ISSUES = "/projects/{id}/issues"
ROUTES: tuple[Route[GitLab], ...] = (
    Route(path=_ISSUES, answer=listed, needs=access.JOB),
    Route(path=_ISSUES, answer=create, method="POST", needs=access.WRITE),
    Route(path=f"{_ISSUES}/{{iid}}", answer=change, method="PUT", needs=access.WRITE),
)
