"""One GitLab issue, with who put which label on it and what was edited, as a ticket."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gate.adapters.forges.gitlab import accounts
from gate.adapters.part import Part
from gate.adapters.trackers.github_issue import Labels
from gate.domain.facts import Ticket, TicketEvent, TicketEventKind, TicketState
from gate.domain.identity import Identity
from gate.domain.phrases import safe

_STATES = {"opened": TicketState.OPEN, "closed": TicketState.DONE}
_DELETED = "(a label that was deleted)"
_FIELD = re.compile(r"(?P<name>risk|type)\s*::?\s*(?P<value>.*\S)\s*", re.IGNORECASE)
"""`risk: High`, or as a scoped label `risk::High`: issues have no such fields."""
_EDITED = {
    "body": re.compile(r"changed the description|marked the (?:checklist|task) item .*", re.DOTALL),
    "title": re.compile(r"changed title from .*", re.DOTALL),
}
_MOVED = re.compile(r"moved from (?P<before>\S+)#[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An issue and the three lists that tell its history."""

    issue: Part
    labels: Sequence[Part]
    states: Sequence[Part]
    notes: Sequence[Part]


def key_of(issue: Part) -> str:
    """The key that GitLab answered with: `group/name#12`."""
    return issue.member("references").name("full")


def ticket(asked_key: str, found: Found, rules: Labels) -> Ticket:
    """Read an issue. Its labels are its approval, told by the events that put them on."""
    issue = found.issue
    key, labels = key_of(issue), _texts(issue, "labels")
    state = issue.name("state")
    if state not in _STATES:
        raise issue.wrong("opened or closed", "state")
    duplicate = issue.member("_links").has("closed_as_duplicate_of") and state == "closed"
    refused = duplicate or rules.rejects(labels)
    return Ticket(
        key=key,
        asked_key=asked_key,
        tracker="gitlab",
        project=key.rpartition("#")[0],
        url=issue.name("web_url"),
        title=issue.text("title"),
        type=_field(issue, labels, "type") or issue.text_or_empty("issue_type"),
        status=rules.status(labels, state),
        state=TicketState.REJECTED if refused else _STATES[state],
        reporter=_known(issue.maybe("author")),
        created_at=issue.moment("created_at"),
        body=issue.text_or_null("description"),
        risk=_field(issue, labels, "risk"),
        labels=labels,
        history=tuple(sorted(_history(found, key), key=lambda event: event.at)),
    )


def _history(found: Found, key: str) -> Iterator[TicketEvent]:
    yield from map(_label_event, found.labels)
    yield from map(_state_event, found.states)
    for note in found.notes:
        # Anybody can write such a text as a comment; only GitLab can write it as a note of the system.
        if note.flag("system"):
            yield from _note_event(note, key)


def _label_event(event: Part) -> TicketEvent:
    action, label = event.name("action"), event.maybe("label")
    if action not in {"add", "remove"}:
        raise event.wrong("add or remove", "action")
    name = label.name("name") if label else _DELETED
    before, after = ("", name) if action == "add" else (name, "")
    field = _FIELD.fullmatch(name)
    if field is None:
        return _event(event, TicketEventKind.STATUS, "user", "label", before, after)
    values = (field["value"] if text else "" for text in (before, after))
    return _event(event, TicketEventKind.EDITED, "user", field["name"].lower(), *values)


def _state_event(event: Part) -> TicketEvent:
    after = event.name("state")
    before = {"closed": "open", "reopened": "closed"}.get(after)
    if before is None:
        raise event.wrong("closed or reopened", "state")
    now = "closed" if after == "closed" else "open"
    return _event(event, TicketEventKind.STATUS, "user", "state", before, now)


def _note_event(note: Part, key: str) -> Iterator[TicketEvent]:
    body = note.text("body").strip()
    if moved := _MOVED.fullmatch(body):
        project = key.rpartition("#")[0]
        yield _event(note, TicketEventKind.MOVED, "author", "project", moved["before"], project)
    for field, form in _EDITED.items():
        if form.fullmatch(body):
            yield _event(note, TicketEventKind.EDITED, "author", field)


def _event(
    part: Part, kind: TicketEventKind, who: str, field: str, before: str = "", after: str = ""
) -> TicketEvent:
    return TicketEvent(
        kind=kind,
        at=part.moment("created_at"),
        by=_known(part.maybe(who)),
        field=field,
        before=before,
        after=after,
    )


def _known(found: Part | None) -> Identity | None:
    """None for a deleted account, of which nobody can say whose it was."""
    who = accounts.user(found)
    return who if who.login else None


def _texts(issue: Part, name: str) -> tuple[str, ...]:
    found = [item.value for item in issue.items(name)]
    if not all(isinstance(text, str) for text in found):
        raise issue.wrong("a list of texts", name)
    return tuple(str(text) for text in found)


def _field(issue: Part, labels: Sequence[str], name: str) -> str:
    found = [
        match["value"]
        for label in labels
        if (match := _FIELD.fullmatch(label)) and match["name"].lower() == name
    ]
    if len(found) > 1:
        raise issue.wrong(
            f"clear: it has two labels for {name} ({safe(', '.join(found))})", "labels"
        )
    return found[0] if found else ""
