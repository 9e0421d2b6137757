"""New notes on issues and merge requests, and notes that are written anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gate.sandbox.gitlab_rest import access
from gate.sandbox.gitlab_rest.errors import forbidden, invalid, not_found
from gate.sandbox.gitlab_rest.forge import WRITER, GitLab
from gate.sandbox.gitlab_rest.issue_shape import issue_id
from gate.sandbox.gitlab_rest.issues import find
from gate.sandbox.gitlab_rest.merge_requests import about, place_of
from gate.sandbox.gitlab_rest.notes import as_note, note_shape
from gate.sandbox.gitlab_rest.quick_actions import without_actions
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route


def on_issue(gitlab: GitLab, request: Request, parts: Mapping[str, str]) -> Response:
    """`POST …/issues/{iid}/notes`."""
    found = find(gitlab, parts)
    text, closes = without_actions(_body(request))
    if closes:
        gitlab.written.change(found.name, lambda issue: replace(issue, state="closed"))
    return _said(gitlab, found.name, text, _about_issue(gitlab, parts))


def on_request(gitlab: GitLab, request: Request, parts: Mapping[str, str]) -> Response:
    """`POST …/merge_requests/{iid}/notes`. In a private project a Guest sees no merge request."""
    found = gitlab.merge_request(parts["iid"])
    if gitlab.site.write_role == "guest" and gitlab.world.repository.private:
        raise not_found()
    text, _ = without_actions(_body(request))
    return _said(gitlab, place_of(gitlab, found), text, about(found))


def rewrite_on_issue(gitlab: GitLab, request: Request, parts: Mapping[str, str]) -> Response:
    """`PUT …/issues/{iid}/notes/{note}`."""
    return _rewritten(gitlab, request, parts, find(gitlab, parts).name, _about_issue(gitlab, parts))


def rewrite_on_request(gitlab: GitLab, request: Request, parts: Mapping[str, str]) -> Response:
    """`PUT …/merge_requests/{iid}/notes/{note}`."""
    found = gitlab.merge_request(parts["iid"])
    return _rewritten(gitlab, request, parts, place_of(gitlab, found), about(found))


def _said(gitlab: GitLab, place: str, text: str, on: Mapping[str, Any]) -> Response:
    if not text:
        return answer({"commands_changes": {}, "summary": "Commands applied"}, status=202)
    made = gitlab.written.say(place, WRITER, text, gitlab.clock())
    return answer(note_shape(gitlab, as_note(made), on), status=201)


def _rewritten(
    gitlab: GitLab, request: Request, parts: Mapping[str, str], place: str, on: Mapping[str, Any]
) -> Response:
    found = next(
        (one for one in gitlab.written.comments(place) if str(one.id) == parts["note"]), None
    )
    if found is None:
        raise not_found()
    if found.by != WRITER:
        raise forbidden()  # only from Maintainer on may one change what others wrote
    new = gitlab.written.rewrite(found, WRITER, _body(request), gitlab.clock())
    return answer(note_shape(gitlab, as_note(new), on))


def _about_issue(gitlab: GitLab, parts: Mapping[str, str]) -> Mapping[str, Any]:
    found = find(gitlab, parts)
    return {
        "id": issue_id(found),
        "iid": found.number,
        "type": "Issue",
        "project_id": gitlab.project_id(found.repository),
    }


def _body(request: Request) -> str:
    body = request.json().get("body")
    if not isinstance(body, str) or not body.strip():
        raise invalid("body is missing")
    return body


_ISSUE = "/projects/{id}/issues/{iid}/notes"
_REQUEST = "/projects/{id}/merge_requests/{iid}/notes"
ISSUE_ROUTES: tuple[Route[GitLab], ...] = (
    Route(path=_ISSUE, answer=on_issue, method="POST", needs=access.WRITE),
    Route(path=f"{_ISSUE}/{{note}}", answer=rewrite_on_issue, method="PUT", needs=access.WRITE),
)
ROUTES: tuple[Route[GitLab], ...] = (
    *ISSUE_ROUTES,
    Route(path=_REQUEST, answer=on_request, method="POST", needs=access.WRITE),
    Route(path=f"{_REQUEST}/{{note}}", answer=rewrite_on_request, method="PUT", needs=access.WRITE),
)
