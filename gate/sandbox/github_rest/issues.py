"""Issues and their timelines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gate.sandbox.clock import iso
from gate.sandbox.github.forge import WEB, GitHub
from gate.sandbox.github.issues import event_id, find_issue, issue_id, updated_at
from gate.sandbox.github_rest.errors import not_found
from gate.sandbox.github_rest.paging import page_of
from gate.sandbox.github_rest.people import named_user, somebody
from gate.sandbox.github_rest.pull_requests import label_shape, pull_request_shape
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.reviews import PullRequest
from gate.sandbox.world.tickets import Issue, IssueEvent


def issue(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/issues/{number}`. A pull request is an issue as well."""
    found = find_issue(github, f"{named['owner']}/{named['repo']}", named["number"])
    match found:
        case Issue():
            return answer(issue_shape(github, found))
        case PullRequest():
            return answer(pull_request_as_issue(github, found))
        case _:
            return not_found()


def timeline(github: GitHub, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/issues/{number}/timeline`, oldest first. Edits of the text are not in it."""
    found = find_issue(github, f"{named['owner']}/{named['repo']}", named["number"])
    if not isinstance(found, Issue):
        return not_found() if found is None else answer([])
    shown = [event for event in found.history if event.event != "edited"]
    items, headers = page_of(github, request, sorted(shown, key=lambda event: event.at))
    return answer([_event(github, found, event) for event in items], headers=headers)


def issue_shape(github: GitHub, found: Issue) -> dict[str, Any]:
    """An `issue`."""
    api = github.api(f"/repos/{found.repository}/issues/{found.number}")
    closed = [event for event in found.history if event.event == "closed"]
    is_closed = found.state == "closed"
    closer = closed[-1] if closed and is_closed else None
    kind = {"id": 1, "node_id": "IT_1", "name": found.type, "description": None}
    return {
        "id": issue_id(found),
        "node_id": f"I_{issue_id(found)}",
        "number": found.number,
        "url": api,
        "repository_url": github.api(f"/repos/{found.repository}"),
        "labels_url": f"{api}/labels{{/name}}",
        "comments_url": f"{api}/comments",
        "events_url": f"{api}/events",
        "timeline_url": f"{api}/timeline",
        "html_url": f"{WEB}/{found.repository}/issues/{found.number}",
        "title": found.title,
        "body": found.body or None,
        "state": found.state,
        "state_reason": found.state_reason,
        "locked": False,
        "user": named_user(github, found.author),
        "author_association": "MEMBER",
        "labels": [label_shape(github, name) for name in found.labels],
        "assignee": named_user(github, found.assignees[0]) if found.assignees else None,
        "assignees": [named_user(github, name) for name in found.assignees],
        "milestone": None,
        "comments": len(github.written.comments(found.name)),
        "created_at": iso(found.created),
        "updated_at": iso(updated_at(found)),
        "closed_at": iso(closer.at if closer else updated_at(found)) if is_closed else None,
        "closed_by": named_user(github, closer.by if closer else None),
        **({"type": kind} if found.type else {}),
    }


def pull_request_as_issue(github: GitHub, found: PullRequest) -> dict[str, Any]:
    """A pull request in the form of an `issue`."""
    pull = pull_request_shape(github, found)
    api = pull["issue_url"]
    shared = (
        "id", "node_id", "number", "html_url", "title", "body", "state", "locked", "user", "labels",
        "assignee", "assignees", "milestone", "created_at", "updated_at", "closed_at", "author_association",
        "comments_url",
    )  # fmt: skip
    return {
        **{name: pull[name] for name in shared},
        "url": api,
        "repository_url": github.repo_api(),
        "labels_url": f"{api}/labels{{/name}}",
        "events_url": f"{api}/events",
        "timeline_url": f"{api}/timeline",
        "comments": 0,
        "draft": False,
        "pull_request": {name: pull[name] for name in ("url", "html_url", "diff_url", "patch_url")},
    }


def _event(github: GitHub, found: Issue, event: IssueEvent) -> dict[str, Any]:
    id_ = event_id(found, event)
    shape: dict[str, Any] = {
        "id": id_,
        "node_id": f"EV_{id_}",
        "url": github.api(f"/repos/{found.repository}/issues/events/{id_}"),
        "actor": somebody(github, event.by),
        "event": event.event,
        "commit_id": None,
        "commit_url": None,
        "created_at": iso(event.at),
        "performed_via_github_app": None,
    }
    if event.event in ("labeled", "unlabeled"):
        shape["label"] = {"name": event.label, "color": "ededed"}
    if event.event == "renamed":
        shape["rename"] = {"from": event.from_, "to": event.to}
    return shape


_ISSUE = "/repos/{owner}/{repo}/issues/{number}"
ROUTES: tuple[Route[GitHub], ...] = (
    Route(path=_ISSUE, answer=issue, needs="issues"),
    Route(path=f"{_ISSUE}/timeline", answer=timeline, needs="issues"),
)
