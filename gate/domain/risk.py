"""Which risk classes the change is in, and what they need (guide §2 and §9)."""

from __future__ import annotations

from dataclasses import dataclass

from gate.domain.conditions import Scene, describes_any
from gate.domain.derived import JudgedTickets, Risk, ScopedChange, Waivers
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.phrases import listed
from gate.domain.policy.document import Policy, Waiver
from gate.domain.policy.people import RiskRule

CONTROL = "risk"
"""The name under which a waiver lowers a class."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A class that the change is in, or cannot be ruled out to be in."""

    name: str
    rule: RiskRule
    why: str
    lowered: Waiver | None

    @property
    def reason(self) -> str:
        """What to tell people."""
        if self.lowered is None:
            return f"{self.name}: {self.why}"
        waiver = self.lowered
        return (
            f"{self.name} is lowered: {self.why}, but {waiver.granted_by} set that aside until the end of "
            f"{waiver.expires}: {waiver.reason}"
        )


def risk(facts: Facts, policy: Policy) -> Risk | Missing:
    """Return every risk class that the change is in, or that a missing fact keeps from being ruled out.

    The order is that of the policy, from high to low. A waiver of `risk` takes its class away, and says so. What a
    ticket declares only adds classes. Missing only when the change is.
    """
    change, tickets = lookup(facts, ScopedChange), lookup(facts, JudgedTickets)
    if isinstance(change, Missing):
        return depends(change, "how risky the change is")
    waivers = lookup(facts, Waivers)
    scene = Scene(change, tickets)
    entries = [
        _Entry(name, rule, why, None if isinstance(waivers, Missing) else waivers.of(CONTROL, name))
        for name, rule in policy.risk.items()
        if (why := _why(rule, scene))
    ]
    standing = [entry for entry in entries if entry.lowered is None]
    approvals = dict.fromkeys(row for entry in standing for row in entry.rule.approvals)
    return Risk(
        classes=tuple(entry.name for entry in standing),
        reasons=tuple(entry.reason for entry in entries)
        or ("no risk class of the policy describes any part of the change",),
        approvals=tuple(approvals),
    )


def _why(rule: RiskRule, scene: Scene) -> str:
    """Why the change is in this class; empty when it certainly is not."""
    findings = [describes_any(condition, scene) for condition in rule.when]
    if sure := [finding.why for finding in findings if finding.holds]:
        return listed(sure)
    doubts = list(dict.fromkeys(finding.why for finding in findings if finding.holds is None))
    return f"cannot be ruled out, because {listed(doubts)}" if doubts else ""
