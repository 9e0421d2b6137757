"""Requester, approver and deployer are different people (guide §4)."""

from __future__ import annotations

from collections.abc import Sequence

from gate.domain.approvals import DEPLOYER, REJECTED, REQUESTER, VALID, WRITER
from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason
from gate.domain.derived import Approval, People, ScopedChange
from gate.domain.idle import brings_nothing
from gate.domain.phrases import listed, moment
from gate.domain.policy.people import ApprovalSource, SeparationOfDuties

ID = "separation"
TITLE = "Somebody approved who neither asked for, wrote nor deploys the change"
GUIDE = "§4"
SETTINGS = "separation_of_duties"
REASONS = {
    "deployment-rejected": "somebody rejected this deployment",
    "deployer-is-approver": "the policy is strict, and somebody who deploys also approved",
    "self-approved-only": "only people who wrote the change approved it",
    "requester-sole-approver": "only the person who asked for the change approved it",
    "deployer-sole-approver": "only the person who deploys the change approved it",
    "no-independent-approver": "no approval is left once those of writers, requesters and deployers are set aside",
    "notice-given-now": "compensating mode: the release is announced by this check, and waits",
    "notice-too-fresh": "compensating mode: the release was announced too short a time ago",
    "notice-closed": "compensating mode: the ticket with the notice was closed before the release went out",
    "notice-lapsed": "compensating mode: the notice is so old that its review is due already",
    "objected": "compensating mode: somebody objected to the announced release, or reviewed it and did not confirm it",
    "reviewer-took-part": "compensating mode: nobody is left to review the release who had no part in it",
    "exception-expired": "compensating mode: the exception for want of an independent approver has ended",
}
Settings = SeparationOfDuties

_SELF = frozenset({WRITER, "self", "co-author"})
_SOLE = {
    "self-approved-only": _SELF,
    "requester-sole-approver": frozenset({REQUESTER}),
    "deployer-sole-approver": frozenset({DEPLOYER}),
}


def evaluate(change: ScopedChange, people: People, settings: SeparationOfDuties) -> Outcome:
    """Set aside the approvals of writers, requesters and deployers, and see who remains."""
    rejected = tuple(_rejected(item) for item in people.approvals if _is_rejected(item))
    # A rejection speaks against the deploy itself, even of something that already runs.
    if not rejected and (why := brings_nothing(change)):
        return NotApplicable(reason=why)
    reasons = (
        *rejected,
        *(_both(people) if settings.strict else ()),
        *(() if people.approvers else (_nobody(people),)),
    )
    seen = _matrix(people)
    return Failed(reasons=reasons, observations=seen) if reasons else Passed(observations=seen)


def _is_rejected(item: Approval) -> bool:
    # A rejected ticket has the same code, and is for the `ticket` control.
    return item.code == REJECTED and item.source is ApprovalSource.DEPLOYMENT


def _rejected(item: Approval) -> Reason:
    who = item.person or item.shown
    return Reason(
        code="deployment-rejected",
        text=f"{who} rejected the deployment to {item.where}. The forge does not say in which attempt, so it stands.",
        remedy=f"Settle it with {who}, then start a new run: a re-run would still carry the rejection.",
        who=(item.person,) if item.person else (),
        url=item.url,
    )


def _both(people: People) -> tuple[Reason, ...]:
    valid = {item.person for item in people.approvals if item.code in VALID}
    both = tuple(person for person in people.deployers if person in valid)
    return tuple(
        Reason(
            code="deployer-is-approver",
            text=f"{person} deploys this change and also approved it, which the policy forbids (strict).",
            remedy=f"Somebody other than {person}, and other than all who approved, starts the deploy in a new run.",
            who=_free(people),
        )
        for person in both
    )


def _nobody(people: People) -> Reason:
    codes = {item.code for item in people.approvals}
    alone = [code for code, only in _SOLE.items() if codes and codes <= only]
    code = alone[0] if alone else "no-independent-approver"
    return Reason(
        code=code,
        text=f"{REASONS[code][0].upper()}{REASONS[code][1:]}. {_void(people.approvals)}",
        remedy=_remedy(code, people),
        who=_free(people),
    )


def _void(approvals: Sequence[Approval]) -> str:
    texts = [
        f"{item.person or item.shown}'s {item.source.value} ({item.where}) does not count because {item.why_not}."
        for item in approvals
    ]
    return " ".join(dict.fromkeys(texts)) or "Nobody approved anything."


def _remedy(code: str, people: People) -> str:
    free = _free(people)
    others = f"{listed(free, 'or')} can approve" if free else "Somebody else approves"
    instead = f", or somebody other than {listed(people.deployers)} deploys in a new run"
    return f"{others} in the ticket or the deployment{instead if code == 'deployer-sole-approver' else ''}."


def _free(people: People) -> tuple[str, ...]:
    """People with any role who played no other part."""
    busy = {*people.requesters, *people.writers, *people.deployers}
    holders = dict.fromkeys(person for role in people.roles.values() for person in role)
    return tuple(person for person in holders if person not in busy)


def _matrix(people: People) -> tuple[Observation, ...]:
    wrote = [f"{person} ({', '.join(what)})" for person, what in people.writers.items()]
    return (
        Observation(f"requested by {listed(people.requesters)}"),
        Observation(f"written by {listed(wrote)}"),
        *(_approval(item) for item in people.approvals if item.counts),
        Observation(f"deployed by {listed(people.deployers)}"),
    )


def _approval(item: Approval) -> Observation:
    at = f" on {moment(item.at)}" if item.at else ""
    return Observation(
        f"approved by {item.person}: {item.source.value} ({item.where}){at}", item.url
    )
