"""One control, as people read of it: whether it is met, what it saw, and why it is set aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from gate.domain.control import Failed, NotApplicable, Observation, Passed, Reason, Unknown
from gate.domain.decision import Decision, Result
from gate.domain.grant import Grant
from gate.domain.policy.document import Enforcement


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


def control_story(result: Result, decision: Decision) -> ControlStory:
    """Tell of one result. Texts are raw."""
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
    if result.control in decision.not_judged:
        return f"Set aside by break-glass ({grant.id}): no tracker answered, and that stops no emergency"
    return f"Set aside by break-glass ({grant.id}): the policy lets an emergency waive it"
