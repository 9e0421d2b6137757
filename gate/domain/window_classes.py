"""The risk classes that choose the windows of a change, where they can be told (guide §8)."""

from __future__ import annotations

from dataclasses import dataclass

from gate.domain.derived import JudgedTickets, Risk
from gate.domain.facts import Fact, Files
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.phrases import listed
from gate.domain.policy.document import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowClasses(Fact):
    """The risk classes by which the windows of this change are chosen."""

    classes: tuple[str, ...]


def window_classes(facts: Facts, policy: Policy) -> WindowClasses | Missing:
    """Return the risk classes of the change, unless one that has windows of its own cannot be ruled out.

    There neither answer is the stricter one: a change in such a class may use no other windows, and a change outside it
    may not use these. To count it in would open the night to an ordinary change whose ticket cannot be read.
    """
    found = lookup(facts, Risk)
    if isinstance(found, Missing):
        return depends(found, "which windows this change may use")
    special = {name for window in policy.windows.allow for name in window.risk}
    doubts = [name for name in found.in_doubt if name in special]
    unknown = (lookup(facts, JudgedTickets), lookup(facts, Files))
    gap = next((fact for fact in unknown if isinstance(fact, Missing)), None)
    if doubts and gap is not None:
        name = listed(doubts, "or")
        return depends(
            gap, f"whether this change is in class {name}, which has windows of its own,"
        )
    return WindowClasses(classes=found.classes)
