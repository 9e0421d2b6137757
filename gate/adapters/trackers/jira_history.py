"""A changelog of Jira as ticket events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gate.adapters.part import Part
from gate.adapters.trackers.jira_people import account
from gate.adapters.trackers.moments import moment_of
from gate.domain.facts import TicketEvent, TicketEventKind
from gate.domain.identity import Identity

LONGEST = 2000
"""Of a text before and after an edit; the whole of it says nothing more about the approval."""

_CUSTOM = "customfield_"


def events(entries: Iterable[Part], spelled: Mapping[str, str]) -> tuple[TicketEvent, ...]:
    """Every change, the oldest first. `spelled` has the policy's spelling of field names, by their folded form."""
    ordered = sorted(entries, key=lambda entry: (moment_of(entry, "created"), _order(entry)))
    return tuple(event for entry in ordered for event in _of_entry(entry, spelled))


def entry_id(entry: Part) -> str:
    """What tells two entries apart."""
    return entry.name("id")


def _order(entry: Part) -> tuple[int, str]:
    id_ = entry_id(entry)
    return (int(id_), "") if id_.isascii() and id_.isdigit() and len(id_) < 30 else (0, id_)


def _of_entry(entry: Part, spelled: Mapping[str, str]) -> Iterator[TicketEvent]:
    by = account(entry, "author")
    for item in entry.items("items"):
        yield _event(entry, item, by, spelled)


def _event(entry: Part, item: Part, by: Identity | None, spelled: Mapping[str, str]) -> TicketEvent:
    shown, id_ = item.name("field"), item.text_or_empty("fieldId")
    kind = _kind(item, shown, id_)
    if kind is TicketEventKind.STATUS:
        # Without either, a step out of an approved status could look like none, or one within them like a new approval.
        before, after = item.name("fromString"), item.name("toString")
    elif (id_ or shown) == "labels":
        before, after = item.text("fromString"), item.text("toString")
    else:
        before, after = _short(item, "fromString"), _short(item, "toString")
    name = id_ if id_ and not id_.startswith(_CUSTOM) else shown
    return TicketEvent(
        kind=kind,
        at=moment_of(entry, "created"),
        by=by,
        field=spelled.get(name.casefold(), name),
        before=before,
        after=after,
    )


def _kind(item: Part, shown: str, id_: str) -> TicketEventKind:
    """What the change is about, by the field's id: anybody who may add fields can call one of them `status`."""
    system = id_ or (shown if _is_system(item, shown) else "")
    if system == "status":
        return TicketEventKind.STATUS
    if system in {"project", "Key"}:
        return TicketEventKind.MOVED
    return TicketEventKind.EDITED


def _is_system(item: Part, shown: str) -> bool:
    """Whether a field without an id is one of Jira's own. It has to say so where an approval depends on it."""
    if shown not in {"status", "project", "Key"}:
        return False
    kind = item.name("fieldtype")
    if kind not in {"jira", "custom"}:
        raise item.wrong("jira or custom", "fieldtype")
    return kind == "jira"


def _short(item: Part, name: str) -> str:
    text = item.text_or_empty(name)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
