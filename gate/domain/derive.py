"""Make the derived facts, once, in the order in which they need each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gate.domain.break_glass import emergency_case
from gate.domain.change_type import change_type
from gate.domain.debts import Debts, debts
from gate.domain.derived import (
    ChangeType,
    JudgedTickets,
    People,
    Reviews,
    Risk,
    ScopedChange,
    Waivers,
)
from gate.domain.despite_overdue import DespiteOverdue, despite_overdue
from gate.domain.emergency_case import EmergencyCase
from gate.domain.facts import Fact
from gate.domain.freeze_override import FreezeOverrides, freeze_overrides
from gate.domain.liftings import Liftings, liftings
from gate.domain.lookup import Facts
from gate.domain.missing import Missing
from gate.domain.people import people
from gate.domain.policy.document import Policy
from gate.domain.retention import KeptEvidence, kept_evidence
from gate.domain.reviews import reviews
from gate.domain.risk import risk
from gate.domain.scope import scoped_change
from gate.domain.short_lane import ShortLane, short_lane
from gate.domain.ticket_approval import judged_tickets
from gate.domain.waivers import waivers
from gate.domain.window_classes import WindowClasses, window_classes

_MADE_BY: Mapping[type[Fact], Callable[[Facts, Policy], Fact | Missing]] = {
    Waivers: waivers,
    ScopedChange: scoped_change,
    Reviews: reviews,
    JudgedTickets: judged_tickets,
    ChangeType: change_type,
    Risk: risk,
    WindowClasses: window_classes,
    People: people,
    FreezeOverrides: freeze_overrides,
    Liftings: liftings,
    ShortLane: short_lane,
    EmergencyCase: emergency_case,
    Debts: debts,
    DespiteOverdue: despite_overdue,
    KeptEvidence: kept_evidence,
}

DERIVED: tuple[type[Fact], ...] = tuple(_MADE_BY)
"""Every derived fact, in the order in which they are made."""


def derive(facts: Facts, policy: Policy, given: Facts | None = None) -> Facts:
    """Return the gathered facts together with everything that is worked out from them and the policy.

    Derived facts that are `given` are taken as they are.
    """
    known = dict(facts)
    for kind, make in _MADE_BY.items():
        settled = (given or {}).get(kind)
        known[kind] = make(known, policy) if settled is None else settled
    return known
