"""One alert of JSM Operations, and what its activity log says in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from gate.adapters.pagers.jsm_people import is_account, unknown
from gate.adapters.pagers.reading import in_order
from gate.adapters.part import Part
from gate.domain.emergency_facts import EntryKind, Incident, IncidentEntry, IncidentState
from gate.domain.identity import Identity

_STATES = {"open": IncidentState.OPEN, "closed": IncidentState.RESOLVED}
_LOG = re.compile(r"Alert (created|acknowledged|closed)(?: via (.+))?", re.IGNORECASE)
"""The whole text, since people can write the rest of a longer one."""
_KINDS = {
    "created": EntryKind.RAISED,
    "acknowledged": EntryKind.ACKNOWLEDGED,
    "closed": EntryKind.RESOLVED,
}
BY_HAND = frozenset(
    {"android", "ios", "iphone", "mobile", "msteams", "phone", "slack", "sms", "voice", "web"}
)
"""Channels that people use. Whatever is not named here is none: `API[…]` takes any name for its user."""


def incident_of(
    part: Part, log: Sequence[Part], asked_key: str, owners: Callable[[str], Identity]
) -> Incident:
    """Read the alert with its log. `owners` finds accounts. FactMissing when something is not as it should be."""
    status = part.name("status")
    if status not in _STATES:
        raise part.wrong("a status that JSM Operations describes", "status")
    entries = [entry for item in log for entry in _entries(item, owners)]
    if all(entry.kind is not EntryKind.RAISED for entry in entries):
        entries.append(_beginning(part))
    return Incident(
        system="jsm",
        key=part.name("id"),
        number=part.name("tinyId"),
        asked_key=asked_key,
        title=part.text("message"),
        state=_STATES[status],
        status=status,
        services=tuple(dict.fromkeys(_services(part))),
        urgency=part.text_or_empty("priority"),
        raised_at=part.moment("createdAt"),
        entries=in_order(entries),
    )


def owners_of(log: Sequence[Part]) -> tuple[str, ...]:
    """Every text in the log that stands for an account, once."""
    told = (item.text_or_empty("owner").strip() for item in log if _said(item))
    return tuple(dict.fromkeys(owner for owner in told if is_account(owner)))


def _said(item: Part) -> re.Match[str] | None:
    return _LOG.fullmatch(item.text("log").strip())


def _entries(item: Part, owners: Callable[[str], Identity]) -> Iterator[IncidentEntry]:
    if said := _said(item):
        channel = (said[2] or "").strip()
        by_hand = channel.partition("[")[0].strip().casefold() in BY_HAND
        yield IncidentEntry(
            kind=_KINDS[said[1].casefold()],
            at=item.moment("logTime"),
            by=_by(item.text_or_empty("owner").strip(), by_hand, owners),
            channel=channel,
            by_hand=by_hand,
        )


def _by(owner: str, by_hand: bool, owners: Callable[[str], Identity]) -> Identity | None:
    """A name that is no account is a machine's, unless the channel is one of people: then nobody knows whose."""
    if is_account(owner):
        return owners(owner)
    return unknown(owner) if by_hand else None


def _beginning(part: Part) -> IncidentEntry:
    """A log that says nothing of the beginning: an integration raised it, or nobody knows who.

    What people raise on the page comes in through the default API as well.
    """
    integration = part.text_or_empty("integrationType").strip()
    known = integration.casefold() not in {"", "api"}
    return IncidentEntry(
        kind=EntryKind.RAISED,
        at=part.moment("createdAt"),
        by=None if known else unknown(""),
        channel=integration,
        by_hand=False,
    )


def _services(part: Part) -> Iterator[str]:
    """What it is about, and the teams that must look after it."""
    yield from filter(None, (part.text_or_empty("entity"), part.text_or_empty("ownerTeamId")))
    if part.has("responders"):
        for responder in part.items("responders"):
            if responder.text_or_empty("type") == "team":
                yield responder.name("id")
