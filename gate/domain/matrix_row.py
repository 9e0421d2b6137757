"""The rows of the authority matrix against the approvals that were given, for each unit of the change (guide §3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gate.domain.derived import OUTSIDE, Approval, ChangeType, People, Risk, ScopedChange
from gate.domain.phrases import counted, listed
from gate.domain.policy.people import ApprovalRule, ApprovalSource
from gate.domain.units import Unit, covers, shown, uncovered, units


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row, what it is for, who fills it, and who still could."""

    rule: ApprovalRule
    origin: str
    """What calls for the row: `normal change`, `risk high`."""
    units: tuple[Unit, ...]
    """The merge requests that it is for; what is said here holds for each of them."""
    alone: bool
    """Whether the change has no other unit, so that naming this one says nothing."""
    filled_by: tuple[str, ...]
    """Different people who hold the role and whose approval counts, covers it and is from one of the row's sources."""
    candidates: tuple[str, ...]
    """Others who hold the role and played no part that rules them out."""

    @property
    def met(self) -> bool:
        """Whether enough people filled it."""
        return len(self.filled_by) >= self.rule.count

    @property
    def needs(self) -> str:
        """What the row asks for, in words."""
        wanted = counted(self.rule.count, "approval")
        what = "" if self.alone else f" for {shown(self.units)}"
        return f"{self.origin} needs {wanted} from {self.rule.role} ({places(self.rule)}){what}"


def matrix(
    change: ScopedChange, change_type: ChangeType, risk: Risk, people: People
) -> dict[Unit, tuple[Row, ...]]:
    """Hold every row against the people, for each unit of the change that the type and the risk call for it."""
    wanted = units(change)
    return {
        unit: tuple(
            row(rule, origin, unit, people, alone=len(wanted) == 1)
            for rule, origin in _called_for(unit, change_type, risk)
        )
        for unit in wanted
    }


def row(rule: ApprovalRule, origin: str, unit: Unit, people: People, *, alone: bool = True) -> Row:
    """Hold one row of one unit against the matrix of people."""
    holders = people.roles.get(rule.role, ())
    given = (item for item in people.approvals if item.counts and covers(item, unit))
    filled = dict.fromkeys(item.person for item in given if _fits(item, rule, people))
    ruled_out = {*people.requesters, *people.writers, *people.deployers, *filled}
    # What no merge request brought has no reviews, and never will.
    able = () if unit.number == OUTSIDE and review_only(rule) else holders
    return Row(
        rule=rule,
        origin=origin,
        units=(unit,),
        alone=alone,
        filled_by=tuple(filled),
        candidates=tuple(person for person in able if person not in ruled_out),
    )


def gathered(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows that differ in nothing but the unit become one, which people read once; one rule's rows stay together."""
    groups: dict[Row, dict[Unit, None]] = {}
    for one in rows:
        groups.setdefault(replace(one, units=()), {}).update(dict.fromkeys(one.units))
    order = list(dict.fromkeys((one.origin, one.rule) for one in groups))
    merged = [replace(one, units=tuple(some)) for one, some in groups.items()]
    return tuple(sorted(merged, key=lambda one: order.index((one.origin, one.rule))))


def places(rule: ApprovalRule) -> str:
    """Where the row's approvals are given: `ticket or deployment`."""
    return listed([source.value for source in rule.sources], "or")


def near_misses(found: Row, people: People) -> tuple[str, ...]:
    """Return a sentence part for each approval that one could take for an answer to the row, and why it is none."""
    return tuple(dict.fromkeys(_near_misses(found, people.approvals, people)))


def review_only(rule: ApprovalRule) -> bool:
    """Whether the row can be filled only before the merge."""
    return set(rule.sources) == {ApprovalSource.REVIEW}


def _called_for(
    unit: Unit, change_type: ChangeType, risk: Risk
) -> Iterator[tuple[ApprovalRule, str]]:
    yield from ((rule, f"{change_type.name} change") for rule in change_type.approvals)
    # Classes that ask for the very same row ask for it once.
    classes: dict[ApprovalRule, list[str]] = {}
    for name in risk.classes:
        numbers = risk.brought_by.get(name, ())
        if not numbers or unit.number in numbers:
            for rule in dict.fromkeys(risk.approvals.get(name, ())):
                classes.setdefault(rule, []).append(name)
    yield from ((rule, f"risk {', '.join(names)}") for rule, names in classes.items())


def _near_misses(found: Row, approvals: Sequence[Approval], people: People) -> Iterator[str]:
    holders = people.roles.get(found.rule.role, ())
    for item in approvals:
        whose = f"{item.person or item.shown}'s {item.source.value} ({item.where})"
        beyond = uncovered(found.units, [item])
        if item.person in found.filled_by:
            continue
        if beyond == found.units:
            if item.counts and _fits(item, found.rule, people):
                yield f"{whose} does not count here because it is not for {shown(beyond)}"
        elif item.source not in found.rule.sources:
            if item.counts and item.person in holders:
                yield f"{whose} does not count here because it is no {places(found.rule)} approval"
        elif not item.counts:
            yield f"{whose} does not count because {item.why_not}"
        else:
            yield f"{whose} does not count here because {item.person} does not hold {found.rule.role}"


def _fits(item: Approval, rule: ApprovalRule, people: People) -> bool:
    return item.source in rule.sources and item.person in people.roles.get(rule.role, ())
