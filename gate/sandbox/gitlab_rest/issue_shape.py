"""Issues in GitLab's shape. Their types are a few that GitLab knows; any other is written as a label."""

from __future__ import annotations

from datetime import datetime

from gate.sandbox.gitlab_rest.forge import GitLab, moment
from gate.sandbox.gitlab_rest.people import Shape, named, somebody
from gate.sandbox.world.git import number
from gate.sandbox.world.tickets import Issue


def issue_shape(gitlab: GitLab, found: Issue) -> Shape:
    """An `Issue`."""
    api = gitlab.api(f"/projects/{gitlab.project_id(found.repository)}")
    closed = [event for event in found.history if event.event == "closed"]
    is_closed = found.state == "closed"
    at = closed[-1].at if closed else updated_at(found)
    short = f"#{found.number}"
    return {
        "id": issue_id(found),
        "iid": found.number,
        "project_id": gitlab.project_id(found.repository),
        "title": found.title,
        "description": found.body or None,
        "state": "closed" if is_closed else "opened",
        "created_at": moment(found.created),
        "updated_at": moment(updated_at(found)),
        "closed_at": moment(at) if is_closed else None,
        "closed_by": named(gitlab, closed[-1].by if closed and is_closed else None),
        "labels": labels(found),
        "milestone": None,
        "assignees": [named(gitlab, name) for name in found.assignees],
        "author": somebody(gitlab, found.author),
        "type": "ISSUE",
        "assignee": named(gitlab, found.assignees[0]) if found.assignees else None,
        "user_notes_count": len(gitlab.written.comments(found.name)),
        "merge_requests_count": 0,
        "upvotes": 0,
        "downvotes": 0,
        "due_date": found.due or None,
        "confidential": False,
        "discussion_locked": None,
        "issue_type": "issue",
        "web_url": gitlab.web(f"/-/issues/{found.number}", found.repository),
        "time_stats": {
            "time_estimate": 0,
            "total_time_spent": 0,
            "human_time_estimate": None,
            "human_total_time_spent": None,
        },
        "task_completion_status": {"count": 0, "completed_count": 0},
        "has_tasks": False,
        "_links": {
            "self": f"{api}/issues/{found.number}",
            "notes": f"{api}/issues/{found.number}/notes",
            "award_emoji": f"{api}/issues/{found.number}/award_emoji",
            "project": api,
            "closed_as_duplicate_of": f"{api}/issues/1"
            if is_closed and found.state_reason == "duplicate"
            else None,
        },
        "references": {
            "short": short,
            "relative": short,
            "full": f"{found.repository}{short}",
        },
        "severity": "UNKNOWN",
        "moved_to_id": None,
        "imported": False,
        "imported_from": "none",
        "service_desk_reply_to": None,
    }


def labels(found: Issue) -> list[str]:
    """Its labels, with its type as a scoped one."""
    typed = [f"type::{found.type}"] if found.type else []
    return sorted([*found.labels, *typed])


def issue_id(found: Issue) -> int:
    """Its number among those of all projects."""
    return found.id or number("issue", found.name)


def updated_at(found: Issue) -> datetime:
    """When anything last happened to it."""
    return max([found.created, *(event.at for event in found.history)])
