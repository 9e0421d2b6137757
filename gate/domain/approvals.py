"""Approvals from every source, and which of them count once it is known who played which part (guide §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from gate.domain.derived import Approval, JudgedRequest, JudgedReview, JudgedTicket
from gate.domain.directory import called, shown
from gate.domain.facts import ApprovalState, DeploymentApproval, DeploymentApprovals, ReviewState
from gate.domain.identity import Identity, Kind
from gate.domain.phrases import listed
from gate.domain.policy.document import Policy
from gate.domain.policy.people import ApprovalSource

COUNTS = "counts"
WRITER, REQUESTER, DEPLOYER, REJECTED = "writer", "requester", "deployer", "rejected"
WHY_NOT: Mapping[str, str] = {
    WRITER: "it is by somebody who wrote part of the change",
    REQUESTER: "it is by the person who asked for the change",
    DEPLOYER: "it is by the person who deploys the change",
    REJECTED: "it says no: the deployment was rejected",
    "bot": "a machine gave it, and only people approve",
    "unmapped": "nobody knows which person gave it: the account stands under no name in `people`",
}
"""Why an approval does not count here. What a review or a ticket lacks by itself has its own code (see there)."""

VALID = frozenset({COUNTS, WRITER, REQUESTER, DEPLOYER})
"""Codes of approvals that are valid by themselves: `A` of the guide, before `W`, `R` and `D` are taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What each person did besides approving, by their key: texts such as `wrote #12`."""

    wrote: Mapping[str, str]
    asked: Mapping[str, str]
    deploys: Mapping[str, str]


def review_approvals(requests: Sequence[JudgedRequest], policy: Policy) -> Iterator[Approval]:
    """Yield every approving review, whether it counts or not. Other reviews approve nothing."""
    for request in requests:
        for judged in request.reviews:
            if judged.review.state is ReviewState.APPROVED:
                yield _from_review(request, judged, policy)


def ticket_approvals(
    tickets: Sequence[JudgedTicket],
    covered: Callable[[str], tuple[int, ...] | None],
    policy: Policy,
) -> Iterator[Approval]:
    """Yield the approval of every ticket that somebody approved; `covered` says of each key what it is for."""
    for item in tickets:
        if item.approver is not None:
            code = _by_person(item.approver, policy) if item.counts else item.code
            yield Approval(
                person=called(item.approver, policy),
                shown=shown(item.approver),
                source=ApprovalSource.TICKET,
                where=item.ticket.key,
                covers=covered(item.ticket.asked_key),
                at=item.approved_at,
                counts=code == COUNTS,
                code=code,
                why_not=WHY_NOT.get(code, "") if item.counts else f"{item.ticket.key} {item.why}",
                url=item.ticket.url,
            )


def deployment_approvals(
    approvals: DeploymentApprovals, url: str, policy: Policy
) -> Iterator[Approval]:
    """Yield every answer of the environment's reviewers; `url` is the run that they answered for."""
    for item in approvals.approvals:
        code = _deployment_code(item, policy)
        yield Approval(
            person=called(item.approver, policy),
            shown=shown(item.approver),
            source=ApprovalSource.DEPLOYMENT,
            where=approvals.environment,
            covers=None,
            at=item.at,
            counts=code == COUNTS,
            code=code,
            why_not=WHY_NOT.get(code, ""),
            comment=item.comment,
            url=url,
        )


def settled(approval: Approval, parts: Parts) -> Approval:
    """Take away what may not count because of the part that the approver played: writer, requester or deployer."""
    if not approval.counts:
        return approval
    played = {
        WRITER: parts.wrote.get(approval.person, ""),
        REQUESTER: parts.asked.get(approval.person, ""),
        DEPLOYER: parts.deploys.get(approval.person, ""),
    }
    found = {code: did for code, did in played.items() if did}
    if not found:
        return approval
    why = f"{approval.person} {listed(list(dict.fromkeys(found.values())))}"
    return replace(approval, counts=False, code=next(iter(found)), why_not=why)


def _from_review(request: JudgedRequest, judged: JudgedReview, policy: Policy) -> Approval:
    review = judged.review
    return Approval(
        person=called(review.reviewer, policy),
        shown=shown(review.reviewer),
        source=ApprovalSource.REVIEW,
        where=request.reference,
        covers=(request.number,),
        at=review.submitted_at,
        counts=judged.counts,
        code=judged.code,
        why_not="" if judged.counts else judged.why,
        comment=review.comment,
        url=review.url or request.url,
    )


def _deployment_code(item: DeploymentApproval, policy: Policy) -> str:
    match item.state:
        case ApprovalState.REJECTED:
            return REJECTED
        case ApprovalState.APPROVED:
            return _by_person(item.approver, policy)
        case _:
            assert_never(item.state)


def _by_person(identity: Identity, policy: Policy) -> str:
    if identity.kind is Kind.BOT:
        return "bot"
    return COUNTS if called(identity, policy) and identity.kind is Kind.HUMAN else "unmapped"
