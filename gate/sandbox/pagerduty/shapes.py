"""Incidents, log entries, notes and schedules as PagerDuty shows them."""

from __future__ import annotations

from typing import Any

from gate.sandbox.pager import Pager, made_up, written_at
from gate.sandbox.world.pagers import PagedIncident, PagerEvent, PagerSchedule
from gate.sandbox.written import Comment

WEB = "https://acme.pagerduty.com"
API = "https://api.pagerduty.com"
ACKS = ("acknowledge_log_entry", "acknowledgement_log_entry")
"""PagerDuty's description names the entry in both ways, so every other one is called the other way."""
_TYPES = {
    "escalated": "escalate_log_entry",
    "expired": "unacknowledge_log_entry",
    "noted": "annotate_log_entry",
    "resolved": "resolve_log_entry",
}
_IMPORTANT = frozenset({*ACKS, "trigger_log_entry", "resolve_log_entry", "escalate_log_entry"})


def incident_id(incident: PagedIncident) -> str:
    """`PT4KHLK`."""
    return incident.id or f"P{made_up('pagerduty', str(incident.number), 6)}"


def schedule_id(schedule: PagerSchedule) -> str:
    """`PSCH001`."""
    return schedule.id or f"P{made_up('pagerduty-schedule', schedule.name, 6)}"


def reference(id_: str, type_: str, summary: str, path: str) -> dict[str, Any]:
    """A short form of something; the type without `_reference`."""
    return {
        "id": id_,
        "type": f"{type_}_reference",
        "summary": summary,
        "self": f"{API}/{path}/{id_}",
        "html_url": f"{WEB}/{path}/{id_}",
    }


def user(pager: Pager, name: str) -> dict[str, Any]:
    """A person, or a machine's account."""
    account = pager.world.accounts[name]
    id_ = account.pagerduty or f"P{made_up('pagerduty-user', name, 6)}"
    type_ = "bot_user" if account.type == "bot" else "user"
    return reference(id_, type_, account.name or name, "users")


def incident_shape(pager: Pager, incident: PagedIncident, zone: str) -> dict[str, Any]:
    """One incident. Its acknowledgements are emptied whenever its status changes."""
    id_ = incident_id(incident)
    events = [entry for entry in incident.history if entry.event not in {"escalated", "noted"}]
    changed = events[-1].at if events else incident.raised_at
    first = f"R{made_up('log', f'{incident.number}/0', 12)}"
    return {
        "id": id_,
        "type": "incident",
        "summary": f"[#{incident.number}] {incident.title}",
        "self": f"{API}/incidents/{id_}",
        "html_url": f"{WEB}/incidents/{id_}",
        "incident_number": incident.number,
        "title": incident.title,
        "created_at": written_at(incident.raised_at, zone),
        "updated_at": written_at(changed, zone),
        "status": incident.status,
        "incident_key": made_up("incident-key", str(incident.number), 32).lower(),
        "service": _service(incident),
        "assignments": [],
        "assigned_via": "escalation_policy",
        "last_status_change_at": written_at(changed, zone),
        "first_trigger_log_entry": {
            "id": first,
            "type": "trigger_log_entry_reference",
            "summary": "Triggered",
            "self": f"{API}/log_entries/{first}",
            "html_url": f"{WEB}/incidents/{id_}/log_entries/{first}",
        },
        "acknowledgements": [
            {"at": written_at(entry.at, zone), "acknowledger": _agent(pager, incident, entry.by)}
            for entry in _standing(incident)
        ],
        "urgency": incident.urgency,
        "teams": [],
        "pending_actions": [],
    }


def log_shapes(
    pager: Pager, incident: PagedIncident, zone: str, *, overview: bool
) -> list[dict[str, Any]]:
    """The log, the newest entry first."""
    begin = _entry(
        pager, incident, 0, type_="trigger_log_entry", at=written_at(incident.raised_at, zone),
        by=incident.raised_by, channel=incident.raised_through,
    )  # fmt: skip
    found, acks = [begin], 0
    for index, event in enumerate(incident.history, start=1):
        type_ = ACKS[acks % 2] if event.event == "acknowledged" else _TYPES[event.event]
        acks += event.event == "acknowledged"
        channel = "timeout" if event.event == "expired" else event.through
        found.append(
            _entry(
                pager,
                incident,
                index,
                type_=type_,
                at=written_at(event.at, zone),
                by=event.by,
                channel=channel,
            )
        )
    return [entry for entry in reversed(found) if not overview or entry["type"] in _IMPORTANT]


def note_shape(pager: Pager, note: Comment, zone: str) -> dict[str, Any]:
    """A note; PagerDuty does not tell whether it came from a page or from the API."""
    return {
        "id": f"P{note.id}",
        "user": user(pager, note.by) if note.by else reference("PAPI", "bot_user", "API", "users"),
        "channel": {"summary": "The PagerDuty website or APIs"},
        "content": note.body,
        "created_at": written_at(note.at, zone),
        "updated_at": written_at(note.at, zone),
    }


def schedule_shape(pager: Pager, schedule: PagerSchedule) -> dict[str, Any]:
    """One schedule, without its layers."""
    return {
        **reference(schedule_id(schedule), "schedule", schedule.name, "schedules"),
        "type": "schedule",
        "name": schedule.name,
        "time_zone": "America/New_York",
        "description": "",
        "escalation_policies": [],
        "users": [user(pager, name) for name in dict.fromkeys(s.who for s in schedule.shifts)],
    }


def _standing(incident: PagedIncident) -> list[PagerEvent]:
    """Acknowledgements that hold now."""
    found: list[PagerEvent] = []
    for entry in incident.history:
        if entry.event in {"expired", "resolved"}:
            found = []
        elif entry.event == "acknowledged":
            found.append(entry)
    return found


def _entry(
    pager: Pager, incident: PagedIncident, index: int, *,
    type_: str, at: str, by: str | None, channel: str,
) -> dict[str, Any]:  # fmt: skip
    id_ = f"R{made_up('log', f'{incident.number}/{index}', 12)}"
    return {
        "id": id_,
        "type": type_,
        "summary": f"{type_.removesuffix('_log_entry')} through {channel}",
        "self": f"{API}/log_entries/{id_}",
        "html_url": f"{WEB}/incidents/{incident_id(incident)}/log_entries/{id_}",
        "created_at": at,
        "agent": _agent(pager, incident, by),
        "channel": {"type": channel},
        "service": _service(incident),
        "incident": reference(
            incident_id(incident), "incident", f"[#{incident.number}] {incident.title}", "incidents"
        ),
        "teams": [],
        "contexts": [],
    }


def _agent(pager: Pager, incident: PagedIncident, by: str | None) -> dict[str, Any]:
    return user(pager, by) if by else _service(incident)


def _service(incident: PagedIncident) -> dict[str, Any]:
    return reference(incident.service, "service", incident.service, "services")
