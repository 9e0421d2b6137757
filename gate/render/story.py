"""What a decision says, before it is said anywhere: the same story for the terminal, the summary
and the report.

Texts in a story are raw. Whoever shows them escapes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from gate.domain.control import Failed, NotApplicable, Observation, Passed, Reason, Unknown
from gate.domain.decision import Decision, ReleaseClass, Result, Verdict
from gate.domain.derived import ChangeType, People, Risk
from gate.domain.facts import Change, ChangeKind
from gate.domain.follow_up import Kept
from gate.domain.grant import Grant
from gate.domain.missing import Missing
from gate.domain.phrases import counted, run_word, short
from gate.domain.policy.document import Enforcement, Policy
from gate.render.compensating_story import compensating_story
from gate.render.emergency_steps import for_an_emergency
from gate.render.emergency_story import EmergencyStory, emergency_story, for_want_of_a_tracker
from gate.render.times import both


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do, and who can do it."""

    what: str
    why: str
    who: str
    url: str
    control: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlStory:
    """One control: `mark` is pass, fail, unknown, none, set-aside or warning."""

    id: str
    title: str
    guide: str
    mark: str
    label: str
    notes: tuple[str, ...]
    reasons: tuple[Reason, ...]
    seen: tuple[Observation, ...]


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
    controls = tuple(_control(result, decision) for result in decision.results)
    return Story(
        verdict=decision.verdict,
        headline=_headline(decision),
        lead=_lead(decision, policy),
        notices=_notices(decision),
        steps=_steps(decision, policy),
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


def _steps(decision: Decision, policy: Policy | None) -> tuple[Step, ...]:
    # The same answer missing under six controls is one thing to do.
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


def _who(keys: tuple[str, ...], people: People | Missing) -> str:
    shown = {} if isinstance(people, Missing) else people.shown
    return ", ".join(shown.get(key) or key for key in keys)


def _control(result: Result, decision: Decision) -> ControlStory:
    mark, label = _mark(result)
    seen: tuple[Observation, ...] = ()
    reasons: tuple[Reason, ...] = ()
    notes = _notes(result, decision)
    match result.outcome:
        case Passed(observations=observations):
            seen = observations
        case Failed(reasons=why, observations=observations):
            seen, reasons = observations, why
        case NotApplicable(reason=reason):
            notes.append(reason)
        case Unknown(missing=missing):
            notes += [f"{gap.source}: {gap.detail}" for gap in missing]
        case _:
            assert_never(result.outcome)
    return ControlStory(
        id=result.control,
        title=result.title,
        guide=result.guide,
        mark=mark,
        label=label,
        notes=tuple(notes),
        reasons=reasons,
        seen=seen,
    )


def _mark(result: Result) -> tuple[str, str]:
    match result.outcome:
        case Passed():
            return "pass", "met"
        case NotApplicable():
            return "none", "does not arise"
        case Failed():
            mark, label = "fail", "not met"
        case Unknown():
            mark, label = "unknown", "could not be evaluated"
        case _:
            assert_never(result.outcome)
    if result.excused:
        return "set-aside", f"{label}, set aside"
    if result.enforcement is not Enforcement.BLOCK:
        return (
            "warning",
            f"{label}, only a warning"
            if result.enforcement is Enforcement.WARN
            else f"{label}, switched off",
        )
    return mark, label


def _notes(result: Result, decision: Decision) -> list[str]:
    notes = []
    if result.waiver is not None:
        w = result.waiver
        notes.append(f"Waived until {w.expires:%d %b %Y} by {w.granted_by}: {w.reason}")
    elif result.lane:
        notes.append(f"Short lane: {result.lane}")
    elif result.grant and decision.emergency is not None:
        notes.append(_by_grant(result, decision, decision.emergency))
    elif result.notice:
        notes.append(
            f"Set aside in compensating mode ({result.notice}): a notice, a delay and an independent review afterwards "
            "stand in for the approver"
        )
    return notes


def _by_grant(result: Result, decision: Decision, grant: Grant) -> str:
    if result.control in for_want_of_a_tracker(decision, grant):
        return f"Set aside by break-glass ({grant.id}): no tracker answered, and that stops no emergency"
    return f"Set aside by break-glass ({grant.id}): the policy lets an emergency waive it"
