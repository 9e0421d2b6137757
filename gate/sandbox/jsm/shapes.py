"""Alerts, their logs and on-call schedules as JSM Operations shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from gate.sandbox.pager import Pager
from gate.sandbox.world.git import digest
from gate.sandbox.world.pagers import PagedIncident, PagerSchedule
from gate.sandbox.written import Comment

_VIA = {"website": "web", "api": "API"}
_LOGS = {
    "acknowledged": "Alert acknowledged",
    "expired": "Alert unacknowledged",
    "resolved": "Alert closed",
    "escalated": "Alert escalated to next",
    "noted": "Note added to alert",
}


def uuid(kind: str, name: str) -> str:
    """An id in Atlassian's form."""
    return str(UUID(digest(kind, name)[:32]))


def alert_id(incident: PagedIncident) -> str:
    """`9b251e07-73c9-4907-9996-8cb53a6a20d0-1704440650350`: an id, and when it began."""
    milliseconds = int(incident.raised_at.timestamp() * 1000)
    return f"{uuid('alert', str(incident.number))}-{milliseconds}"


def schedule_id(schedule: PagerSchedule) -> str:
    """The world's own id where it has this form."""
    return schedule.id if len(schedule.id) == 36 else uuid("schedule", schedule.name)


def account_id(pager: Pager, name: str) -> str:
    """A person, as everywhere at Atlassian."""
    return pager.world.accounts[name].jira or f"712020:{uuid('account', name)}"


def alert_shape(incident: PagedIncident) -> dict[str, Any]:
    """One alert, in full."""
    last = max([incident.raised_at, *(entry.at for entry in incident.history)])
    return {
        "id": alert_id(incident),
        "tinyId": str(incident.number),
        "alias": f"alias-{incident.number}",
        "message": incident.title,
        "description": "",
        "status": "closed" if incident.status == "resolved" else "open",
        "acknowledged": incident.status == "acknowledged",
        "seen": True,
        "snoozed": False,
        "count": 1,
        "tags": [],
        "actions": [],
        "priority": "P1" if incident.urgency == "high" else "P3",
        "source": "monitoring",
        "owner": "",
        "entity": incident.service,
        "responders": [{"id": uuid("team", "payments"), "type": "team"}],
        "integrationName": "Default API",
        "integrationType": "API",
        "extraProperties": {},
        "createdAt": stamp(incident.raised_at),
        "updatedAt": stamp(last),
        "lastOccuredAt": stamp(incident.raised_at),
    }


def log_shapes(pager: Pager, incident: PagedIncident) -> list[dict[str, Any]]:
    """The activity log, the newest entry first. What a machine did is the system's."""
    found = [
        _log(
            pager, "Alert created", incident.raised_at, incident.raised_by, incident.raised_through
        )
    ]
    for entry in incident.history:
        found.append(_log(pager, _LOGS[entry.event], entry.at, entry.by, entry.through))
    return found[::-1]


def note_shape(pager: Pager, note: Comment) -> dict[str, Any]:
    """A note."""
    owner = account_id(pager, note.by) if note.by else "API"
    shown = stamp(note.at)
    return {
        "id": str(note.id),
        "note": note.body,
        "owner": owner,
        "createdAt": shown,
        "updatedAt": shown,
    }


def schedule_shape(schedule: PagerSchedule) -> dict[str, Any]:
    """One schedule, without its rotations."""
    return {
        "id": schedule_id(schedule),
        "name": schedule.name,
        "description": "",
        "timezone": "America/New_York",
        "enabled": True,
        "teamId": uuid("team", "payments"),
    }


def stamp(at: datetime) -> str:
    """A time as JSM Operations writes it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _owner(pager: Pager, name: str) -> str:
    account = pager.world.accounts[name]
    return account.email if pager.world.pager.owners == "email" else account_id(pager, name)


def _log(pager: Pager, text: str, at: datetime, by: str | None, through: str) -> dict[str, Any]:
    return {
        "log": f"{text} via {_VIA.get(through, through)}",
        "logTime": stamp(at),
        "logType": "system",
        "owner": _owner(pager, by) if by else "System",
    }
