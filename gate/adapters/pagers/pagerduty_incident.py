"""One incident of PagerDuty with its log, whose entries nobody can write through the API.

The incident's own `acknowledgements` are emptied whenever its status changes, and expire: they prove nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from gate.adapters.pagers.reading import in_order
from gate.adapters.part import Part
from gate.domain.emergency_facts import EntryKind, Incident, IncidentEntry, IncidentState
from gate.domain.identity import Identity, Kind
from gate.domain.phrases import safe

_STATES = {
    "triggered": IncidentState.OPEN,
    "acknowledged": IncidentState.OPEN,
    "resolved": IncidentState.RESOLVED,
}
_KINDS = {
    "trigger_log_entry": EntryKind.RAISED,
    "acknowledge_log_entry": EntryKind.ACKNOWLEDGED,
    "acknowledgement_log_entry": EntryKind.ACKNOWLEDGED,
    "resolve_log_entry": EntryKind.RESOLVED,
}
"""PagerDuty's description names the acknowledgement in both ways. Another name is no acknowledgement to us."""
_PEOPLE = frozenset({"user", "user_reference"})
_MACHINES = frozenset(
    {
        "bot_user", "bot_user_reference", "event_rule_reference", "inbound_integration_reference", "integration",
        "integration_reference", "service", "service_reference",
    }
)  # fmt: skip
BY_HAND = frozenset(
    {"email", "mobile", "msteams", "phone", "slack", "sms", "voice", "web_trigger", "website"}
)
"""Channels that people use: those that PagerDuty describes for users, and its apps. Whatever is new is none of them."""


def incident_of(part: Part, log: Sequence[Part], asked_key: str) -> Incident:
    """Read the incident. FactMissing when the log is not whole, or is another incident's."""
    status = part.name("status")
    if status not in _STATES:
        raise part.wrong("a status that PagerDuty describes", "status")
    _check_log(part, log)
    return Incident(
        system="pagerduty",
        key=part.name("id"),
        number=str(part.number("incident_number")),
        asked_key=asked_key,
        url=part.text_or_null("html_url"),
        title=part.text("title"),
        state=_STATES[status],
        status=status,
        services=(part.member("service").name("id"),),
        urgency=part.text("urgency"),
        raised_at=part.moment("created_at"),
        entries=in_order(_entry(item, kind) for item in log if (kind := _kind(item))),
    )


def user(part: Part) -> Identity:
    """A person's account, by its id."""
    return Identity(
        system="pagerduty", login="", id=part.name("id"), name=part.text_or_empty("summary")
    )


def _check_log(part: Part, log: Sequence[Part]) -> None:
    for item in log:
        if item.has("incident") and item.member("incident").name("id") != part.name("id"):
            raise part.asked.missing(
                "wrong-object",
                f"the log of {safe(part.name('id'))} came with an entry about another incident, "
                f"{safe(item.member('incident').name('id'))}",
            )
    first = part.member("first_trigger_log_entry").name("id")
    if first not in {item.name("id") for item in log if _kind(item) is EntryKind.RAISED}:
        raise part.wrong("the beginning of its log, which is not whole", "first_trigger_log_entry")


def _kind(item: Part) -> EntryKind | None:
    return _KINDS.get(item.name("type"))


def _entry(item: Part, kind: EntryKind) -> IncidentEntry:
    channel = item.member("channel").text_or_empty("type") if item.has("channel") else ""
    return IncidentEntry(
        kind=kind,
        at=item.moment("created_at"),
        by=_agent(item),
        channel=channel,
        by_hand=channel in BY_HAND,
    )


def _agent(item: Part) -> Identity | None:
    """Who did it: nobody for a machine. What PagerDuty does not name may be anybody, which is not the same."""
    agent = item.maybe("agent")
    type_ = agent.text("type") if agent else ""
    if agent and type_ in _PEOPLE:
        return user(agent)
    if type_ in _MACHINES:
        return None
    return Identity(
        system="pagerduty",
        login="",
        kind=Kind.UNKNOWN,
        name=agent.text_or_empty("summary") if agent else "",
    )
