"""What break-glass asks of the run, and of whoever started it (guide §6)."""

from __future__ import annotations

from collections.abc import Iterator

from gate.domain.control import Observation, Reason
from gate.domain.directory import person_of, unmapped
from gate.domain.duty import holding
from gate.domain.emergency_case import Findings, Plea
from gate.domain.facts import ApprovalState, Baseline, Run
from gate.domain.identity import Identity, Kind
from gate.domain.lookup import depends, lookup
from gate.domain.missing import Missing
from gate.domain.people import released
from gate.domain.phrases import listed, moment, safe
from gate.domain.policy.document import Policy

BY_HAND = ("workflow_dispatch", "web", "api")
"""Events with which a person starts a run and can say why: of GitHub, of GitLab's pages, and of its API."""

_NEW_RUN = "Whoever answers for the emergency starts the deploy by hand in a new run"


def invokers_of(run: Run, policy: Policy) -> tuple[str, ...]:
    """Who asks for the emergency: whoever started the run or this attempt, as far as `people` knows them.

    Never whoever merged: break-glass is what somebody does now.
    """
    found = (person_of(who, policy) for who in _starters(run) if who.kind is Kind.HUMAN)
    return tuple(dict.fromkeys(person for person in found if person))


def by_invoker(plea: Plea) -> Findings:
    """Whether those who ask for it are people whom the policy knows and lets ask."""
    strangers = [
        (who, "started this run")
        for who in _starters(plea.run)
        if who.kind is not Kind.BOT and not (who.kind is Kind.HUMAN and person_of(who, plea.policy))
    ]
    gaps = [unmapped("who breaks the glass", strangers, plea.policy)] if strangers else []
    reasons = []
    role = plea.rules.invoked_by
    if role:
        held = holding(role, plea.now, plea.run.forge, plea.facts, plea.policy)
        answers = {person: held.includes(person) for person in plea.invokers}
        gaps += [answer for answer in answers.values() if isinstance(answer, Missing)]
        others = [person for person, answer in answers.items() if answer is False]
        reasons = [_not_invoker(others, role, held.people)] if others else []
    seen = (
        ()
        if reasons or gaps
        else (Observation(f"{listed(plea.invokers)} asked for it", plea.run.url),)
    )
    return Findings(reasons=tuple(reasons), seen=seen, gaps=tuple(gaps))


def by_run(plea: Plea) -> Findings:
    """Whether this is a run that a person started by hand, for the first time, and that released nothing yet."""
    baseline, answers = lookup(plea.facts, Baseline), released(plea.facts, plea.run)
    reasons = [*_not_by_hand(plea.run), *_second_attempt(plea.run)]
    gaps = []
    if isinstance(baseline, Missing):
        gaps.append(depends(baseline, "whether this run was used for a release already"))
    else:
        reasons += _used(plea.run, baseline)
    if isinstance(answers, Missing):
        gaps.append(depends(answers, "whether somebody rejected this deployment"))
    else:
        noes = [a for a in answers.approvals if a.state is ApprovalState.REJECTED]
        reasons += _rejected(plea, [a.approver for a in noes]) if noes else []
    return Findings(reasons=tuple(reasons), gaps=tuple(gaps))


def _starters(run: Run) -> tuple[Identity, ...]:
    return (run.started_by, run.rerun_by) if run.rerun_by else (run.started_by,)


def _not_invoker(others: list[str], role: str, holders: tuple[str, ...]) -> Reason:
    return Reason(
        code="not-invoker",
        text=f"{listed(others)} asked for it; the policy lets only {role} break the glass.",
        remedy=f"Somebody who holds {role} starts the deploy by hand in a new run.",
        who=holders or (role,),
    )


def _not_by_hand(run: Run) -> Iterator[Reason]:
    if run.event not in BY_HAND:
        yield Reason(
            code="not-by-hand",
            text=f"The event {safe(run.event)} started this run; an emergency is started by a person, by hand.",
            remedy=f"{_NEW_RUN} ({listed(BY_HAND, 'or')}), with the reason and the incident.",
            url=run.url,
        )
    for who in _starters(run):
        if who.kind is Kind.BOT:
            yield Reason(
                code="not-by-hand",
                text=f"{safe(str(who))}, a machine, started this run; only a person can ask for an emergency.",
                remedy=f"{_NEW_RUN}, with the reason and the incident.",
                url=run.url,
            )


def _second_attempt(run: Run) -> Iterator[Reason]:
    if run.attempt != 1:
        yield Reason(
            code="second-attempt",
            text=f"This is attempt {run.attempt} of the run. An emergency is granted to a first attempt alone, since "
            "what was typed and approved then may not be meant now.",
            remedy=f"{_NEW_RUN}, with the reason as it is now.",
            url=run.url,
        )


def _used(run: Run, baseline: Baseline) -> Iterator[Reason]:
    done = baseline.by_this_run
    if done is not None:
        yield Reason(
            code="used",
            text=f"This run deployed to {safe(run.environment)} at {moment(done.at)} already, and a grant is for one "
            "release.",
            remedy=f"{_NEW_RUN}, which is judged by itself.",
            url=done.url or run.url,
        )


def _rejected(plea: Plea, by: list[Identity]) -> Iterator[Reason]:
    names = list(dict.fromkeys(person_of(who, plea.policy) or safe(str(who)) for who in by))
    yield Reason(
        code="rejected",
        text=f"{listed(names)} rejected the deployment to {safe(plea.run.environment)} in the forge.",
        remedy=f"Settle it with {listed(names)}; if it is an emergency all the same, start the deploy by hand in a "
        "new run.",
        who=tuple(names),
        url=plea.run.url,
    )
