"""One GitHub issue, with its labels and its whole timeline, as a ticket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gate.adapters.forges.github import accounts
from gate.adapters.part import Part
from gate.domain.facts import Ticket, TicketEvent, TicketEventKind, TicketState
from gate.domain.identity import Identity
from gate.domain.phrases import safe

_FIELDS = ("risk", "type")
"""A label such as `risk: High` or `type: Standard Change` stands for a field, which issues do not have."""
_STATES = {"OPEN": TicketState.OPEN, "CLOSED": TicketState.DONE}
_REFUSING = frozenset({"NOT_PLANNED", "DUPLICATE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The labels that mean approved and rejected, in the policy's order."""

    approved: tuple[str, ...]
    rejected: tuple[str, ...]

    def status(self, labels: Sequence[str], state: str) -> str:
        """What people would call the status: rejected wins over approved, and without either it is the state."""
        present = {_folded(label): label for label in labels}
        decisive = (present.get(_folded(label)) for label in (*self.rejected, *self.approved))
        return next((label for label in decisive if label), state.lower())

    def rejects(self, labels: Sequence[str]) -> bool:
        """Whether one of the labels means rejected."""
        return not set(map(_folded, labels)).isdisjoint(map(_folded, self.rejected))


def key_of(issue: Part) -> str:
    """The key that GitHub answered with."""
    return f"{issue.member('repository').name('nameWithOwner')}#{issue.number('number')}"


def ticket(
    asked_key: str, issue: Part, lists: Mapping[str, Sequence[Part]], rules: Labels
) -> Ticket:
    """Read an issue. `lists` holds all entries of each of its connections."""
    labels = _labels(issue)
    state = issue.name("state")
    reason = issue.name("stateReason") if issue.maybe("stateReason") else ""
    if state not in _STATES:
        raise issue.wrong("OPEN or CLOSED", "state")
    refused = reason in _REFUSING and state == "CLOSED"
    created_at = issue.moment("createdAt")
    return Ticket(
        key=key_of(issue),
        asked_key=asked_key,
        tracker="github",
        project=issue.member("repository").name("nameWithOwner"),
        url=issue.text("url"),
        title=issue.text("title"),
        type=_field(issue, labels, "type"),
        status=rules.status(labels, state),
        state=TicketState.REJECTED if refused or rules.rejects(labels) else _STATES[state],
        reporter=account(issue, "author"),
        created_at=created_at,
        body=issue.text("body"),
        risk=_field(issue, labels, "risk"),
        labels=labels,
        history=tuple(sorted(_history(issue, lists, created_at), key=lambda event: event.at)),
    )


def account(part: Part, name: str) -> Identity | None:
    """Who it is, by numeric id; None for a deleted account."""
    found = part.maybe(name)
    return None if found is None else accounts.actor(found)


def _labels(issue: Part) -> tuple[str, ...]:
    found = issue.member("labels")
    if found.member("pageInfo").flag("hasNextPage"):
        raise issue.asked.missing("too-large", f"{safe(key_of(issue))} has more than 100 labels")
    return tuple(label.name("name") for label in found.items("nodes"))


def _field(issue: Part, labels: Sequence[str], name: str) -> str:
    found = [value for label in labels if (value := _value(label, name))]
    if len(found) > 1:
        raise issue.wrong(
            f"clear: it has two labels `{name}: …` ({safe(', '.join(found))})", "labels"
        )
    return found[0] if found else ""


def _value(label: str, name: str) -> str:
    before, colon, after = label.partition(":")
    return after.strip() if colon and _folded(before) == name else ""


def _history(
    issue: Part, lists: Mapping[str, Sequence[Part]], created_at: datetime
) -> Iterator[TicketEvent]:
    for item in lists["timelineItems"]:
        yield _event(item, issue)
    told = created_at
    for edit in lists["userContentEdits"]:
        at = edit.moment("editedAt")
        told = max(told, at)
        # The first entry of an edited body is its creation.
        if at > created_at:
            yield _edit(at, account(edit, "editor"))
    last = issue.moment_or_none("lastEditedAt") or created_at
    if last > told:
        # The edit is certain even where its entry is hidden.
        yield _edit(last, None)


def _edit(at: datetime, by: Identity | None) -> TicketEvent:
    return TicketEvent(kind=TicketEventKind.EDITED, at=at, by=by, field="body")


def _event(item: Part, issue: Part) -> TicketEvent:
    kind, field, before, after = _what(item, issue)
    return TicketEvent(
        kind=kind,
        at=item.moment("createdAt"),
        by=account(item, "actor"),
        field=field,
        before=before,
        after=after,
    )


def _what(item: Part, issue: Part) -> tuple[TicketEventKind, str, str, str]:
    match item.name("__typename"):
        case "LabeledEvent":
            return _label_event("", item.member("label").name("name"))
        case "UnlabeledEvent":
            return _label_event(item.member("label").name("name"), "")
        case "ClosedEvent":
            return TicketEventKind.STATUS, "state", "open", "closed"
        case "ReopenedEvent":
            return TicketEventKind.STATUS, "state", "closed", "open"
        case "TransferredEvent":
            # The old repository may be hidden, or gone.
            source = item.maybe("fromRepository")
            before = source.name("nameWithOwner") if source else ""
            after = issue.member("repository").name("nameWithOwner")
            return TicketEventKind.MOVED, "repository", before, after
        case "RenamedTitleEvent":
            before, after = item.text("previousTitle"), item.text("currentTitle")
            return TicketEventKind.EDITED, "title", before, after
        case _:
            raise item.wrong("an event that was asked for", "__typename")


def _label_event(before: str, after: str) -> tuple[TicketEventKind, str, str, str]:
    for name in _FIELDS:
        if _value(before or after, name):
            return TicketEventKind.EDITED, name, _value(before, name), _value(after, name)
    return TicketEventKind.STATUS, "label", before, after


def _folded(name: str) -> str:
    return name.strip().casefold()
