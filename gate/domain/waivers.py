"""Which of the policy's waivers hold at this moment."""

from __future__ import annotations

from gate.domain.derived import Waivers
from gate.domain.facts import Clock
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.validity import end_of


def waivers(facts: Facts, policy: Policy) -> Waivers | Missing:
    """Part the waivers by their last day. Without a clock that can be trusted nothing is waived."""
    clock = lookup(facts, Clock)
    if isinstance(clock, Missing):
        return depends(clock, "whether a waiver still holds")
    zone = policy.windows.timezone
    return Waivers(
        active=tuple(w for w in policy.waivers if clock.now < end_of(w.expires, zone)),
        expired=tuple(w for w in policy.waivers if clock.now >= end_of(w.expires, zone)),
    )
