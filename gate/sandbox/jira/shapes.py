"""Issues and changelogs in Jira's shapes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from gate.sandbox.jira.adf import document
from gate.sandbox.jira.site import SYSTEM_FIELDS, Jira, issue_id, timestamp
from gate.sandbox.world.git import number
from gate.sandbox.world.tickets import JiraChange, JiraIssue

MOST_CHANGES = 100
MOST_CHANGES_IN_BULK = 40
_CATEGORIES = {"new": (2, "To Do"), "indeterminate": (4, "In Progress"), "done": (3, "Done")}


def issue_shape(
    jira: Jira,
    issue: JiraIssue,
    *,
    fields: Collection[str],
    expand: Collection[str],
    changes: int = MOST_CHANGES,
) -> dict[str, Any]:
    """An issue with the fields asked for (none named: all), and at most so many `changes` if expanded."""
    values = {**_system_fields(jira, issue), **_custom_fields(jira, issue)}
    shown = {name: value for name, value in values.items() if _wanted(name, fields)}
    shape: dict[str, Any] = {
        "expand": "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
        "id": str(issue_id(issue)),
        "self": jira.api(f"/issue/{issue_id(issue)}"),
        "key": issue.answered,
        "fields": shown,
    }
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
    category, shown = _CATEGORIES[issue.status_category]
    status, project = str(number("status", issue.status)), issue.project
    body = document(issue.description) if issue.description else None
    updated = max([issue.created, *(change.at for change in issue.history)])
    return {
        "summary": issue.summary,
        "description": issue.adf if issue.adf is not None else body,
        "status": {
            "self": jira.api(f"/status/{status}"),
            "id": status,
            "name": issue.status,
            "description": "",
            "statusCategory": {"id": category, "key": issue.status_category, "name": shown},
        },
        "issuetype": _named(jira, "issuetype", issue.type) | {"subtask": False},
        "project": {**_named(jira, "project", project), "key": project},
        "priority": _named(jira, "priority", issue.priority),
        "resolution": _named(jira, "resolution", issue.resolution) if issue.resolution else None,
        "reporter": jira.user(issue.reporter),
        "creator": jira.user(issue.reporter),
        "assignee": jira.user(issue.assignee),
        "labels": list(issue.labels),
        "created": timestamp(issue.created),
        "updated": timestamp(updated),
        "duedate": None,
    }


def _named(jira: Jira, kind: str, name: str) -> dict[str, Any]:
    id_ = str(number(kind, name))
    return {"self": jira.api(f"/{kind}/{id_}"), "id": id_, "name": name}


def _custom_fields(jira: Jira, issue: JiraIssue) -> dict[str, Any]:
    return {
        jira.field_id(name): jira.field_value(name, issue.fields.get(name))
        for name in jira.field_types
    }
