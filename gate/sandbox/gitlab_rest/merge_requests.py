"""Merge requests: the list, one of them, and its commits, versions, notes and issues."""

from __future__ import annotations

from collections.abc import Mapping

from gate.sandbox.gitlab_rest import access
from gate.sandbox.gitlab_rest.commit_shape import commit_shape
from gate.sandbox.gitlab_rest.forge import GitLab, moment
from gate.sandbox.gitlab_rest.issue_shape import issue_shape
from gate.sandbox.gitlab_rest.landing import own_commits
from gate.sandbox.gitlab_rest.merge_request_shape import (
    STATES,
    alone,
    in_list,
    merge_request_id,
    updated_at,
)
from gate.sandbox.gitlab_rest.notes import as_note, note_shape
from gate.sandbox.gitlab_rest.paging import paged
from gate.sandbox.gitlab_rest.people import Shape
from gate.sandbox.gitlab_rest.pushes import Version, base_of, patch_of, versions
from gate.sandbox.gitlab_rest.sorting import chosen, is_descending, moment_in
from gate.sandbox.gitlab_rest.timeline import story
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.git import sha
from gate.sandbox.world.reviews import PullRequest

_ORDERS = {"created_at": lambda item: item.created, "updated_at": updated_at}


def merge_requests(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/merge_requests`: by state, branches and last update; the newest first."""
    state = chosen(request, "state", [*STATES.values(), "locked", "all"], "all")
    order = chosen(request, "order_by", [*_ORDERS, "title", "priority"], "created_at")
    after, before = moment_in(request, "updated_after"), moment_in(request, "updated_before")
    wanted = {name: request.query.get(name) for name in ("target_branch", "source_branch")}
    found = [
        item
        for item in gitlab.merge_requests()
        if state in ("all", STATES[item.state])
        and wanted["target_branch"] in (None, gitlab.target_branch(item))
        and wanted["source_branch"] in (None, item.branch)
        and (after is None or updated_at(item) >= after)
        and (before is None or updated_at(item) <= before)
    ]
    key = _ORDERS.get(order, _ORDERS["created_at"])
    shown = sorted(found, key=key, reverse=is_descending(request, default=True))
    return paged(gitlab, request, shown, lambda item: in_list(gitlab, item))


def merge_request(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/merge_requests/{iid}`."""
    return answer(alone(gitlab, gitlab.merge_request(named["iid"])))


def commits(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/merge_requests/{iid}/commits`, the newest first."""
    own = own_commits(gitlab.merge_request(named["iid"]))[::-1]
    known = gitlab.world.commits
    return paged(gitlab, request, own, lambda name: commit_shape(gitlab, known[name]))


def versions_of(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/merge_requests/{iid}/versions`, the newest first."""
    found = gitlab.merge_request(named["iid"])
    shown = versions(gitlab, found)[::-1]
    return paged(gitlab, request, shown, lambda version: _version(gitlab, found, version))


def notes(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/merge_requests/{iid}/notes`, the newest first unless `sort` says otherwise."""
    found = gitlab.merge_request(named["iid"])
    written = map(as_note, gitlab.written.comments(place_of(gitlab, found)))
    told = sorted([*story(gitlab, found).notes, *written], key=lambda note: note.at)
    shown = told[::-1] if is_descending(request, default=True) else told
    return paged(gitlab, request, shown, lambda note: note_shape(gitlab, note, about(found)))


def about(found: PullRequest) -> dict[str, object]:
    """What its notes say that they are on."""
    return {"id": merge_request_id(found), "iid": found.number, "type": "MergeRequest"}


def place_of(gitlab: GitLab, found: PullRequest) -> str:
    """Under which name its comments are kept. Issues are counted apart from merge requests."""
    return f"{gitlab.world.repository.name}!{found.number}"


def closes_issues(gitlab: GitLab, request: Request, named: Mapping[str, str]) -> Response:
    """`GET …/merge_requests/{iid}/closes_issues`."""
    closes = gitlab.merge_request(named["iid"]).closes
    found = [gitlab.world.issues[name] for name in closes if name in gitlab.world.issues]
    return paged(gitlab, request, found, lambda issue: issue_shape(gitlab, issue))


def _version(gitlab: GitLab, found: PullRequest, version: Version) -> Shape:
    return {
        "id": version.id,
        "head_commit_sha": sha(version.head),
        "base_commit_sha": base_of(gitlab, version),
        "start_commit_sha": version.start.sha if version.start else None,
        "created_at": moment(version.at),
        "merge_request_id": merge_request_id(found),
        "state": "collected",
        "real_size": str(len(found.commits)),
        "patch_id_sha": patch_of(gitlab, found, version),
    }


_REQUEST = "/projects/{id}/merge_requests/{iid}"
ROUTES: tuple[Route[GitLab], ...] = (
    Route(path="/projects/{id}/merge_requests", answer=merge_requests, needs=access.JOB),
    Route(path=_REQUEST, answer=merge_request, needs=access.JOB),
    Route(path=f"{_REQUEST}/commits", answer=commits, needs=access.READ),
    Route(path=f"{_REQUEST}/versions", answer=versions_of, needs=access.READ_AND_LOGIN),
    Route(path=f"{_REQUEST}/notes", answer=notes, needs=access.JOB),
    Route(path=f"{_REQUEST}/closes_issues", answer=closes_issues, needs=access.READ),
)
