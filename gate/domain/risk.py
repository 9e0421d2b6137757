"""Which risk classes the change is in, and what they need (guide §2 and §9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gate.domain.conditions import Scene, describes_any
from gate.domain.derived import JudgedTickets, Risk, ScopedChange, Waivers
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.phrases import listed
from gate.domain.policy.document import Policy, Waiver
from gate.domain.policy.people import RiskRule
from gate.domain.risk_causes import causes

CONTROL = "risk"
"""The name under which a waiver lowers a class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A class that the change is in, or cannot be ruled out to be in."""

    name: str
    rule: RiskRule
    why: str
    in_doubt: bool
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
    ticket declares only adds classes. Missing only when the change is. For each class it is told which merge requests
    put the change there.
    """
    change, tickets = lookup(facts, ScopedChange), lookup(facts, JudgedTickets)
    if isinstance(change, Missing):
        return depends(change, "how risky the change is")
    scene = Scene(change, tickets)
    entries = list(_entries(scene, lookup(facts, Waivers), policy))
    standing = [entry for entry in entries if entry.lowered is None]
    return Risk(
        classes=tuple(entry.name for entry in standing),
        reasons=tuple(entry.reason for entry in entries)
        or ("no risk class of the policy describes any part of the change",),
        approvals={entry.name: entry.rule.approvals for entry in standing},
        brought_by={entry.name: causes(entry.rule.when, scene) for entry in standing},
        in_doubt=tuple(entry.name for entry in standing if entry.in_doubt),
    )


def _entries(scene: Scene, waivers: Waivers | Missing, policy: Policy) -> Iterator[_Entry]:
    for name, rule in policy.risk.items():
        findings = [describes_any(condition, scene) for condition in rule.when]
        sure = [finding.why for finding in findings if finding.holds]
        doubts = dict.fromkeys(finding.why for finding in findings if finding.holds is None)
        if sure or doubts:
            yield _Entry(
                name=name,
                rule=rule,
                why=listed(sure)
                if sure
                else f"cannot be ruled out, because {listed(list(doubts))}",
                in_doubt=not sure,
                lowered=None if isinstance(waivers, Missing) else waivers.of(CONTROL, name),
            )
