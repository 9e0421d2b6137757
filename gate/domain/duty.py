"""Who holds a role at one moment, where a role may be held by whoever is on call (guide §3 and §6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gate.domain.directory import person_of
from gate.domain.emergency_facts import OnCall
from gate.domain.facts import Teams
from gate.domain.identity import Identity
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.phrases import moment, safe
from gate.domain.policy.document import Policy
from gate.domain.policy.people import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Who holds a role at a moment, as far as it can be told, and what keeps the rest from being told."""

    people: tuple[str, ...] = ()
    gaps: tuple[Missing, ...] = ()

    def includes(self, person: str) -> bool | Missing:
        """Whether `person` is among them; Missing when only what could not be told could say so."""
        if person in self.people:
            return True
        return self.gaps[0] if self.gaps else False


def holding(name: str, at: datetime, forge: str, facts: Facts, policy: Policy) -> Holding:
    """Who holds the role `name` at `at` (UTC): by name, as a member of its team on `forge`, or on call then."""
    role = policy.roles.get(name, Role())
    sources = [_members(name, role, forge, facts), _on_call(name, role, at, facts)]
    found = [one for one in sources if not isinstance(one, Missing)]
    mapped = (person_of(identity, policy) for some in found for identity in some)
    return Holding(
        people=tuple(dict.fromkeys([*role.people, *(person for person in mapped if person)])),
        gaps=tuple(one for one in sources if isinstance(one, Missing)),
    )


def _members(name: str, role: Role, forge: str, facts: Facts) -> Iterable[Identity] | Missing:
    team = role.team(forge)
    # A team of the other forge counts for nothing here: this one may have another of the same name.
    if not team:
        return ()
    teams = lookup(facts, Teams)
    if isinstance(teams, Missing):
        return depends(teams, f"who holds {name}")
    if team not in teams.members:
        return Missing(
            source=f"{forge}: {safe(team)}",
            reason_code="not-gathered",
            detail=f"who holds {name} cannot be told: the members of {safe(team)} were never asked for",
        )
    return teams.members[team]


def _on_call(name: str, role: Role, at: datetime, facts: Facts) -> Iterable[Identity] | Missing:
    if not role.pager_schedule:
        return ()
    duties = lookup(facts, OnCall)
    if isinstance(duties, Missing):
        return depends(duties, f"who held {name} at {moment(at)}")
    duty = duties.at(role.pager_schedule, at)
    if duty is None:
        return Missing(
            source=f"pager: {safe(role.pager_schedule)}",
            reason_code="not-gathered",
            detail=f"who held {name} cannot be told: the pager was not asked who was on call at {moment(at)}",
        )
    return duty.people
