"""What clients write: issues, comments, labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from gate.sandbox.jira.access import GONE, STRANGER, is_anonymous, may_browse, refused, visible
from gate.sandbox.jira.shapes import comment_shape
from gate.sandbox.jira.shelf import issue_id
from gate.sandbox.jira.site import SERVICE, SERVICE_ACCOUNT, Jira
from gate.sandbox.jira.workflow import FIRST
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.world.tickets import JiraChange, JiraComment, JiraIssue

MOST_CHARACTERS = 32_767
LONGEST_SUMMARY = 255
_SETTABLE = frozenset(
    {"project", "issuetype", "summary", "description", "labels", "duedate", "assignee"}
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def create(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """`POST /issue`."""
    if is_anonymous(site, request):
        return refused(401, STRANGER)
    body = request.record()
    given = body.get("fields")
    given = given if isinstance(given, dict) else {}
    if errors := _errors(site, request, given):
        return refused(400, **errors)
    now = site.clock()

    def make(key: str, id_: int) -> JiraIssue:
        return JiraIssue(
            asked=key,
            id=id_,
            type=given["issuetype"]["name"],
            status=FIRST.status,
            status_category=FIRST.category,
            reporter=site.me,
            creator=site.me,
            assignee=_account(site, given.get("assignee")),
            created=now,
            due=given.get("duedate") or "",
            summary=given["summary"],
            adf=given.get("description"),
            labels=tuple(given.get("labels") or ()),
            properties=_properties(body),
        )

    made = site.shelf.add(given["project"]["key"], now, make)
    shape = {
        "id": str(issue_id(made)),
        "key": made.asked,
        "self": site.api(f"/issue/{issue_id(made)}"),
    }
    return answer(shape, status=201)


def comment(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """`POST /issue/{key}/comment`."""
    found = visible(site, request, named["key"])
    if found is None:
        return refused(404, GONE)
    if "comment" not in site.world.jira.may:
        return refused(403, "You do not have the permission to comment on this issue.")
    body = request.record().get("body")
    if problem := _document_problem(body):
        return refused(400, comment=problem)
    now = site.clock()
    said = JiraComment(at=now, by=site.me, adf=body)
    changed = site.shelf.change(
        found, now, lambda issue: replace(issue, comments=(*issue.comments, said))
    )
    return answer(comment_shape(site, changed, len(changed.comments) - 1), status=201)


def edit(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """`PUT /issue/{key}`: labels that are added or taken away."""
    found = visible(site, request, named["key"])
    if found is None:
        return refused(404, GONE)
    update = request.record().get("update")
    changes = update.get("labels") if isinstance(update, dict) else None
    if "edit" not in site.world.jira.may or not isinstance(changes, list):
        return refused(
            400,
            labels="Field 'labels' cannot be set. It is not on the appropriate screen, or unknown.",
        )
    added = [str(one["add"]) for one in changes if "add" in one]
    if problem := _labels_problem(added):
        return refused(400, labels=problem)
    gone = [one["remove"] for one in changes if "remove" in one]
    now = site.clock()
    site.shelf.change(found, now, lambda issue: _labelled(issue, added, gone, site.me, now))
    return Response(status=204)


def _labelled(
    issue: JiraIssue, added: list[str], gone: list[str], by: str, now: datetime
) -> JiraIssue:
    kept = [label for label in issue.labels if label not in gone]
    labels = tuple(dict.fromkeys([*kept, *added]))
    change = JiraChange(
        at=now, by=by, field="labels", from_=" ".join(issue.labels), to=" ".join(labels)
    )
    return replace(issue, labels=labels, history=(*issue.history, change))


def _errors(site: Jira, request: Request, given: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the fields of a new issue, by field."""
    found = {
        name: f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
        for name in given
        if name not in _SETTABLE or name in site.world.jira.not_on_screen
    }
    project = _member(given.get("project"), "key")
    if not project or not may_browse(site, request, project):
        found["project"] = "valid project is required"
    elif "create" not in site.world.jira.may:
        found["project"] = "You do not have permission to create issues in this project."
    if not _member(given.get("issuetype"), "name"):
        found["issuetype"] = "Specify a valid issue type"
    found |= _problems_of_values(site, given)
    return found


def _problems_of_values(site: Jira, given: Mapping[str, Any]) -> dict[str, str]:
    assignee = given.get("assignee")
    summary, due = given.get("summary"), given.get("duedate")
    problems = {
        "summary": _summary_problem(summary),
        "description": _document_problem(given["description"]) if "description" in given else "",
        "labels": _labels_problem(given.get("labels") or []),
        "duedate": "" if due is None or _DATE.fullmatch(str(due)) else "Error parsing date.",
        "assignee": ""
        if assignee is None or _account(site, assignee)
        else "Specify a valid value for assignee",
    }
    return {name: problem for name, problem in problems.items() if problem}


def _summary_problem(summary: Any) -> str:
    if not isinstance(summary, str) or not summary.strip():
        return "You must specify a summary of the issue."
    if "\n" in summary or "\r" in summary:
        return "The summary is invalid because it contains newline characters."
    return "" if len(summary) <= LONGEST_SUMMARY else "Summary must be less than 255 characters."


def _document_problem(value: Any) -> str:
    if not isinstance(value, dict) or (value.get("type"), value.get("version")) != ("doc", 1):
        return "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
    if _characters(value) > MOST_CHARACTERS:
        return f"The entered text is too long. It exceeds the allowed limit of {MOST_CHARACTERS:,} characters."
    return ""


def _characters(node: Any) -> int:
    own = len(node.get("text", ""))
    return own + sum(_characters(child) for child in node.get("content", []))


def _labels_problem(labels: list[Any]) -> str:
    wrong = next((label for label in labels if re.search(r"\s", str(label))), None)
    return f"The label '{wrong}' contains spaces which is invalid." if wrong is not None else ""


def _account(site: Jira, given: Any) -> str | None:
    """The name of the account with that id."""
    wanted = _member(given, "id") or _member(given, "accountId")
    if wanted == SERVICE:
        return SERVICE_ACCOUNT
    people = site.world.accounts.items()
    return next((name for name, one in people if wanted and one.jira == wanted), None)


def _properties(body: Mapping[str, Any]) -> dict[str, Any]:
    listed = body.get("properties")
    return {one["key"]: one["value"] for one in listed} if isinstance(listed, list) else {}


def _member(value: Any, name: str) -> str:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
