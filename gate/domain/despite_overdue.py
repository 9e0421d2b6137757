"""Whether whoever breaks the glass may do so although an earlier review is overdue (guide §6)."""

from __future__ import annotations

from dataclasses import dataclass

from gate.domain.directory import person_of, shown
from gate.domain.facts import Fact, Run
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.phrases import listed
from gate.domain.policy.document import Policy
from gate.domain.roles import holders


@dataclass(frozen=True, slots=True, kw_only=True)
class DespiteOverdue(Fact):
    """What the role `emergency.despite_overdue` means for this run. It means nothing for any other deploy."""

    role: str = ""
    """Empty when the policy lets nobody."""
    holders: tuple[str, ...] = ()
    granted_to: tuple[str, ...] = ()
    """Everybody who started this run, when each of them holds the role; else nobody."""
    why_not: str = ""


def despite_overdue(facts: Facts, policy: Policy) -> DespiteOverdue | Missing:
    """Look the invokers up in the role. A team that cannot be read has no members here, and that is said."""
    run = lookup(facts, Run)
    if isinstance(run, Missing):
        return depends(run, "who started this run")
    role = policy.emergency.despite_overdue if policy.emergency else ""
    if not role:
        return DespiteOverdue(
            why_not="the policy names no role that may break the glass in spite of it"
        )
    found = holders(facts, policy, run.forge)
    known, unresolved = found.known.get(role, ()), found.unresolved.get(role, "")
    invokers = [run.started_by, *([run.rerun_by] if run.rerun_by else [])]
    without = [who for who in invokers if person_of(who, policy) not in known]
    if without:
        names = listed([person_of(who, policy) or shown(who) for who in without])
        more = f"; of the others who hold it nothing is known: {unresolved}" if unresolved else ""
        return DespiteOverdue(
            role=role, holders=known, why_not=f"{names} does not hold {role}{more}"
        )
    people = dict.fromkeys(person_of(who, policy) for who in invokers)
    return DespiteOverdue(role=role, holders=known, granted_to=tuple(people))
