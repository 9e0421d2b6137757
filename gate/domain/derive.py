"""Make the derived facts, once, in the order in which they need each other."""

from __future__ import annotations

from gate.domain.change_type import change_type
from gate.domain.derived import (
    ChangeType,
    JudgedTickets,
    People,
    Reviews,
    Risk,
    ScopedChange,
    ShortLane,
    Waivers,
)
from gate.domain.lookup import Facts
from gate.domain.people import people
from gate.domain.policy.document import Policy
from gate.domain.reviews import reviews
from gate.domain.risk import risk
from gate.domain.scope import scoped_change
from gate.domain.short_lane import short_lane
from gate.domain.ticket_approval import judged_tickets
from gate.domain.waivers import waivers


def derive(facts: Facts, policy: Policy) -> Facts:
    """Return the gathered facts together with everything that is worked out from them and the policy."""
    known = dict(facts)
    known[Waivers] = waivers(known, policy)
    known[ScopedChange] = scoped_change(known, policy)
    known[Reviews] = reviews(known, policy)
    known[JudgedTickets] = judged_tickets(known, policy)
    known[ChangeType] = change_type(known, policy)
    known[Risk] = risk(known, policy)
    known[People] = people(known, policy)
    known[ShortLane] = short_lane(known, policy)
    return known
