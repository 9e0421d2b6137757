"""Issues with their labels, edits and history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gate.sandbox.github.forge import WEB
from gate.sandbox.github.issues import event_id, issue_id, updated_at
from gate.sandbox.github_graphql.actors import actor
from gate.sandbox.github_graphql.comments import comments_of
from gate.sandbox.github_graphql.nodes import Node, connection
from gate.sandbox.github_graphql.pull_requests import label_node
from gate.sandbox.github_graphql.schema import Schema
from gate.sandbox.github_graphql.timelines import timeline
from gate.sandbox.world.tickets import Issue, IssueEvent

_TYPES = {
    "labeled": "LabeledEvent",
    "unlabeled": "UnlabeledEvent",
    "renamed": "RenamedTitleEvent",
    "closed": "ClosedEvent",
    "reopened": "ReopenedEvent",
    "transferred": "TransferredEvent",
}


def issue_node(schema: Schema, issue: Issue) -> Node:
    """An Issue."""
    edits = _edits(issue)
    events = [
        (event.at, _event(schema, issue, event)) for event in issue.history if event.event in _TYPES
    ]
    closed = [event.at for event in issue.history if event.event == "closed"]
    is_closed = issue.state == "closed"
    return Node(
        "Issue",
        {
            "id!": f"I_{issue_id(issue)}",
            "databaseId": issue_id(issue),
            "number!": issue.number,
            "title!": issue.title,
            "body!": issue.body,
            "bodyText!": issue.body,
            "url!": f"{WEB}/{issue.repository}/issues/{issue.number}",
            "state!": issue.state.upper(),
            "stateReason": issue.state_reason.upper() if issue.state_reason else None,
            "closed!": is_closed,
            "closedAt": (closed or [updated_at(issue)])[-1] if is_closed else None,
            "createdAt!": issue.created,
            "updatedAt!": updated_at(issue),
            "author": actor(schema.github, issue.author),
            "lastEditedAt": edits[0][0] if edits else None,
            "includesCreatedEdit!": bool(edits),
            "repository!": lambda _: schema.repository(issue.repository),
            "labels": lambda arguments: connection(
                "LabelConnection", issue.labels, label_node, arguments
            ),
            "comments!": lambda arguments: comments_of(
                schema.github,
                issue.name,
                f"{WEB}/{issue.repository}/issues/{issue.number}",
                arguments,
            ),
            "userContentEdits": lambda arguments: connection(
                "UserContentEditConnection", edits, lambda edit: _edit(schema, *edit), arguments
            ),
            "timelineItems!": lambda arguments: timeline(
                "IssueTimelineItemsConnection", events, arguments
            ),
        },
    )


def _edits(issue: Issue) -> list[tuple[datetime, str | None]]:
    """Edits of the text, newest first. The first edit brings an entry for the creation with it."""
    edits = [(event.at, event.by) for event in issue.history if event.event == "edited"]
    created = (issue.created, issue.author)
    return sorted([*edits, created], key=lambda edit: edit[0], reverse=True) if edits else []


def _edit(schema: Schema, at: datetime, by: str | None) -> Node:
    return Node(
        "UserContentEdit",
        {
            "id!": f"UCE_{at:%s}",
            "createdAt!": at,
            "editedAt!": at,
            "updatedAt!": at,
            "deletedAt": None,
            "editor": actor(schema.github, by),
            "diff": None,
        },
    )


def _event(schema: Schema, issue: Issue, event: IssueEvent) -> Node:
    fields: dict[str, Any] = {
        "id!": f"EV_{event_id(issue, event)}",
        "createdAt!": event.at,
        "actor": actor(schema.github, event.by),
    }
    match event.event:
        case "labeled" | "unlabeled":
            fields["label!"] = label_node(event.label)
        case "renamed":
            fields |= {"previousTitle!": event.from_, "currentTitle!": event.to}
        case "closed":
            fields["stateReason"] = "NOT_PLANNED" if issue.state_reason == "not_planned" else None
        case "transferred":
            # The old repository is usually out of the token's sight.
            fields["fromRepository"] = None
    return Node(_TYPES[event.event], fields)
