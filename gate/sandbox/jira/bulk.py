"""Many issues, or their changelogs, at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gate.sandbox.jira.access import is_anonymous, refused, visible
from gate.sandbox.jira.shapes import MOST_CHANGES_IN_BULK, histories, issue_shape
from gate.sandbox.jira.shelf import issue_id
from gate.sandbox.jira.site import Jira
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.world.tickets import JiraIssue

MOST_ISSUES = 100


def bulk_issues(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """`POST /issue/bulkfetch`: what cannot be seen is left out, without a word."""
    asked = request.record()
    keys = asked.get("issueIdsOrKeys")
    if not isinstance(keys, list) or not 1 <= len(keys) <= MOST_ISSUES:
        return refused(400, f"The list of issue IDs or keys must have 1 to {MOST_ISSUES} entries.")
    found = _all_visible(site, request, keys)
    fields, expand = asked.get("fields") or ["*navigable"], asked.get("expand") or []
    shapes = [
        issue_shape(site, item, fields=fields, expand=expand, changes=MOST_CHANGES_IN_BULK)
        for item in found
    ]
    return answer({"issues": shapes, "issueErrors": []})


def bulk_changelogs(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """`POST /changelog/bulkfetch`: oldest first; `created` is a whole number here. Not for anonymous callers."""
    asked = request.record()
    keys, fields = asked.get("issueIdsOrKeys"), asked.get("fieldIds") or []
    if is_anonymous(site, request):
        return refused(401, "Client must be authenticated to access this resource.")
    if not isinstance(keys, list) or not keys or len(fields) > 10:
        return refused(400, "Name 1 to 1000 issues and at most 10 fields.")
    everything = [
        (str(issue_id(item)), {**entry, "created": _seconds(entry["created"])})
        for item in _all_visible(site, request, keys)
        for entry in histories(site, item, fields)
    ]
    everything.sort(key=lambda pair: (pair[1]["created"], int(pair[0])))
    token = str(asked.get("nextPageToken") or "0")
    start, size = int(token) if token.isdigit() else 0, int(asked.get("maxResults") or 1000)
    logs: dict[str, list[dict[str, Any]]] = {}
    for id_, entry in everything[start : start + size]:
        logs.setdefault(id_, []).append(entry)
    shape: dict[str, Any] = {
        "issueChangeLogs": [
            {"issueId": id_, "changeHistories": entries} for id_, entries in logs.items()
        ]
    }
    if start + size < len(everything):
        shape["nextPageToken"] = str(start + size)
    return answer(shape)


def _all_visible(site: Jira, request: Request, keys: list[Any]) -> list[JiraIssue]:
    """Each once, by ascending id."""
    found = {issue_id(item): item for key in keys if (item := visible(site, request, str(key)))}
    return [found[id_] for id_ in sorted(found)]


def _seconds(timestamp: str) -> int:
    return int(datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp())
