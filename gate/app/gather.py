"""Ask the world, side by side where one question does not need another's answer.

On GitHub: round 1 opening, run, approvals, checks; rounds 2 to 4 comparison, commits, merge
requests; round 5 tickets.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from gate.app import gather_emergency
from gate.app.gather_emergency import Emergencies
from gate.domain.emergency_facts import BreakGlass, FollowUps, Incident, OnCall
from gate.domain.facts import (
    Baseline,
    Calendars,
    CalendarSpan,
    Change,
    ChangeKind,
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
from gate.domain.lookup import depends
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.policy.windows import FREEZE_PERIODS
from gate.domain.policy.workflow import TicketRules
from gate.domain.ports import Calendar, FactMissing, Forge, Tracker
from gate.domain.retention import Retention
from gate.domain.ticket_keys import keys_of

MOST_SKEW_SECONDS = 60
"""Between our clock and the systems' clocks; beyond it no window can be trusted."""

T = TypeVar("T", bound=Fact)
Gathered = dict[type[Fact], Fact | Missing]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Where answers come from."""

    repository: str
    forge: Forge
    below: str = ""
    """The path that the forge itself lives below, such as `/gitlab`; mostly there is none."""
    tracker: Callable[[TicketRules], Tracker]
    """FactMissing when the tracker that the policy names is not configured."""
    calendar: Calendar
    emergencies: Emergencies
    clock: Callable[[], datetime]
    skew: Callable[[], int | None]
    """Seconds between our clock and the `Date` of the answers; None when no answer carried one."""
    mask: Callable[[str], str]
    """Takes credentials out of a text before it is kept, and before anything is decided on it."""
    retention: Callable[[Policy], Retention] = lambda policy: Retention()
    """How long each place keeps the evidence of this run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRound:
    """What is asked at once, since it needs no policy."""

    run: Future[Run | Missing]
    baseline: Future[Baseline | Missing]
    checks: Future[Checks | Missing]
    approvals: Future[DeploymentApprovals | Missing]

    def found(self) -> Gathered:
        """Wait for all of it."""
        return {
            Run: self.run.result(),
            Baseline: self.baseline.result(),
            Checks: self.checks.result(),
            DeploymentApprovals: self.approvals.result(),
        }


def start(world: World, pool: ThreadPoolExecutor) -> FirstRound:
    """Ask everything that needs no policy. Ask for the policy file right after this, not before."""
    forge = world.forge
    return FirstRound(
        run=pool.submit(answer, forge.run),
        baseline=pool.submit(answer, forge.baseline),
        checks=pool.submit(answer, forge.checks),
        approvals=pool.submit(answer, forge.deployment_approvals),
    )


def without_policy(world: World, first: FirstRound, source: Missing, said: BreakGlass) -> Gathered:
    """What is known when no policy could be had: for the evidence of an undecided run."""
    return {**first.found(), PolicySource: source, BreakGlass: said, Clock: clock(world)}


def finish(
    world: World,
    pool: ThreadPoolExecutor,
    first: FirstRound,
    policy: Policy,
    source: PolicySource,
    named: tuple[str, ...],
    said: BreakGlass,
) -> Gathered:
    """Ask the rest and wait for all of it. `named` are ticket keys given for this very deploy."""
    branch, emergencies = policy.workflow.branch, world.emergencies
    incident = pool.submit(answer, lambda: gather_emergency.incident(emergencies, policy, said))
    owed = pool.submit(answer, lambda: gather_emergency.follow_ups(emergencies, pool, policy))
    kept = pool.submit(answer, lambda: world.retention(policy))
    revision = pool.submit(answer, lambda: world.forge.revision(branch))
    teams = pool.submit(answer, lambda: _teams(world, policy, first.run))
    calendars = pool.submit(answer, lambda: _calendars(world, policy))
    change = _change(world, pool, policy, first.baseline.result(), named)
    known = {
        **first.found(),
        PolicySource: source,
        Revision: revision.result(),
        **change,
        Teams: teams.result(),
        Calendars: calendars.result(),
        BreakGlass: said,
        Incident: incident.result(),
        FollowUps: owed.result(),
        Retention: kept.result(),
        Clock: clock(world),
    }
    # Duty is asked for the very moment that the decision calls now, so this comes last.
    duty = answer(lambda: gather_emergency.on_call(emergencies, pool, policy, known, said))
    return {**known, OnCall: duty}


def answer(question: Callable[[], T]) -> T | Missing:
    """The fact, or the Missing that says why there is none."""
    try:
        return question()
    except FactMissing as gap:
        return gap.missing


def clock(world: World) -> Clock | Missing:
    """Now, unless the answers' own clocks say that it is another time."""
    # Whole seconds: a decision must not look more exact than the systems' own times are.
    now, skew = world.clock().replace(microsecond=0), world.skew()
    if skew is not None and abs(skew) > MOST_SKEW_SECONDS:
        return Missing(
            source="the runner's clock",
            reason_code="clock-skew",
            detail=f"the runner's clock and the systems' clocks are {abs(skew)} seconds apart, so no window "
            "and no expiry can be judged",
            remedy="whoever runs the runner sets its clock (NTP), then the deploy is started again",
        )
    return Clock(now=now, skew_seconds=skew or 0)


def _change(
    world: World,
    pool: ThreadPoolExecutor,
    policy: Policy,
    baseline: Baseline | Missing,
    named: tuple[str, ...],
) -> Gathered:
    """The change, and the facts for which it must be known."""
    if isinstance(baseline, Missing):
        return _unknown(depends(baseline, "what has changed since the last successful deployment"))
    rules, forge, branch = policy.workflow.ticket, world.forge, policy.workflow.branch
    change = answer(lambda: forge.change(baseline, branch))
    if isinstance(change, Missing):
        return _unknown(change)
    keys = _keys(change, rules, named, world.repository)
    files = pool.submit(answer, lambda: forge.files(change))
    uses = pool.submit(answer, lambda: forge.earlier_uses(change, branch, keys))
    tickets = pool.submit(answer, lambda: _tickets(world, rules, keys, named))
    prior = pool.submit(answer, lambda: _prior(world, change, baseline))
    return {
        Change: change,
        PriorDecision: prior.result(),
        Files: files.result(),
        EarlierUses: uses.result(),
        Tickets: tickets.result(),
    }


def _unknown(gap: Missing) -> Gathered:
    return {
        Change: gap,
        PriorDecision: depends(gap, "whether this is a rollback"),
        Files: depends(gap, "which files differ"),
        EarlierUses: depends(gap, "whether a ticket was used before"),
        Tickets: depends(gap, "which tickets the change names"),
    }


def _keys(
    change: Change, rules: TicketRules, named: tuple[str, ...], repository: str
) -> tuple[str, ...]:
    found = [
        key for request in change.merge_requests for key in keys_of(request, rules, repository)
    ]
    return tuple(dict.fromkeys([*named, *found]))


def _tickets(
    world: World, rules: TicketRules, keys: tuple[str, ...], named: tuple[str, ...]
) -> Tickets:
    tickets = world.tracker(rules).tickets(keys) if keys else ()
    return Tickets(tickets=tickets, named_for_run=named)


def _prior(world: World, change: Change, baseline: Baseline) -> PriorDecision:
    if change.kind is not ChangeKind.ROLLBACK:
        return PriorDecision()
    return world.forge.prior_decision(baseline)


def _teams(world: World, policy: Policy, asked: Future[Run | Missing]) -> Teams:
    """Members of the teams that the policy names on the forge of this run, and of no other."""
    held = [role for role in policy.roles.values() if role.has_team]
    if not held:
        return Teams()
    run = asked.result()
    if isinstance(run, Missing):
        raise FactMissing(depends(run, "whose teams hold the roles"))
    names = dict.fromkeys(name for role in held if (name := role.team(run.forge)))
    return Teams(members={name: world.forge.team(name) for name in names})


def _calendars(world: World, policy: Policy) -> Calendars:
    addresses = dict.fromkeys(
        freeze.calendar for freeze in policy.windows.freeze if freeze.calendar
    )
    return Calendars(spans=tuple(span for address in addresses for span in _spans(world, address)))


def _spans(world: World, address: str) -> tuple[CalendarSpan, ...]:
    return world.forge.freezes() if address == FREEZE_PERIODS else world.calendar.spans(address)
