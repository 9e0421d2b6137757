"""Whether a change looks like what a `when` of the policy describes, as far as the facts tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gate.domain.derived import JudgedTickets, ScopedChange
from gate.domain.facts import Ticket
from gate.domain.missing import Missing
from gate.domain.phrases import counted, listed, safe
from gate.domain.policy.people import Condition
from gate.domain.scope import paths_of


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether something holds, and why; `holds` is None when a missing fact keeps it from being told."""

    holds: bool | None
    why: str


@dataclass(frozen=True, slots=True)
class Scene:
    """What a condition is held against: the change in scope, and its tickets."""

    change: ScopedChange
    tickets: JudgedTickets | Missing


def describes_all(condition: Condition, scene: Scene, *, labels_on_all: bool) -> Finding:
    """Whether the condition describes the whole change: every file and every ticket, as a change type needs it.

    With `labels_on_all` every merge request must carry one of the labels, itself or on its tickets; else one is enough.
    """
    return _all_of(
        [
            *([_every_path(condition, scene)] if condition.paths else []),
            *([_every_ticket(condition, scene)] if condition.ticket else []),
            *([_labelled(condition, scene, everywhere=labels_on_all)] if condition.labels else []),
            *_lines(condition, scene),
        ]
    )


def describes_any(condition: Condition, scene: Scene) -> Finding:
    """Whether the condition describes a part of the change: any file, any ticket, as a risk class needs it."""
    return _all_of(
        [
            *([_any_path(condition, scene)] if condition.paths else []),
            *([_any_ticket(condition, scene)] if condition.ticket else []),
            *([_labelled(condition, scene, everywhere=False)] if condition.labels else []),
            *_lines(condition, scene),
        ]
    )


def _all_of(findings: Sequence[Finding]) -> Finding:
    """All must hold. One that does not settles it, whatever the unknown ones are; nothing at all is not a yes."""
    for verdict in (False, None):
        if whys := [finding.why for finding in findings if finding.holds is verdict]:
            return Finding(verdict, listed(whys))
    return Finding(bool(findings), listed([finding.why for finding in findings] or ["nothing"]))


_NO_FILES = Finding(None, "the changed files could not be listed")


def _every_path(condition: Condition, scene: Scene) -> Finding:
    files = scene.change.files
    if files is None:
        return _NO_FILES
    paths = [path for file in files for path in paths_of(file)]
    patterns = listed([str(glob) for glob in condition.paths], "or")
    outside = [path for path in paths if not any(glob.matches(path) for glob in condition.paths)]
    if outside:
        return Finding(False, f"{safe(outside[0])} does not match {patterns}")
    if not paths:
        return Finding(False, "no file is changed")
    return Finding(True, f"every changed file matches {patterns}")


def _any_path(condition: Condition, scene: Scene) -> Finding:
    if scene.change.files is None:
        return _NO_FILES
    paths = [path for file in scene.change.files for path in paths_of(file)]
    for glob in condition.paths:
        if found := [path for path in paths if glob.matches(path)]:
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            return Finding(True, f"{safe(found[0])}{more} matches {glob}")
    return Finding(False, "no changed file matches")


def _lines(condition: Condition, scene: Scene) -> list[Finding]:
    limit = condition.changed_lines_over
    if limit is None:
        return []
    if scene.change.files is None:
        return [_NO_FILES]
    total = sum(file.added + file.removed for file in scene.change.files)
    side = "more than" if total > limit else "not more than"
    return [Finding(total > limit, f"{counted(total, 'line')} changed, {side} {limit}")]


def _every_ticket(condition: Condition, scene: Scene) -> Finding:
    if isinstance(scene.tickets, Missing):
        return _no_tickets(scene.tickets)
    for request in scene.change.merge_requests:
        if not scene.tickets.by_request.get(request.number):
            return Finding(False, f"{request.reference} names no ticket")
    tickets = [judged.ticket for judged in scene.tickets.tickets]
    if not tickets:
        return Finding(False, "no ticket is named")
    for ticket in tickets:
        if wrong := _differs(ticket, condition.ticket):
            return Finding(False, wrong)
    keys = listed([ticket.asked_key for ticket in tickets])
    return Finding(
        True, f"{keys} {'has' if len(tickets) == 1 else 'have'} {_wanted(condition.ticket)}"
    )


def _any_ticket(condition: Condition, scene: Scene) -> Finding:
    if isinstance(scene.tickets, Missing):
        return _no_tickets(scene.tickets)
    for judged in scene.tickets.tickets:
        if not _differs(judged.ticket, condition.ticket):
            return Finding(True, f"{judged.ticket.asked_key} has {_wanted(condition.ticket)}")
    return Finding(False, f"no ticket has {_wanted(condition.ticket)}")


def _no_tickets(missing: Missing) -> Finding:
    return Finding(None, f"the tickets are not known ({missing.detail})")


def _wanted(fields: Mapping[str, str]) -> str:
    return listed([f"{name} {value}" for name, value in fields.items()])


def _differs(ticket: Ticket, fields: Mapping[str, str]) -> str:
    for name, value in fields.items():
        found = _field(ticket, name)
        if not _same(found, value):
            return f"{ticket.asked_key} has {name} {safe(found) or 'not set'}, not {value}"
    return ""


def _field(ticket: Ticket, name: str) -> str:
    own = {"type": ticket.type, "risk": ticket.risk, "status": ticket.status}
    shown = {key.strip().casefold(): value for key, value in ticket.fields.items()}
    return (shown | own).get(name.strip().casefold(), "")


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _labelled(condition: Condition, scene: Scene, *, everywhere: bool) -> Finding:
    wanted = {label.casefold() for label in condition.labels}
    hits = [bool(wanted & labels) for labels in _label_sets(scene)]
    if hits and (all(hits) if everywhere else any(hits)):
        return Finding(True, f"labelled {listed(condition.labels, 'or')}")
    if isinstance(scene.tickets, Missing):
        return _no_tickets(scene.tickets)
    part = "not every part of the change is" if any(hits) else "nothing is"
    return Finding(False, f"{part} labelled {listed(condition.labels, 'or')}")


def _label_sets(scene: Scene) -> Iterable[set[str]]:
    """The labels of each merge request with those of its tickets, then of each ticket that none of them names."""
    tickets = () if isinstance(scene.tickets, Missing) else scene.tickets.tickets
    by_request = {} if isinstance(scene.tickets, Missing) else scene.tickets.by_request
    labels = {judged.ticket.asked_key: judged.ticket.labels for judged in tickets}
    for request in scene.change.merge_requests:
        keys = by_request.get(request.number, ())
        inherited = (label for key in keys for label in labels.get(key, ()))
        yield {label.casefold() for label in (*request.labels, *inherited)}
    named = {key for keys in by_request.values() for key in keys}
    for key, own in labels.items():
        if key not in named:
            yield {label.casefold() for label in own}
