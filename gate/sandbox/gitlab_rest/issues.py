"""Issues, and what happened to them: labels and states as events, edits as notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gate.sandbox.gitlab_rest import access
from gate.sandbox.gitlab_rest.errors import not_found
from gate.sandbox.gitlab_rest.forge import GitLab, moment
from gate.sandbox.gitlab_rest.issue_shape import issue_id, issue_shape
from gate.sandbox.gitlab_rest.notes import as_note, note_shape
from gate.sandbox.gitlab_rest.paging import paged
from gate.sandbox.gitlab_rest.people import Shape, named, somebody
from gate.sandbox.gitlab_rest.sorting import is_descending
from gate.sandbox.gitlab_rest.timeline import Note
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route
from gate.sandbox.world.git import number
from gate.sandbox.world.tickets import Issue, IssueEvent

_LABELS = {"labeled": "add", "unlabeled": "remove"}
_STATES = {"closed": "closed", "reopened": "reopened"}


def issue(gitlab: GitLab, request: Request, parts: Mapping[str, str]) -> Response:
    """`GET …/issues/{iid}`."""
    return answer(issue_shape(gitlab, find(gitlab, parts)))


def label_events(gitlab: GitLab, request: Request, parts: Mapping[str, str]) -> Response:
    """`GET …/issues/{iid}/resource_label_events`, oldest first."""
    found = find(gitlab, parts)

    def shape(event: IssueEvent) -> Shape:
        label = {
            "id": number("label", event.label),
            "name": event.label,
            "color": "#ededed",
            "description": None,
            "description_html": "",
            "text_color": "#1F1E24",
            "archived": False,
        }
        return {**_event(gitlab, found, event), "label": label, "action": _LABELS[event.event]}

    return paged(gitlab, request, _history(found, _LABELS), shape)


def state_events(gitlab: GitLab, request: Request, parts: Mapping[str, str]) -> Response:
    """`GET …/issues/{iid}/resource_state_events`, oldest first."""
    found = find(gitlab, parts)

    def shape(event: IssueEvent) -> Shape:
        source = {"source_commit": None, "source_merge_request_id": None}
        return {**_event(gitlab, found, event), **source, "state": _STATES[event.event]}

    return paged(gitlab, request, _history(found, _STATES), shape)


def notes(gitlab: GitLab, request: Request, parts: Mapping[str, str]) -> Response:
    """`GET …/issues/{iid}/notes`, the newest first unless `sort` says otherwise."""
    found = find(gitlab, parts)
    told = told_about(gitlab, found)
    shown = told[::-1] if is_descending(request, default=True) else told
    about = {
        "id": issue_id(found),
        "iid": found.number,
        "type": "Issue",
        "project_id": gitlab.project_id(found.repository),
    }
    return paged(gitlab, request, shown, lambda note: note_shape(gitlab, note, about))


def told_about(gitlab: GitLab, found: Issue) -> list[Note]:
    """Its notes, oldest first: those of the system, and what people wrote."""
    written = map(as_note, gitlab.written.comments(found.name))
    return sorted([*_notes(found), *written], key=lambda note: note.at)


def find(gitlab: GitLab, parts: Mapping[str, str]) -> Issue:
    """The issue with that number in that project; Refused when there is none."""
    for found in gitlab.issues.values():
        homes = {str(gitlab.project_id(found.repository)), found.repository.casefold()}
        if parts["id"].casefold() in homes and str(found.number) == parts["iid"]:
            return found
    raise not_found()


def projects(gitlab: GitLab) -> dict[str, str]:
    """The path of every project that may hold issues, by its number and by its path in lower case."""
    own = gitlab.world.repository
    paths = (own.name, *own.others, *(found.repository for found in gitlab.issues.values()))
    by_number = {str(gitlab.project_id(path)): path for path in paths}
    return {**by_number, **{path.casefold(): path for path in paths}}


def _history(found: Issue, kinds: Mapping[str, str]) -> list[IssueEvent]:
    return sorted((one for one in found.history if one.event in kinds), key=lambda one: one.at)


def _event(gitlab: GitLab, found: Issue, event: IssueEvent) -> Shape:
    name = f"{found.name}/{event.event}/{event.label}/{moment(event.at)}"
    return {
        "id": number("event", name),
        "user": named(gitlab, event.by) or somebody(gitlab, None),
        "created_at": moment(event.at),
        "resource_type": "Issue",
        "resource_id": issue_id(found),
    }


def _notes(found: Issue) -> Iterator[Note]:
    for count, event in enumerate(sorted(found.history, key=lambda one: one.at)):
        if text := _text(found, event):
            id_ = number("note", found.name) + count
            yield Note(id=id_, at=event.at, by=event.by or "", body=text)


def _text(found: Issue, event: IssueEvent) -> str:
    match event.event:
        case "renamed":
            return f"changed title from **{{-{event.from_}-}}** to **{{+{event.to}+}}**"
        case "edited":
            return "changed the description"
        case "transferred":
            return f"moved from {event.from_}#{found.number}"
        case _:
            return ""


_ISSUE = "/projects/{id}/issues/{iid}"
ROUTES: tuple[Route[GitLab], ...] = (
    Route(path=_ISSUE, answer=issue, needs=access.JOB),
    Route(path=f"{_ISSUE}/notes", answer=notes, needs=access.READ),
    Route(path=f"{_ISSUE}/resource_label_events", answer=label_events, needs=access.READ_AND_LOGIN),
    Route(path=f"{_ISSUE}/resource_state_events", answer=state_events, needs=access.READ_AND_LOGIN),
)
