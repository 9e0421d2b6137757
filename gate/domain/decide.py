"""From facts and policy to a decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gate.domain.control import Control, Failed, Passed, Unknown, needs
from gate.domain.decision import Decision, Result, Verdict, settle
from gate.domain.derive import derive
from gate.domain.derived import ChangeType, People, Risk, ScopedChange, ShortLane, Waivers
from gate.domain.facts import Change, Clock, PolicySource, Run
from gate.domain.lookup import Facts, lookup
from gate.domain.missing import Missing
from gate.domain.policy.document import Enforcement, Policy, Waiver
from gate.domain.settings import settings_of
from gate.domain.validity import earliest, end_of, observing


def decide(facts: Facts, policy: Policy, controls: Sequence[Control]) -> Decision:
    """Evaluate every control on the gathered facts and settle the verdict.

    What is not in `facts` counts as Missing. Every control is evaluated, always, in the order given: a person wants all the
    reasons at once.
    """
    known = derive(facts, policy)
    results = tuple(_judge(control, known, policy) for control in controls)
    verdict = settle(results)
    clock = lookup(known, Clock)
    now = None if isinstance(clock, Missing) else clock.now
    return Decision(
        verdict=verdict,
        results=results,
        decided_at=now,
        valid_until=_valid_until(results, policy, now) if verdict is Verdict.ALLOW else None,
        observe=observing(policy, now),
        run=lookup(known, Run),
        policy_source=lookup(known, PolicySource),
        change=lookup(known, Change),
        scope=lookup(known, ScopedChange),
        change_type=lookup(known, ChangeType),
        risk=lookup(known, Risk),
        people=lookup(known, People),
        waivers=lookup(known, Waivers),
        frameworks=policy.frameworks,
    )


def without_policy(facts: Facts) -> Decision:
    """The decision when there is no policy to judge by: undecided, whatever the facts are."""
    clock = lookup(facts, Clock)
    return Decision(
        verdict=settle(()),
        results=(),
        decided_at=None if isinstance(clock, Missing) else clock.now,
        valid_until=None,
        observe=None,
        run=lookup(facts, Run),
        policy_source=lookup(facts, PolicySource),
        change=lookup(facts, Change),
        scope=lookup(facts, ScopedChange),
        change_type=lookup(facts, ChangeType),
        risk=lookup(facts, Risk),
        people=lookup(facts, People),
        waivers=lookup(facts, Waivers),
    )


def _judge(control: Control, known: Facts, policy: Policy) -> Result:
    wanted = {name: lookup(known, kind) for name, kind in needs(control).items()}
    missing = tuple(dict.fromkeys(fact for fact in wanted.values() if isinstance(fact, Missing)))
    outcome = (
        Unknown(missing=missing)
        if missing
        else control.evaluate(**wanted, settings=settings_of(policy, control.SETTINGS))
    )
    stands = isinstance(outcome, Failed | Unknown)
    return Result(
        control=control.ID,
        title=control.TITLE,
        guide=control.GUIDE,
        enforcement=policy.controls.get(control.ID, Enforcement.BLOCK),
        outcome=outcome,
        waiver=_waiver(control.ID, known) if stands else None,
        lane=_lane(control.ID, known) if stands else "",
    )


def _waiver(control: str, known: Facts) -> Waiver | None:
    waivers = lookup(known, Waivers)
    return None if isinstance(waivers, Missing) else waivers.of(control)


def _lane(control: str, known: Facts) -> str:
    lane = lookup(known, ShortLane)
    return lane.why if isinstance(lane, ShortLane) and control in lane.controls else ""


def _valid_until(
    results: Sequence[Result], policy: Policy, now: datetime | None
) -> datetime | None:
    if now is None:
        return None
    passes = [
        r.outcome.until
        for r in results
        if isinstance(r.outcome, Passed) and r.enforcement is Enforcement.BLOCK
    ]
    waived = [
        end_of(r.waiver.expires, policy.windows.timezone) for r in results if r.waiver is not None
    ]
    return earliest(now, policy, [*passes, *waived])
