"""One incident of incident.io, and who acknowledged it.

What counts is the event `acked` of an escalation that belongs to the incident: incident.io itself writes who and when,
on its own clock, and no route of the API acknowledges. Being made the lead has no time, and an update says nothing of
having taken the incident over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gate.adapters.pagers.reading import in_order
from gate.adapters.part import Part
from gate.domain.emergency_facts import EntryKind, Incident, IncidentEntry, IncidentState
from gate.domain.identity import Identity, Kind

_TESTS = frozenset({"test", "tutorial", "retrospective"})
_OPEN = frozenset({"triage", "live"})
_OVER = frozenset({"paused", "learning", "closed", "merged", "declined", "canceled"})
"""Nobody works on a paused incident, so nothing burns that could not wait for a review."""
_MACHINES = ("workflow", "alert", "api_key")


def incident_of(part: Part, escalations: Sequence[Part], asked_key: str) -> Incident:
    """Read the incident with those of the escalations that are about it."""
    id_, reference = part.name("id"), part.name("reference")
    about = (item for item in escalations if _is_about(item, id_))
    entries = (_raised(part), *(entry for item in about for entry in _acknowledgements(item)))
    return Incident(
        system="incident_io",
        key=id_,
        number=reference.rpartition("-")[2],
        asked_key=asked_key,
        url=part.text_or_empty("permalink"),
        title=part.text("name"),
        state=_state(part),
        status=part.member("incident_status").name("name"),
        services=tuple(dict.fromkeys(_services(part))),
        urgency=part.member("severity").text("name") if part.has("severity") else "",
        raised_at=part.moment("created_at"),
        entries=in_order(entries),
    )


def user(part: Part) -> Identity:
    """A person's account, by its id."""
    return Identity(
        system="incident_io", login="", id=part.name("id"), name=part.text_or_empty("name")
    )


def _state(part: Part) -> IncidentState:
    mode, status = part.name("mode"), part.member("incident_status")
    category = status.name("category")
    if mode != "standard" and mode not in _TESTS:
        raise part.wrong("a mode that incident.io describes", "mode")
    if category not in _OPEN | _OVER:
        raise status.wrong("a category that incident.io describes", "category")
    if mode in _TESTS:
        return IncidentState.TEST
    return IncidentState.OPEN if category in _OPEN else IncidentState.RESOLVED


def _raised(part: Part) -> IncidentEntry:
    creator = part.member("creator")
    machine = next((name for name in _MACHINES if creator.has(name)), "")
    by: Identity | None = None
    if creator.has("user"):
        by, machine = user(creator.member("user")), ""
    elif not machine:
        # Nobody is named, so it may have been anybody.
        by = Identity(system="incident_io", login="", kind=Kind.UNKNOWN)
    return IncidentEntry(
        kind=EntryKind.RAISED,
        at=part.moment("created_at"),
        by=by,
        channel=machine or "user",
        by_hand=creator.has("user"),
    )


def _is_about(escalation: Part, id_: str) -> bool:
    return any(item.name("id") == id_ for item in escalation.items("related_incidents"))


def _acknowledgements(escalation: Part) -> Iterator[IncidentEntry]:
    for event in escalation.items("events"):
        if event.name("event") == "acked" and event.has("users"):
            for person in event.items("users"):
                yield IncidentEntry(
                    kind=EntryKind.ACKNOWLEDGED,
                    at=event.moment("occurred_at"),
                    by=user(person),
                    channel="escalation",
                )


def _services(part: Part) -> Iterator[str]:
    """Names and ids of what the custom fields say whose own name speaks of services."""
    for entry in part.items("custom_field_entries"):
        if "service" not in entry.member("custom_field").name("name").casefold():
            continue
        for value in entry.items("values"):
            if value.has("value_catalog_entry"):
                item = value.member("value_catalog_entry")
                told = (item.name("name"), item.name("id"), item.text_or_empty("external_id"))
                yield from filter(None, told)
            if value.has("value_option"):
                option = value.member("value_option")
                yield from (option.name("value"), option.name("id"))
