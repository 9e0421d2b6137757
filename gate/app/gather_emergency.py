"""Ask what break-glass needs to know (guide §6): the incident, who was on call when, and which reviews are owed.

No pager is asked about a deploy that is no emergency, and no desk where the policy knows no debts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from gate.domain.emergency_facts import (
    BreakGlass,
    Duty,
    EntryKind,
    FollowUps,
    Incident,
    OnCall,
)
from gate.domain.facts import Change, Clock, DeploymentApprovals, ReviewState
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.policy.emergency import PagerRules
from gate.domain.ports import Desk, FactMissing, Pager

MOST_MOMENTS = 50
"""At which people's duty is asked for: more acknowledgements and approvals than that are no emergency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergencies:
    """Where answers about emergencies come from."""

    pager: Callable[[PagerRules], Pager]
    """FactMissing when the pager that the policy names is not configured."""
    desks: Callable[[Policy], tuple[Desk, ...]]
    """Where follow-ups are kept: the tracker of the policy first, then the issues of the forge."""
    desks_to_write: Callable[[Policy], tuple[Desk, ...]]
    """The same, with time of their own: what gathering took must not keep a debt from being written."""
    webhook: Callable[[Mapping[str, object]], None] | None = None
    """Tells whoever listens elsewhere; None when nobody does. FactMissing when that did not work."""


def incident(world: Emergencies, policy: Policy, said: BreakGlass) -> Incident:
    """The incident that was named, where there is a pager to ask."""
    rules = _pager_rules(policy)
    if rules is None or not said.asked or not said.incident.strip():
        return Incident()
    return world.pager(rules).incident(said.incident.strip())


def on_call(
    world: Emergencies, pool: ThreadPoolExecutor, policy: Policy, known: Facts, said: BreakGlass
) -> OnCall:
    """Who was on call at every moment that matters, in the schedules of the roles of the second person."""
    rules, schedules = _pager_rules(policy), _schedules(policy)
    if rules is None or not said.asked or not schedules:
        return OnCall()
    moments = tuple(dict.fromkeys(_moments(known)))
    if len(moments) > MOST_MOMENTS:
        raise _too_many(len(moments))
    pager = world.pager(rules)
    asked = [
        (schedule, at, pool.submit(pager.on_call, schedule, at))
        for schedule in schedules
        for at in moments
    ]
    return OnCall(
        duties=tuple(
            Duty(schedule=schedule, at=at, people=people.result()) for schedule, at, people in asked
        )
    )


def follow_ups(world: Emergencies, pool: ThreadPoolExecutor, policy: Policy) -> FollowUps:
    """Everything that any desk keeps. With one of them silent nobody knows what is owed."""
    if not policy.owes_reviews:
        return FollowUps()
    asked = [pool.submit(desk.follow_ups) for desk in world.desks(policy)]
    return FollowUps(tickets=tuple(ticket for found in asked for ticket in found.result()))


def _pager_rules(policy: Policy) -> PagerRules | None:
    return policy.emergency.pager if policy.emergency else None


def _schedules(policy: Policy) -> tuple[str, ...]:
    rules = policy.emergency
    if rules is None or rules.pager is None:
        return ()
    roles = (rules.pager.acknowledged_by, rules.approved_by, rules.invoked_by)
    held = (policy.roles[name].pager_schedule for name in roles if name)
    return tuple(dict.fromkeys(schedule for schedule in held if schedule))


def _moments(known: Facts) -> Iterator[datetime]:
    """Of acknowledgements and of approvals in the forge, and now."""
    clock, found = lookup(known, Clock), lookup(known, Incident)
    if isinstance(clock, Missing):
        raise FactMissing(depends(clock, "who is on call now"))
    yield clock.now
    if isinstance(found, Incident):
        for entry in found.entries:
            if entry.kind is EntryKind.ACKNOWLEDGED and entry.by is not None:
                yield entry.at
    released, change = lookup(known, DeploymentApprovals), lookup(known, Change)
    if isinstance(released, DeploymentApprovals):
        yield from (item.at for item in released.approvals if item.at is not None)
    if isinstance(change, Change):
        for request in change.merge_requests:
            for review in request.reviews:
                if review.state is ReviewState.APPROVED:
                    yield review.submitted_at


def _too_many(count: int) -> FactMissing:
    return FactMissing(
        Missing(
            source="the pager",
            reason_code="too-large",
            detail=f"there are {count} acknowledgements and approvals, and who was on call is asked for "
            f"{MOST_MOMENTS} at the most",
            remedy="whoever deploys takes a smaller change: an emergency is one",
        )
    )
