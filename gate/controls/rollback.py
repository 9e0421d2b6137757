"""A risky change can be taken back: somebody wrote down how, and there is something to go back to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason
from gate.domain.derived import JudgedTickets, Risk, ScopedChange
from gate.domain.facts import Baseline, Run
from gate.domain.idle import brings_nothing
from gate.domain.phrases import listed, moment, safe, short
from gate.domain.plan_parts import key_of
from gate.domain.policy.document import RollbackRules, RollbackTarget
from gate.domain.rollback_plan import Plan, plan_in_field, plans_in

ID = "rollback"
TITLE = "A risky change has a rollback plan and something to roll back to"
GUIDE = "§9"
SETTINGS = "rollback"
REASONS = {
    "no-plan": "neither a ticket nor a merge request of the change holds a rollback plan",
    "part-missing": "the rollback plan does not have a part that the policy asks for",
    "placeholder": "the rollback plan, or a part of it, says nothing about this change",
    "no-target": "nothing else was deployed here before, so there is nothing to go back to",
}
Settings = RollbackRules


def evaluate(
    risk: Risk,
    scope: ScopedChange,
    judged: JudgedTickets,
    baseline: Baseline,
    run: Run,
    settings: RollbackRules,
) -> Outcome:
    """Where the risk asks for it, look for one complete plan in the tickets and merge requests."""
    classes = [name for name in risk.classes if name in settings.required_for]
    if idle := brings_nothing(scope):
        return NotApplicable(reason=idle)
    if not classes:
        return NotApplicable(reason=_why_not(risk, settings))
    found = tuple(_plans(scope, judged, settings.must_name))
    reasons = (
        *_against_plans(found, scope, judged, settings.must_name),
        *_against_target(baseline, run, settings.target),
    )
    seen = (
        Observation(
            f"a rollback plan is needed: the change is in the risk class {listed(classes)}"
        ),
        *_seen(found, baseline, run, settings),
    )
    return Failed(reasons=reasons, observations=seen) if reasons else Passed(observations=seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A plan and where it stands."""

    plan: Plan
    where: str
    url: str
    in_ticket: bool


def _why_not(risk: Risk, settings: RollbackRules) -> str:
    if not settings.required_for:
        return "the policy asks for a rollback plan in no risk class"
    asked = listed(settings.required_for, "or")
    return f"the risk is {risk.level}, and a rollback plan is needed for {asked}"


def _plans(scope: ScopedChange, judged: JudgedTickets, wanted: Sequence[str]) -> Iterator[_Found]:
    for item in judged.tickets:
        ticket = item.ticket
        for plan in plans_in(ticket.body, wanted):
            yield _Found(plan=plan, where=ticket.asked_key, url=ticket.url, in_ticket=True)
        for name, text in ticket.fields.items():
            if (held := plan_in_field(name, text, wanted, judged.plan_field)) is not None:
                where = f"{ticket.asked_key}, field {safe(name)}"
                yield _Found(plan=held, where=where, url=ticket.url, in_ticket=True)
    for request in scope.merge_requests:
        for plan in plans_in(request.body, wanted):
            yield _Found(plan=plan, where=request.reference, url=request.url, in_ticket=False)


def _against_plans(
    found: Sequence[_Found], scope: ScopedChange, judged: JudgedTickets, wanted: Sequence[str]
) -> Iterator[Reason]:
    if not found:
        yield _no_plan(scope, judged, wanted)
        return
    best = _best(found, wanted)
    if best.plan.is_complete(wanted):
        return
    said, name = f"The rollback plan in {best.where}", f"Whoever owns {best.where}"
    after = " Since that changes the ticket, it is then approved again." if best.in_ticket else ""
    if best.plan.says_nothing and not best.plan.parts:
        text = safe(" ".join(best.plan.text.split())) or "nothing"
        yield Reason(
            code="placeholder",
            text=f"{said} says only: {text}.",
            remedy=f"{name} writes how this very change is taken back: {_form(wanted)}.{after}",
            url=best.url,
        )
        return
    if absent := best.plan.absent(wanted):
        yield Reason(
            code="part-missing",
            text=f"{said} does not name its {listed(absent)}.",
            remedy=f"{name} adds to it {_form(absent)}.{after}",
            url=best.url,
        )
    if empty := best.plan.placeholders(wanted):
        yield Reason(
            code="placeholder",
            text=f"{said} says nothing about this change in its {listed(empty)}. Words such as TBD, "
            "N/A or `restore from backup` alone name no revision, command, place or person.",
            remedy=f"{name} says it there in particular: {_form(empty)}.{after}",
            url=best.url,
        )


def _no_plan(scope: ScopedChange, judged: JudgedTickets, wanted: Sequence[str]) -> Reason:
    places = [item.ticket.asked_key for item in judged.tickets]
    places += [request.reference for request in scope.merge_requests]
    return Reason(
        code="no-plan",
        text=f"There is no rollback plan in {listed(places or ['any ticket or merge request'], 'or')}.",
        remedy="The author writes a section `Rollback plan` into the description of the merge request or of "
        f"the ticket, with {_form(wanted)}. A ticket that changes is then approved again.",
    )


_HINTS = {
    "trigger": "what you would see, where, and from which value on you roll back",
    "owner": "who decides",
    "steps": "the commands or links, in order",
    "verification": "how you know that it worked",
}


def _form(parts: Sequence[str]) -> str:
    named = [
        f"`{part.capitalize()}: …` ({_HINTS.get(part, 'in particular')})"
        for part in map(key_of, parts)
    ]
    return listed(named or ["what is done, and by whom"])


def _best(found: Sequence[_Found], wanted: Sequence[str]) -> _Found:
    """The plan that is nearest to complete; the first of several."""
    return min(
        found,
        key=lambda item: (
            not item.plan.is_complete(wanted),
            len(item.plan.absent(wanted)) + len(item.plan.placeholders(wanted)),
        ),
    )


def _against_target(baseline: Baseline, run: Run, target: RollbackTarget) -> Iterator[Reason]:
    current = baseline.current
    if target is RollbackTarget.NONE or (current and current.revision != run.revision):
        return
    what = "nothing was deployed before" if current is None else "only this revision was deployed"
    yield Reason(
        code="no-target",
        text=f"In {safe(baseline.environment)} {what}, so there is no last good deployment to roll back to.",
        remedy="For a first deployment, the owner of the change policy sets `rollback.target: none` until it "
        "is done, and the plan says how to take the first version out of service.",
    )


def _seen(
    found: Sequence[_Found], baseline: Baseline, run: Run, settings: RollbackRules
) -> Iterator[Observation]:
    if found and (best := _best(found, settings.must_name)).plan.is_complete(settings.must_name):
        named = f", with its {listed(settings.must_name)}" if settings.must_name else ""
        yield Observation(f"the rollback plan is in {best.where}{named}", best.url)
    if not any(_against_target(baseline, run, settings.target)):
        yield _target(baseline, settings.target)


def _target(baseline: Baseline, target: RollbackTarget) -> Observation:
    current = baseline.current
    if target is RollbackTarget.NONE or current is None:
        return Observation("the policy asks for no deployment to go back to")
    return Observation(
        f"it can be rolled back to {short(current.revision)}, deployed on {moment(current.at)}",
        current.url,
    )
