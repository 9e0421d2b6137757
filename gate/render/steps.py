"""What there is to do about a decision, who can do it, and in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gate.domain.control import Failed, Unknown
from gate.domain.decision import Decision, Result, Verdict
from gate.domain.derived import People
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.render.emergency_steps import for_an_emergency


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do, and who can do it."""

    what: str
    why: str
    who: str
    url: str
    control: str


def steps(decision: Decision, policy: Policy | None) -> tuple[Step, ...]:
    """Everything that stands between the change and its deploy: the same answer missing under six controls is one thing
    to do.
    """
    found: dict[tuple[str, str], Step] = {}
    asking: dict[tuple[str, str], set[str]] = {}
    gaps = set()
    for result in _urgent_first(decision):
        if result.weight is Verdict.ALLOW:
            continue
        for step in _steps_of(result, decision):
            key = (step.what, step.why)
            found.setdefault(key, step)
            asking.setdefault(key, set()).add(result.control)
            gaps |= {key} if isinstance(result.outcome, Unknown) else set()
    if not decision.results and isinstance(decision.policy_source, Missing):
        step = _step_for(decision.policy_source, "policy")
        found[step.what, step.why] = step
    return tuple(
        replace(
            step,
            what=for_an_emergency(
                step.what, asking.get(key, ()), decision, policy, gap=key in gaps
            ),
        )
        for key, step in found.items()
    )


def _urgent_first(decision: Decision) -> list[Result]:
    """Whoever asks for an emergency wants to know first what keeps it from being one."""
    asked = decision.asked_for_emergency
    return sorted(
        decision.results, key=lambda result: not (asked and result.control == "emergency")
    )


def _steps_of(result: Result, decision: Decision) -> list[Step]:
    reasons = result.outcome.reasons if isinstance(result.outcome, Failed) else ()
    gaps = result.outcome.missing if isinstance(result.outcome, Unknown) else ()
    steps = [
        Step(
            what=reason.remedy,
            why=reason.text,
            who=_who(reason.who, decision.people),
            url=reason.url,
            control=result.control,
        )
        for reason in reasons
    ]
    return [*steps, *(_step_for(gap, result.control) for gap in gaps)]


def _step_for(gap: Missing, control: str) -> Step:
    again = (
        "Run the deploy again; it may be over by then"
        if gap.retriable
        else "Mend it, then run the deploy again"
    )
    return Step(
        what=gap.remedy or again,
        why=f"{gap.source}: {gap.cause or gap.detail}",
        who="",
        url="",
        control=control,
    )


def _who(keys: tuple[str, ...], people: People | Missing) -> str:
    shown = {} if isinstance(people, Missing) else people.shown
    return ", ".join(shown.get(key) or key for key in keys)
