"""Compensating mode (guide §4): a team too small to separate duties gives notice, waits, and is reviewed afterwards.

It is looked at only when the want of an independent approver is all that stands against the change, since a notice of
something that could not go out anyway tells nobody anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from gate.domain.compensation import Compensation, Stage
from gate.domain.control import Failed, Observation, Reason, Unknown
from gate.domain.decision import Result, Verdict
from gate.domain.derived import People, Risk
from gate.domain.emergency_facts import FollowUps
from gate.domain.facts import Clock, Run
from gate.domain.grant import Obligation, Owed
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.notice_case import Case, Given, given
from gate.domain.notice_reasons import against, expired, wait
from gate.domain.phrases import listed
from gate.domain.policy.document import Policy
from gate.domain.policy.people import SeparationMode
from gate.domain.validity import end_of

SEPARATION = "separation"
WANTING: Mapping[str, frozenset[str]] = {
    SEPARATION: frozenset(
        {
            "self-approved-only",
            "requester-sole-approver",
            "deployer-sole-approver",
            "no-independent-approver",
        }
    ),
    "review": frozenset({"not-approved"}),
    "authority": frozenset({"row-not-met"}),
}
"""What a control may say for want of an independent approver and of nothing else. Anything beside it stands."""

_OPENING = timedelta(minutes=1)
"""What opening the ticket of a notice takes at the most: its time counts from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensated:
    """The results as compensating mode leaves them."""

    results: tuple[Result, ...]
    compensation: Compensation | None = None
    """None where the mode does not help: then the controls stand as they do on any day."""
    obligations: tuple[Obligation, ...] = ()


def compensate(results: tuple[Result, ...], known: Facts, policy: Policy) -> Compensated:
    """Say what compensating mode makes of the results. It never speaks for a control that says anything else.

    While the notice is fresh, `separation` says so and blocks; what else wants the approver is set aside, so that
    people read of the one thing that there is to do.
    """
    duties = policy.separation_of_duties
    rules = duties.compensating
    wanting = _wanting(results)
    if duties.mode is not SeparationMode.COMPENSATING or rules is None or not wanting:
        return Compensated(results=results)
    run, clock, people = lookup(known, Run), lookup(known, Clock), lookup(known, People)
    if isinstance(run, Missing) or isinstance(clock, Missing) or isinstance(people, Missing):
        return Compensated(results=results)
    if clock.now >= end_of(rules.expires, policy.windows.timezone):
        return Compensated(results=_said(results, expired(rules)))
    if why := _out_of_place(results, wanting, known):
        return Compensated(results=_seen(results, why))
    case = Case(facts=known, policy=policy, rules=rules, run=run, now=clock.now, people=people)
    return _settled(case, results, wanting)


def _wanting(results: Sequence[Result]) -> frozenset[str]:
    """Controls that block for want of an independent approver alone; none unless `separation` is one of them."""
    found = frozenset(result.control for result in results if _is_wanting(result))
    return found if SEPARATION in found else frozenset()


def _is_wanting(result: Result) -> bool:
    if result.weight is not Verdict.BLOCK or not isinstance(result.outcome, Failed):
        return False
    codes = {reason.code for reason in result.outcome.reasons}
    return codes <= WANTING.get(result.control, frozenset())


def _out_of_place(results: Sequence[Result], wanting: frozenset[str], known: Facts) -> str:
    """Why no notice is given; empty when nothing but the approver is wanting."""
    risk = lookup(known, Risk)
    classes = (
        [name for name in risk.classes if risk.approvals.get(name)]
        if isinstance(risk, Risk)
        else []
    )
    if classes:
        return (
            f"compensating mode does not apply: the risk class {listed(classes)} asks for an approval of its own, "
            "and nothing stands in for that"
        )
    others = [
        result.control
        for result in results
        if result.weight is not Verdict.ALLOW
        and result.control not in wanting
        and not _is_silent(result, known)
    ]
    if others:
        return (
            f"compensating mode: a notice can stand in for the approver once {listed(others)} no longer "
            f"{'stands' if len(others) == 1 else 'stand'} against the change"
        )
    return ""


def _is_silent(result: Result, known: Facts) -> bool:
    """Whether it only cannot be told because the tracker with the follow-ups does not answer."""
    gap = lookup(known, FollowUps)
    if not isinstance(gap, Missing) or not isinstance(result.outcome, Unknown):
        return False
    return all(
        (one.source, one.cause or one.detail) == (gap.source, gap.cause or gap.detail)
        for one in result.outcome.missing
    )


def _settled(case: Case, results: tuple[Result, ...], wanting: frozenset[str]) -> Compensated:
    rest = _aside(results, wanting - {SEPARATION}, case.id)
    found = lookup(case.facts, FollowUps)
    if isinstance(found, Missing):
        gap = depends(found, "whether notice of this release was given and anybody objected")
        unknown = tuple(
            replace(one, outcome=Unknown(missing=(gap,))) if one.control == SEPARATION else one
            for one in rest
        )
        return Compensated(results=unknown)
    noted = given(case, found)
    if refused := tuple(against(case, noted)):
        return Compensated(results=_said(results, *refused))
    stage = Stage.ANNOUNCED if noted is None or noted.is_fresh(case) else Stage.MET
    what = _compensation(case, noted, stage)
    return Compensated(
        results=_aside(results, wanting, case.id)
        if stage is Stage.MET
        else _said(rest, wait(case, what)),
        compensation=what,
        obligations=() if what.reviewed_by else (_obligation(case, noted, what),),
    )


def _compensation(case: Case, noted: Given | None, stage: Stage) -> Compensation:
    rules = case.rules
    start = noted.notice.opened_at if noted else case.now + _OPENING
    return Compensation(
        id=case.id,
        stage=stage,
        reason=rules.reason,
        granted_by=rules.granted_by,
        expires=rules.expires,
        reviewer=rules.reviewer,
        could_review=tuple(one for one in case.holders if one not in case.parts),
        notice=noted.notice if noted else None,
        deploy_from=start + rules.delay,
        due_at=noted.debt.due_at if noted else case.now + rules.review_within,
        reviewed_by=noted.reviewed_by if noted else "",
    )


def _obligation(case: Case, noted: Given | None, what: Compensation) -> Obligation:
    return Obligation(
        id=case.id,
        owed=Owed.INDEPENDENT_REVIEW,
        due_at=what.due_at,
        why=f"nobody independent approved the change; {what.granted_by} granted an exception until the end of "
        f"{what.expires}: {what.reason}",
        not_by=tuple(sorted({*case.parts, *(noted.not_by if noted else ())})),
    )


def _aside(results: Sequence[Result], controls: frozenset[str], name: str) -> tuple[Result, ...]:
    return tuple(replace(one, notice=name) if one.control in controls else one for one in results)


def _said(results: Sequence[Result], *reasons: Reason) -> tuple[Result, ...]:
    """The results, with more for `separation` to say: before its own words, since it is what there is to do."""
    return tuple(
        replace(one, outcome=replace(failed, reasons=(*reasons, *failed.reasons)))
        if (failed := _separation(one))
        else one
        for one in results
    )


def _seen(results: Sequence[Result], text: str) -> tuple[Result, ...]:
    return tuple(
        replace(
            one, outcome=replace(failed, observations=(*failed.observations, Observation(text)))
        )
        if (failed := _separation(one))
        else one
        for one in results
    )


def _separation(result: Result) -> Failed | None:
    """What `separation` said against the change."""
    failed = result.outcome if isinstance(result.outcome, Failed) else None
    return failed if result.control == SEPARATION else None
