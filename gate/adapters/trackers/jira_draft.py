"""A follow-up as Jira wants to be given it."""

from __future__ import annotations

import re

from gate.adapters.trackers.adf_writer import document
from gate.adapters.trackers.jira_follow_up import PROPERTY
from gate.domain.follow_up import Draft

OPTIONAL = ("duedate", "assignee")
"""Fields that a project may not have, or a person not be allowed in: the ticket says all of it in its text as well."""

_LONGEST_SUMMARY = 255
_SPACES = re.compile(r"\s+")


def issue_of(
    draft: Draft, *, project: str, kind: str, without: frozenset[str]
) -> dict[str, object]:
    """The body of a create, without some of the `OPTIONAL` fields."""
    fields: dict[str, object] = {
        "project": {"key": project},
        "issuetype": {"name": kind},
        "summary": _summary(draft.title),
        "description": document(draft.body),
        "labels": [label_of(label) for label in draft.labels],
        "duedate": draft.due.isoformat(),
    }
    if draft.assignee:
        fields["assignee"] = {"id": draft.assignee}
    return {
        "fields": {name: value for name, value in fields.items() if name not in without},
        "properties": [{"key": PROPERTY, "value": dict(draft.fields)}],
    }


def label_of(text: str) -> str:
    """A label without the spaces that Jira does not take."""
    return _SPACES.sub("-", text.strip())


def comment_of(text: str, marker: str) -> dict[str, object]:
    """The body of a comment, which ends with its marker."""
    return {"body": document(text, shown(marker))}


def shown(marker: str) -> str:
    """A marker as it stands in a comment."""
    return marker.strip().removeprefix("<!--").removesuffix("-->").strip()


def _summary(title: str) -> str:
    line = _SPACES.sub(" ", title).strip()
    return line if len(line) <= _LONGEST_SUMMARY else f"{line[: _LONGEST_SUMMARY - 1]}…"
