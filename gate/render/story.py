"""What a decision says, before it is said anywhere: the same story for the terminal, the summary
and the report.

Texts in a story are raw. Whoever shows them escapes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from gate.domain.decision import Decision, ReleaseClass, Verdict
from gate.domain.derived import ChangeType, Risk
from gate.domain.facts import Change, ChangeKind
from gate.domain.follow_up import Kept
from gate.domain.missing import Missing
from gate.domain.phrases import counted, run_word, short
from gate.domain.policy.document import Policy
from gate.render.compensating_story import compensating_story
from gate.render.control_story import ControlStory, control_story
from gate.render.emergency_story import EmergencyStory, emergency_story
from gate.render.steps import Step, steps
from gate.render.times import both


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """One thing about the change, such as its type, and why it is so."""

    name: str
    value: str
    reasons: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Verdict first, then what to do, then everything that was seen."""

    verdict: Verdict
    headline: str
    lead: str
    notices: tuple[str, ...]
    steps: tuple[Step, ...]
    traits: tuple[Trait, ...]
    controls: tuple[ControlStory, ...]
    emergency: EmergencyStory | None = None
    """None for a deploy by the usual rules; also tells of a notice that stands in for an approver."""


def tell(decision: Decision, policy: Policy | None, kept: Kept | None = None) -> Story:
    """Tell what was decided, and where what is owed is `kept`. Without a policy, times are in UTC."""
    controls = tuple(control_story(result, decision) for result in decision.results)
    return Story(
        verdict=decision.verdict,
        headline=_headline(decision),
        lead=_lead(decision, policy),
        notices=_notices(decision),
        steps=steps(decision, policy),
        traits=tuple(_traits(decision)),
        controls=controls,
        emergency=emergency_story(decision, policy, kept, zone_of(policy))
        or compensating_story(decision, policy, kept, zone_of(policy)),
    )


def zone_of(policy: Policy | None) -> str:
    """The time zone in which people of this policy think."""
    return "UTC" if policy is None else policy.windows.timezone


def _headline(decision: Decision) -> str:
    where = (
        "this deploy"
        if isinstance(decision.run, Missing)
        else f"the deploy to {decision.run.environment}"
    )
    said = {
        Verdict.ALLOW: f"Allowed{_class(decision)}: {where} may go on",
        Verdict.BLOCK: f"Blocked: {where} may not go on",
        Verdict.UNDECIDED: f"Undecided: the gate cannot tell, so {where} may not go on",
    }[decision.verdict]
    if decision.observe is None or decision.verdict is Verdict.ALLOW:
        return said
    return f"Observe mode: nothing is stopped, but the verdict is {decision.verdict.value.upper()}"


def _class(decision: Decision) -> str:
    return {
        ReleaseClass.EMERGENCY: " as an emergency",
        ReleaseClass.COMPENSATING: " in compensating mode",
    }.get(decision.release_class or ReleaseClass.REGULAR, "")


def _lead(decision: Decision, policy: Policy | None) -> str:
    match decision.verdict:
        case Verdict.ALLOW if decision.valid_until is not None:
            return f"The decision holds until {both(decision.valid_until, zone_of(policy))}."
        case Verdict.ALLOW:
            return ""
        case Verdict.BLOCK | Verdict.UNDECIDED:
            return _count(decision)
        case _:
            assert_never(decision.verdict)


def _count(decision: Decision) -> str:
    failed = sum(result.weight is Verdict.BLOCK for result in decision.results)
    unknown = sum(result.weight is Verdict.UNDECIDED for result in decision.results)
    counts = [(failed, f"{_are(failed)} not met"), (unknown, "could not be evaluated")]
    parts = [f"{count} {what}" for count, what in counts if count]
    if not parts:
        return "No control said yes, and silence is not consent."
    return f"Of {len(decision.results)} controls, {' and '.join(parts)}."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _notices(decision: Decision) -> tuple[str, ...]:
    found = []
    if decision.observe is not None:
        reason = f" ({decision.observe.reason})" if decision.observe.reason else ""
        found.append(
            f"Observe mode{reason}: the gate stops nothing until the end of {decision.observe.until:%d %b %Y}."
        )
    if not isinstance(decision.run, Missing) and decision.run.attempt > 1:
        run = decision.run
        found.append(f"This is attempt {run.attempt} of the {run_word(run.forge)}.")
    if not isinstance(decision.waivers, Missing):
        found += [
            f"The waiver of {w.control}{f' ({w.check})' if w.check else ''} ended on {w.expires:%d %b %Y} and is void."
            for w in decision.waivers.expired
        ]
    return tuple(found)


def _traits(decision: Decision) -> Iterator[Trait]:
    change, kind, risk = decision.change, decision.change_type, decision.risk
    if isinstance(change, Change):
        yield Trait(name="What changes", value=_span(change), url=change.url)
    if isinstance(kind, ChangeType):
        yield Trait(name="Change type", value=kind.name, reasons=kind.reasons)
    if isinstance(risk, Risk):
        yield Trait(name="Risk", value=risk.level, reasons=risk.reasons)


_KINDS = {
    ChangeKind.FIRST: "first deployment",
    ChangeKind.FORWARD: "forward",
    ChangeKind.REDEPLOY: "redeploy",
    ChangeKind.ROLLBACK: "rollback",
    ChangeKind.DIVERGED: "rewritten history, of which what runs now is no part",
}


def _span(change: Change) -> str:
    since = f" since {short(change.base)}" if change.base else ""
    commits = counted(len(change.commits) or len(change.undone), "commit")
    undone = " undone" if change.undone else ""
    return f"{_KINDS[change.kind]}: {commits}{undone}{since}, up to {short(change.head)}"
