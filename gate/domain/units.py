"""Units of change: what an approval is given for. Each merge request is one, and so is what came without any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gate.domain.derived import OUTSIDE, Approval, ScopedChange
from gate.domain.phrases import listed
from gate.domain.writers import outside

_FEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A merge request, or with the number OUTSIDE what no merge request brought."""

    number: int
    reference: str
    """As people write it: `#12`."""


def units(change: ScopedChange) -> tuple[Unit, ...]:
    """Return the units of a change, at least one: a change without merge requests is one as a whole."""
    requests = tuple(
        Unit(number=one.number, reference=one.reference) for one in change.merge_requests
    )
    if not requests:
        return (Unit(number=OUTSIDE, reference="the change"),)
    direct = Unit(number=OUTSIDE, reference="the commits that no merge request brought")
    return (*requests, direct) if outside(change) else requests


def covers(approval: Approval, unit: Unit) -> bool:
    """Whether the approval was given for this unit, or for the change as a whole."""
    return approval.covers is None or unit.number in approval.covers


def uncovered(wanted: Iterable[Unit], approvals: Sequence[Approval]) -> tuple[Unit, ...]:
    """The units that none of the approvals covers."""
    return tuple(unit for unit in wanted if not any(covers(item, unit) for item in approvals))


def together(wanted: Sequence[Unit], approvals: Sequence[Approval]) -> tuple[Approval, ...]:
    """The first approvals that cover every unit between them; none when they leave one uncovered."""
    chosen: list[Approval] = []
    for item in approvals:
        if any(covers(item, unit) for unit in uncovered(wanted, chosen)):
            chosen.append(item)
    return () if uncovered(wanted, chosen) else tuple(chosen)


def shown(some: Sequence[Unit]) -> str:
    """Units as people read them: `#12 and #13`."""
    rest = len(some) - _FEW
    few = [unit.reference for unit in some[:_FEW]]
    return listed([*few, f"{rest} more"] if rest > 0 else few)
