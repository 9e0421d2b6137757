"""One row of the authority matrix against the approvals that were given (guide §3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gate.domain.derived import Approval, People
from gate.domain.phrases import counted, listed
from gate.domain.policy.people import ApprovalRule, ApprovalSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row, who fills it, and who still could."""

    rule: ApprovalRule
    origin: str
    """What calls for the row: `normal change`, `risk high`."""
    filled_by: tuple[str, ...]
    """Different people who hold the role and whose approval counts and came from one of the row's sources."""
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
        return f"{self.origin} needs {wanted} from {self.rule.role} ({places(self.rule)})"


def row(rule: ApprovalRule, origin: str, people: People) -> Row:
    """Hold one row against the matrix of people."""
    holders = people.roles.get(rule.role, ())
    filled = [item.person for item in people.approvals if item.counts and _fits(item, rule, people)]
    ruled_out = {*people.requesters, *people.writers, *people.deployers, *filled}
    return Row(
        rule=rule,
        origin=origin,
        filled_by=tuple(dict.fromkeys(filled)),
        candidates=tuple(person for person in holders if person not in ruled_out),
    )


def places(rule: ApprovalRule) -> str:
    """Where the row's approvals are given: `ticket or deployment`."""
    return listed([source.value for source in rule.sources], "or")


def near_misses(found: Row, people: People) -> tuple[str, ...]:
    """Return a sentence part for each approval that one could take for an answer to the row, and why it is none."""
    return tuple(dict.fromkeys(_near_misses(found, people.approvals, people)))


def _near_misses(found: Row, approvals: Sequence[Approval], people: People) -> Iterator[str]:
    holders = people.roles.get(found.rule.role, ())
    for item in approvals:
        whose = f"{item.person or item.shown}'s {item.source.value} ({item.where})"
        if item.person in found.filled_by:
            continue
        if item.source not in found.rule.sources:
            if item.counts and item.person in holders:
                yield f"{whose} does not count here because it is no {places(found.rule)} approval"
        elif not item.counts:
            yield f"{whose} does not count because {item.why_not}"
        else:
            yield f"{whose} does not count here because {item.person} does not hold {found.rule.role}"


def _fits(item: Approval, rule: ApprovalRule, people: People) -> bool:
    return item.source in rule.sources and item.person in people.roles.get(rule.role, ())


def review_only(rule: ApprovalRule) -> bool:
    """Whether the row can be filled only before the merge."""
    return set(rule.sources) == {ApprovalSource.REVIEW}
