"""Every fact that is gathered, in the order in which the evidence lists them."""

from __future__ import annotations

from gate.domain.emergency_facts import BreakGlass, FollowUps, Incident, OnCall
from gate.domain.facts import (
    Baseline,
    Calendars,
    Change,
    Checks,
    Clock,
    DeploymentApprovals,
    EarlierUses,
    Fact,
    Files,
    PolicySource,
    PriorDecision,
    Revision,
    Run,
    Teams,
    Tickets,
)
from gate.domain.retention import Retention

GATHERED: tuple[type[Fact], ...] = (
    Clock,
    Run,
    PolicySource,
    Revision,
    Baseline,
    PriorDecision,
    Change,
    Files,
    EarlierUses,
    Checks,
    DeploymentApprovals,
    Tickets,
    Teams,
    Calendars,
    BreakGlass,
    Incident,
    OnCall,
    FollowUps,
    Retention,
)
