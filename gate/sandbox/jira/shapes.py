"""Issues and changelogs in Jira's shapes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from gate.sandbox.jira.adf import document
from gate.sandbox.jira.shelf import issue_id
from gate.sandbox.jira.site import SYSTEM_FIELDS, Jira, timestamp
from gate.sandbox.world.git import number
from gate.sandbox.world.tickets import JiraChange, JiraIssue

MOST_CHANGES = 100
MOST_CHANGES_IN_BULK = 40
MOST_COMMENTS_ALONG = 20
_CATEGORIES = {"new": (2, "To Do"), "indeterminate": (4, "In Progress"), "done": (3, "Done")}


def issue_shape(
    jira: Jira,
    issue: JiraIssue,
    *,
    fields: Collection[str],
    expand: Collection[str],
    properties: Collection[str] = (),
    changes: int = MOST_CHANGES,
) -> dict[str, Any]:
    """An issue with the fields asked for (none named: all), and at most so many `changes` if expanded.

    Entity properties come along where they are named.
    """
    values = {**_system_fields(jira, issue), **_custom_fields(jira, issue)}
    shown = {name: value for name, value in values.items() if _wanted(name, fields)}
    shape: dict[str, Any] = {
        "expand": "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
        "id": str(issue_id(issue)),
        "self": jira.api(f"/issue/{issue_id(issue)}"),
        "key": issue.answered,
        "fields": shown,
    }
    if properties:
        held = issue.properties
        shape["properties"] = {name: held[name] for name in properties if name in held}
    if "names" in expand:
        names = {**SYSTEM_FIELDS, **{jira.field_id(name): name for name in jira.field_types}}
        shape["names"] = {name: names[name] for name in shown}
    if "changelog" in expand:
        newest = histories(jira, issue)[::-1]
        shape["changelog"] = {
            "startAt": 0,
            "maxResults": min(len(newest), changes),
            "total": len(newest),
            "histories": newest[:changes],
        }
    return shape


def status_shape(jira: Jira, name: str, category: str) -> dict[str, Any]:
    """A status with its category."""
    id_, (place, shown) = str(number("status", name)), _CATEGORIES[category]
    return {
        "self": jira.api(f"/status/{id_}"),
        "id": id_,
        "name": name,
        "description": "",
        "statusCategory": {"id": place, "key": category, "name": shown},
    }


def comment_page(jira: Jira, issue: JiraIssue, start: int, size: int) -> dict[str, Any]:
    """Some of the comments, oldest first."""
    shapes = [comment_shape(jira, issue, place) for place in range(len(issue.comments))]
    return {
        "startAt": start,
        "maxResults": size,
        "total": len(shapes),
        "comments": shapes[start : start + size],
    }


def comment_shape(jira: Jira, issue: JiraIssue, place: int) -> dict[str, Any]:
    """One comment, by its place among those of the issue."""
    comment = issue.comments[place]
    id_ = str(10_000 + number("comment", f"{issue.asked}/{place}") % 1_000_000)
    shape: dict[str, Any] = {
        "self": jira.api(f"/issue/{issue_id(issue)}/comment/{id_}"),
        "id": id_,
        "body": comment.adf if comment.adf is not None else document(comment.body),
        "created": timestamp(comment.at),
        "updated": timestamp(comment.edited_at or comment.at),
    }
    for name, by in (("author", comment.by), ("updateAuthor", comment.edited_by or comment.by)):
        if by is not None:
            shape[name] = jira.user(by)
    return shape


def histories(jira: Jira, issue: JiraIssue, fields: Collection[str] = ()) -> list[dict[str, Any]]:
    """The changelog, oldest first, restricted to the fields with these ids (none: all)."""
    found: list[dict[str, Any]] = []
    for index, change in enumerate(_by_time(issue.history), start=1):
        field_id = jira.field_id(change.field)
        if fields and field_id not in fields:
            continue
        entry: dict[str, Any] = {
            "id": str(100_000 + number("changelog", issue.asked) % 1_000_000 * 100 + index),
            "created": timestamp(change.at),
            "items": [_item(change, field_id)],
        }
        if change.by is not None:
            entry["author"] = jira.user(change.by)
        found.append(entry)
    return found


def _by_time(history: Sequence[JiraChange]) -> list[JiraChange]:
    return sorted(history, key=lambda change: change.at)


def _item(change: JiraChange, field_id: str) -> dict[str, Any]:
    by_id = change.field in ("status", "issuetype", "priority", "resolution", "project")
    return {
        "field": change.field,
        "fieldtype": "custom" if field_id.startswith("customfield_") else "jira",
        "fieldId": field_id,
        "from": str(number(change.field, change.from_)) if by_id and change.from_ else None,
        "fromString": change.from_,
        "to": str(number(change.field, change.to)) if by_id and change.to else None,
        "toString": change.to,
    }


def _wanted(name: str, fields: Collection[str]) -> bool:
    if f"-{name}" in fields:
        return False
    positive = [field for field in fields if not field.startswith("-")]
    return not positive or bool({"*all", "*navigable", name} & set(positive))


def _system_fields(jira: Jira, issue: JiraIssue) -> dict[str, Any]:
    project = issue.project
    body = document(issue.description) if issue.description else None
    happened = [change.at for change in issue.history] + [one.at for one in issue.comments]
    updated = max([issue.created, *happened])
    return {
        "summary": issue.summary,
        "description": issue.adf if issue.adf is not None else body,
        "status": status_shape(jira, issue.status, issue.status_category),
        "issuetype": _named(jira, "issuetype", issue.type) | {"subtask": False},
        "project": {**_named(jira, "project", project), "key": project},
        "priority": _named(jira, "priority", issue.priority),
        "resolution": _named(jira, "resolution", issue.resolution) if issue.resolution else None,
        "reporter": jira.user(issue.reporter),
        "creator": jira.user(issue.creator or issue.reporter),
        "assignee": jira.user(issue.assignee),
        "labels": list(issue.labels),
        "created": timestamp(issue.created),
        "updated": timestamp(updated),
        "duedate": issue.due or None,
        "comment": comment_page(jira, issue, 0, MOST_COMMENTS_ALONG),
    }


def _named(jira: Jira, kind: str, name: str) -> dict[str, Any]:
    id_ = str(number(kind, name))
    return {"self": jira.api(f"/{kind}/{id_}"), "id": id_, "name": name}


def _custom_fields(jira: Jira, issue: JiraIssue) -> dict[str, Any]:
    return {
        jira.field_id(name): jira.field_value(name, issue.fields.get(name))
        for name in jira.field_types
    }
