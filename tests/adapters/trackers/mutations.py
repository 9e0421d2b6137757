"""Everything that can go wrong with one key of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from gate.domain.facts import Ticket, TicketEvent, TicketEventKind, TicketState
from gate.domain.identity import Identity, Kind

Path = tuple[str | int, ...]

WRONG: tuple[Any, ...] = (
    None,
    True,
    7,
    -1,
    1.5,
    "",
    "odd",
    [],
    [None],
    ["x"],
    {},
    {"x": None},
    [[]],
)


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value."""
    each = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for step, inner in each:
        yield (*here, step)
        yield from paths(inner, (*here, step))


def without(value: Any, path: Path) -> Any:
    """A copy without the key at `path`."""
    copy = deepcopy(value)
    del _holder(copy, path)[path[-1]]
    return copy


def instead(value: Any, path: Path, other: Any) -> Any:
    """A copy with something else at `path`."""
    copy = deepcopy(value)
    _holder(copy, path)[path[-1]] = other
    return copy


def _holder(value: Any, path: Path) -> Any:
    for step in path[:-1]:
        value = value[step]
    return value


def looks_more_approved(was: Ticket, now: Ticket) -> bool:
    """Whether something that speaks against the ticket got lost, or something for it came up."""
    fixed = ("key", "project", "asked_key", "planned_start", "planned_end", "risk")
    return (
        (now.state is TicketState.OPEN and was.state is not TicketState.OPEN)
        or any(getattr(now, name) != getattr(was, name) for name in fixed)
        or not {_told(event) for event in was.history} <= {_told(event) for event in now.history}
        or any(_is_gain(event, was) for event in now.history)
        or not set(was.labels) <= set(now.labels)
        or (was.reporter is not None and now.reporter is None)
    )


def _told(event: TicketEvent) -> tuple[object, ...]:
    return event.kind, event.at, event.field


def _is_gain(event: TicketEvent, was: Ticket) -> bool:
    """Whether a step of the status is new, or is now somebody's of whom that was not known."""
    known = any(
        (old.at, old.before, old.after) == (event.at, event.before, event.after)
        and _is_no_gain(event.by, old.by)
        for old in was.history
        if old.kind is TicketEventKind.STATUS
    )
    return event.kind is TicketEventKind.STATUS and not known


def _is_no_gain(now: Identity | None, was: Identity | None) -> bool:
    if now is None or now.kind is Kind.UNKNOWN:
        return True
    return was is not None and now.is_same(was) and now.kind is was.kind
