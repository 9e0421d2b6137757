"""Incidents, escalations and schedules as incident.io shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from gate.sandbox.pager import Pager, made_up
from gate.sandbox.world.pagers import PagedIncident, PagerSchedule, Shift

_CATEGORIES = {"triggered": "live", "acknowledged": "live", "resolved": "closed"}
_FOR_EVER = datetime(2099, 1, 1, tzinfo=UTC)


def ulid(kind: str, name: str) -> str:
    """An id in incident.io's form: 26 digits and capital letters."""
    return f"01{made_up(kind, name, 24)}"


def incident_id(incident: PagedIncident) -> str:
    """`01FDAG4SAP5TYPT98WGR2N7W91`; the world's own id is PagerDuty's."""
    return ulid("incident", str(incident.number))


def schedule_id(schedule: PagerSchedule) -> str:
    """The world's own id where it has this form."""
    return schedule.id if len(schedule.id) == 26 else ulid("schedule", schedule.name)


def user(pager: Pager, name: str) -> dict[str, Any]:
    """A person."""
    account = pager.world.accounts[name]
    return {
        "id": account.incident_io or ulid("user", name),
        "name": account.name or name,
        "email": account.email or f"{name}@acme.example",
        "role": "owner",
    }


def incident_shape(pager: Pager, incident: PagedIncident) -> dict[str, Any]:
    """One incident, in full."""
    return {
        "id": incident_id(incident),
        "reference": f"INC-{incident.number}",
        "name": incident.title,
        "mode": incident.mode,
        "visibility": "public",
        "created_at": stamp(incident.raised_at),
        "updated_at": stamp(changed(incident)),
        "creator": _creator(pager, incident),
        "permalink": f"https://app.incident.io/acme/incidents/{incident.number}",
        "slack_channel_id": "C02AW36C1M5",
        "slack_team_id": "T02A1FSLE8J",
        "incident_status": {
            "id": ulid("status", _category(incident)),
            "name": _category(incident).capitalize(),
            "description": "",
            "rank": 1,
            "category": _category(incident),
            "created_at": stamp(incident.raised_at),
            "updated_at": stamp(incident.raised_at),
        },
        "severity": _severity(incident),
        "incident_role_assignments": [],
        "custom_field_entries": [_affected(incident)],
    }


def escalation_shape(pager: Pager, incident: PagedIncident) -> dict[str, Any]:
    """The escalation that paged people for an incident. Machines cannot acknowledge one."""
    events: list[tuple[str, datetime, str | None]] = [("triggered", incident.raised_at, None)]
    for entry in incident.history:
        if entry.event == "acknowledged" and entry.by and _is_person(pager, entry.by):
            events.append(("acked", entry.at, entry.by))
        elif entry.event in {"expired", "resolved"}:
            events.append((entry.event, entry.at, None))
    kind = {"triggered": "triggered", "acknowledged": "acked", "resolved": "resolved"}
    return {
        "id": ulid("escalation", str(incident.number)),
        "title": incident.title,
        "status": kind[incident.status],
        "created_at": stamp(incident.raised_at),
        "updated_at": stamp(changed(incident)),
        "creator": _creator(pager, incident),
        "priority": {"name": "P1"},
        "events": [
            {
                "id": ulid("event", f"{incident.number}/{index}"),
                "event": event,
                "occurred_at": stamp(at),
                **({"users": [user(pager, by)]} if by else {}),
            }
            for index, (event, at, by) in enumerate(events)
        ],
        "related_alerts": [],
        "related_incidents": [
            {
                "id": incident_id(incident),
                "external_id": incident.number,
                "name": incident.title,
                "reference": f"INC-{incident.number}",
                "status_category": "active",
                "visibility": "public",
            }
        ],
    }


def schedule_shape(pager: Pager, schedule: PagerSchedule) -> dict[str, Any]:
    """One schedule."""
    return {
        "id": schedule_id(schedule),
        "name": schedule.name,
        "timezone": "America/New_York",
        "annotations": {},
        "team_ids": [],
        "permalink": f"https://app.incident.io/acme/on-call/schedules/{schedule_id(schedule)}",
        "created_at": stamp(pager.world.now),
        "updated_at": stamp(pager.world.now),
    }


def entry_shape(pager: Pager, schedule: PagerSchedule, shift: Shift) -> dict[str, Any]:
    """One shift. incident.io knows none without an end."""
    start = shift.from_ or datetime(2020, 1, 1, tzinfo=UTC)
    return {
        "fingerprint": ulid("shift", f"{schedule.name}/{shift.who}/{start}"),
        "rotation_id": ulid("rotation", schedule.name),
        "start_at": stamp(start),
        "end_at": stamp(shift.to or _FOR_EVER),
        "user": user(pager, shift.who),
    }


def stamp(at: datetime) -> str:
    """A time as incident.io writes it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def changed(incident: PagedIncident) -> datetime:
    """When anything happened to it last."""
    return max([incident.raised_at, *(entry.at for entry in incident.history)])


def _category(incident: PagedIncident) -> str:
    return incident.category or _CATEGORIES[incident.status]


def _is_person(pager: Pager, name: str) -> bool:
    return pager.world.accounts[name].type == "user"


def _creator(pager: Pager, incident: PagedIncident) -> dict[str, Any]:
    if incident.raised_by is None:
        return {"alert": {"id": ulid("alert", str(incident.number)), "title": incident.title}}
    if incident.raised_through == "api":
        return {"api_key": {"id": ulid("key", incident.raised_by), "name": "Automation"}}
    return {"user": user(pager, incident.raised_by)}


def _severity(incident: PagedIncident) -> dict[str, Any]:
    return {
        "id": ulid("severity", incident.urgency),
        "name": "Major" if incident.urgency == "high" else "Minor",
        "description": "",
        "rank": 1,
        "created_at": stamp(incident.raised_at),
        "updated_at": stamp(incident.raised_at),
    }


def _affected(incident: PagedIncident) -> dict[str, Any]:
    """The custom field in which people say what is affected."""
    return {
        "custom_field": {
            "id": ulid("field", "services"),
            "name": "Affected services",
            "description": "",
            "field_type": "multi_select",
            "options": [],
        },
        "values": [
            {
                "value_catalog_entry": {
                    "id": ulid("service", incident.service),
                    "name": incident.service,
                    "external_id": incident.service,
                }
            }
        ],
    }
