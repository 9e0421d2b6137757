"""What people did that may stand for a second person's consent: in the pager's log, and in the forge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from gate.domain.consenting import Act
from gate.domain.derived import JudgedRequest, Reviews, ScopedChange
from gate.domain.emergency_case import Plea
from gate.domain.emergency_facts import EntryKind, Incident, IncidentState
from gate.domain.facts import ApprovalState, MergeRequest, ReviewState
from gate.domain.grant import Proof
from gate.domain.incident_check import Named
from gate.domain.lookup import depends, lookup
from gate.domain.missing import Missing
from gate.domain.people import released
from gate.domain.phrases import moment, safe
from gate.domain.policy.emergency import Emergency

REVIEW_HOLDS = timedelta(hours=4)
"""How old a review may be that stands for the second person, where no pager's `acknowledged_within` says it."""


def forge_role(rules: Emergency) -> str:
    """The role that approves an emergency in the forge."""
    return rules.approved_by or (rules.pager.acknowledged_by if rules.pager else "")


def acts(plea: Plea, named: Named) -> Iterator[Act | Missing]:
    """Acknowledgements, approvals of the deployment, and reviews, each with what it needs to count.

    A Missing stands for acts that could not be had.
    """
    if named.gap is not None:
        yield named.gap
    if named.found is not None and plea.rules.pager is not None:
        within = plea.now - plea.rules.pager.acknowledged_within
        yield from _acknowledgements(named, named.found, plea.rules.pager.acknowledged_by, within)
    yield from _deployment_approvals(plea)
    yield from _reviews(plea, named)


def _acknowledgements(named: Named, found: Incident, role: str, within: datetime) -> Iterator[Act]:
    """The newest first. What was acknowledged before it was over once was another trouble.

    Of an incident that is over now that is all there is to say, and it is said: then no age counts.
    """
    over = max((e.at for e in found.entries if e.kind is EntryKind.RESOLVED), default=within)
    is_over = found.state is IncidentState.RESOLVED
    for entry in reversed(found.entries):
        if entry.kind is EntryKind.ACKNOWLEDGED:
            yield Act(
                by=entry.by,
                did=f"acknowledged {named.shown}",
                proof=Proof.ACKNOWLEDGEMENT,
                where=named.shown,
                at=entry.at,
                role=role,
                since=None if is_over else max(over, within),
                too_old=f"only what was done since {moment(max(over, within))} counts",
                by_hand=entry.by_hand,
                channel=entry.channel,
                url=found.url,
            )


def _deployment_approvals(plea: Plea) -> Iterator[Act | Missing]:
    answers = released(plea.facts, plea.run)
    if isinstance(answers, Missing):
        yield depends(answers, "whether a second person approved the deployment")
        return
    for item in reversed(answers.approvals):
        if item.state is ApprovalState.APPROVED:
            yield Act(
                by=item.approver,
                did=f"approved the deployment to {safe(answers.environment)}",
                proof=Proof.DEPLOYMENT,
                where=answers.environment,
                at=item.at,
                role=forge_role(plea.rules),
                url=plea.run.url,
            )


def _reviews(plea: Plea, named: Named) -> Iterator[Act | Missing]:
    change, judged = lookup(plea.facts, ScopedChange), lookup(plea.facts, Reviews)
    if isinstance(change, Missing) or isinstance(judged, Missing):
        gap = next(fact for fact in (change, judged) if isinstance(fact, Missing))
        yield depends(gap, "whether a second person reviewed the emergency change")
        return
    deployed = {r.number for r in change.merge_requests if _brings(r, plea.run.revision)}
    for request in judged.requests:
        if request.number in deployed:
            yield from _approving(request, plea, named)


def _brings(request: MergeRequest, revision: str) -> bool:
    """Whether the revision is what this merge request was merged as, or the last of its own commits."""
    return revision in {request.merge_commit, request.head}


def _approving(request: JudgedRequest, plea: Plea, named: Named) -> Iterator[Act]:
    since = _since(plea, named)
    for judged in reversed(request.reviews):
        if judged.review.state is ReviewState.APPROVED:
            yield Act(
                by=judged.review.reviewer,
                did=f"approved {request.reference}",
                proof=Proof.REVIEW,
                where=request.reference,
                at=judged.review.submitted_at,
                role=forge_role(plea.rules),
                since=since,
                too_old=f"a review from before {moment(since)} was not given for this emergency",
                url=judged.review.url or request.url,
                flaw="" if judged.counts or judged.code == "unmapped" else judged.why,
            )


def _since(plea: Plea, named: Named) -> datetime:
    """From when on a review can be meant for this emergency: not before the incident, and not long ago."""
    pager = plea.rules.pager
    within = plea.now - (pager.acknowledged_within if pager else REVIEW_HOLDS)
    raised = named.found.raised_at if named.found else None
    return max(within, raised) if raised else within
