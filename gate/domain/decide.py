"""From facts and policy to a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gate.domain.change_type import EMERGENCY
from gate.domain.compensating import Compensated, compensate
from gate.domain.control import Control, Failed, Outcome, Unknown, needs
from gate.domain.decision import Decision, Result, Verdict, settle
from gate.domain.derive import derive
from gate.domain.derived import ChangeType, People, Risk, ScopedChange, Waivers
from gate.domain.emergency_case import EmergencyCase
from gate.domain.emergency_facts import BreakGlass
from gate.domain.facts import Change, Clock, Fact, PolicySource, Run
from gate.domain.grant import Grant, Obligation
from gate.domain.lookup import Facts, lookup
from gate.domain.missing import Missing
from gate.domain.never_excused import NEVER_EXCUSED
from gate.domain.obligations import review_owed
from gate.domain.policy.document import Enforcement, Policy, Waiver
from gate.domain.relief import is_for_want_of_a_tracker, is_waived, without_trackers
from gate.domain.settings import settings_of
from gate.domain.short_lane import ShortLane
from gate.domain.valid_until import valid_until
from gate.domain.validity import observing

BOUND_TO: tuple[type[Fact], ...] = (Clock, Run, PolicySource)
"""What every allowed deploy is bound to, whichever controls the policy turns off."""


def decide(facts: Facts, policy: Policy, controls: Sequence[Control]) -> Decision:
    """Evaluate every control on the gathered facts and settle the verdict.

    What is not in `facts` counts as Missing. Every control is evaluated, always, in the order given: a person wants all
    the reasons at once.
    """
    known = derive(facts, policy)
    grant = _granted(known)
    results = tuple(_judge(control, known, policy) for control in controls)
    if grant is not None:
        settled = Compensated(results=_eased(results, controls, grant, facts, policy))
    else:
        settled = compensate(results, known, policy)
    results, compensation = settled.results, settled.compensation
    verdict = _verdict(results, known, policy)
    clock = lookup(known, Clock)
    now = None if isinstance(clock, Missing) else clock.now
    return Decision(
        verdict=verdict,
        results=results,
        decided_at=now,
        valid_until=valid_until(results, known, policy, now, grant, compensation)
        if now is not None and verdict is Verdict.ALLOW
        else None,
        observe=observing(policy, now),
        run=lookup(known, Run),
        policy_source=lookup(known, PolicySource),
        change=lookup(known, Change),
        scope=lookup(known, ScopedChange),
        change_type=_shown_type(known, grant),
        risk=lookup(known, Risk),
        people=lookup(known, People),
        waivers=lookup(known, Waivers),
        frameworks=policy.frameworks,
        emergency=grant,
        compensating=compensation,
        obligations=_obligations(grant, known, policy, settled, verdict),
        break_glass=lookup(facts, BreakGlass),
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
        break_glass=lookup(facts, BreakGlass),
    )


def _verdict(results: Sequence[Result], known: Facts, policy: Policy) -> Verdict:
    verdict = settle(results)
    if verdict is Verdict.BLOCK and _may_be_waived(results, known, policy):
        return Verdict.UNDECIDED
    unbound = any(isinstance(lookup(known, kind), Missing) for kind in BOUND_TO)
    # A yes that is bound to no moment, run or policy could be used for any.
    return Verdict.UNDECIDED if verdict is Verdict.ALLOW and unbound else verdict


def _may_be_waived(results: Sequence[Result], known: Facts, policy: Policy) -> bool:
    """Whether nobody can tell if there is an emergency, and one could set aside all that blocks."""
    if policy.emergency is None or not isinstance(lookup(known, EmergencyCase), Missing):
        return False
    blocking = [result.control for result in results if result.weight is Verdict.BLOCK]
    return all(
        control in policy.emergency.waives and control not in NEVER_EXCUSED for control in blocking
    )


def _granted(known: Facts) -> Grant | None:
    case = lookup(known, EmergencyCase)
    return None if isinstance(case, Missing) else case.grant


def _eased(
    results: Sequence[Result],
    controls: Sequence[Control],
    grant: Grant,
    facts: Facts,
    policy: Policy,
) -> tuple[Result, ...]:
    """The results, with those set aside that the grant sets aside."""
    bare = without_trackers(facts, policy)

    def is_eased(result: Result, control: Control) -> bool:
        if is_waived(result, grant):
            return True
        return bare is not None and is_for_want_of_a_tracker(
            result, _outcome(control, bare, policy)
        )

    return tuple(
        replace(result, grant=grant.id) if is_eased(result, control) else result
        for result, control in zip(results, controls, strict=True)
    )


def _obligations(
    grant: Grant | None, known: Facts, policy: Policy, settled: Compensated, verdict: Verdict
) -> tuple[Obligation, ...]:
    if grant is None:
        return settled.obligations
    owed = review_owed(grant, known, policy) if verdict is Verdict.ALLOW else None
    return () if owed is None else (owed,)


def _shown_type(known: Facts, grant: Grant | None) -> ChangeType | Missing:
    usual = lookup(known, ChangeType)
    if grant is None or isinstance(usual, Missing):
        return usual
    # Only what is shown: the controls are held against the usual type, and waived where the policy waives them.
    return ChangeType(
        name=EMERGENCY,
        reasons=(
            f"break-glass was granted ({grant.id}); without it the change is {usual.name}",
            *usual.reasons,
        ),
    )


def _outcome(control: Control, known: Facts, policy: Policy) -> Outcome | Unknown:
    wanted = {name: lookup(known, kind) for name, kind in needs(control).items()}
    missing = tuple(dict.fromkeys(fact for fact in wanted.values() if isinstance(fact, Missing)))
    if missing:
        return Unknown(missing=missing)
    return control.evaluate(**wanted, settings=settings_of(policy, control.SETTINGS))


def _judge(control: Control, known: Facts, policy: Policy) -> Result:
    outcome = _outcome(control, known, policy)
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
