"""Who holds each role, as far as the policy and the forge tell (guide §3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gate.domain.directory import person_of
from gate.domain.facts import Teams
from gate.domain.lookup import Facts, lookup
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.policy.people import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Holders:
    """Holders that are known, by role; and why there may be more, for roles where somebody else decides that."""

    known: Mapping[str, tuple[str, ...]]
    unresolved: Mapping[str, str]


def holders(facts: Facts, policy: Policy, forge: str) -> Holders:
    """Resolve every role of the policy on `forge` (`github`, `gitlab`).

    Whoever is listed holds the role, even where its team cannot be read. A team of the other forge counts for nothing
    here: this forge may have one of the same name, with other people in it.
    """
    teams = lookup(facts, Teams)
    return Holders(
        known={name: _known(role, forge, teams, policy) for name, role in policy.roles.items()},
        unresolved={
            name: why
            for name, role in policy.roles.items()
            if (why := _unresolved(role, forge, teams))
        },
    )


def _known(role: Role, forge: str, teams: Teams | Missing, policy: Policy) -> tuple[str, ...]:
    name = role.team(forge)
    members = () if isinstance(teams, Missing) or not name else teams.members.get(name, ())
    mapped = (person_of(member, policy) for member in members)
    return tuple(dict.fromkeys([*role.people, *(person for person in mapped if person)]))


def _unresolved(role: Role, forge: str, teams: Teams | Missing) -> str:
    if role.pager_schedule:
        return "it is held by whoever is on call, and the pager is asked for break-glass alone"
    if not role.has_team:
        return ""
    name = role.team(forge)
    if not name:
        other = role.github_team or role.gitlab_group
        return f"it is held by {other}, which is a team of another forge than the one that this deploy runs on"
    if isinstance(teams, Missing):
        help_ = f" {teams.remedy}" if teams.remedy else ""
        return f"the members of {name} could not be read: {teams.detail}.{help_}"
    if name not in teams.members:
        return f"the forge did not tell the members of {name}"
    return ""
