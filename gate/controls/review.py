"""Nothing is deployed on its author's word alone: every commit came by a merge request that somebody else approved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason
from gate.domain.derived import JudgedRequest, JudgedReview, Reviews, ScopedChange
from gate.domain.directory import shown
from gate.domain.facts import Baseline, ChangeKind, Commit, MergeRequest, Run
from gate.domain.forge_rules import flaws, told
from gate.domain.idle import brings_nothing
from gate.domain.phrases import counted, listed, moment, safe, short
from gate.domain.policy.workflow import ForgeRulesUse, ReviewRules
from gate.domain.writers import outside

ID = "review"
TITLE = "Every commit was approved by somebody who did not write it"
GUIDE = "§5"
SETTINGS = "workflow.review"
REASONS = {
    "direct-push": "a commit reached the branch without a merged merge request, so nobody can have reviewed it",
    "not-approved": "a merge request has fewer independent approvals of its final content than it needs",
    "changes-requested": "somebody's last word about a merge request is that it must change",
    "nothing-known": "the revision is new, but no commit of it is known",
    "no-forge-rules": "the policy relies on approval rules of the forge, and none asked for an approval",
    "forge-rules-weakened": "the policy relies on approval rules of the forge, and a merge request asked for less",
    "forge-rules-not-met": "the policy relies on approval rules of the forge, and one of them was not met",
}
Settings = ReviewRules

_WAIVE = "the owner of the change policy can waive `review` until a day, with a reason"
_RULES_REMEDY = {
    "no-forge-rules": "Whoever maintains the project sets approval rules in GitLab, or the owner of the change policy "
    "sets `workflow.review.forge_rules` to `observe`.",
    "forge-rules-weakened": "Whoever maintains the project forbids editing approval rules in merge requests. For what "
    f"is merged already, {_WAIVE}.",
    "forge-rules-not-met": "Whoever maintains the project finds out how it could be merged. For what is merged "
    f"already, {_WAIVE}.",
}


def evaluate(
    change: ScopedChange, reviews: Reviews, baseline: Baseline, run: Run, settings: ReviewRules
) -> Outcome:
    """Ask for each commit how it got in, and for each merge request who approved what is deployed."""
    if not change.commits and not change.merge_requests:
        return _without_commits(change, baseline, run)
    requests = change.merge_requests
    reasons = (
        *(_direct_push(commit) for commit in outside(change)),
        *(reason for request in reviews.requests for reason in _against(request, settings)),
        *(reason for request in requests for reason in _against_rules(request, settings)),
    )
    seen = (
        *(item for request in reviews.requests for item in _seen(request)),
        *(Observation(text, request.url) for request in requests for text in told(request)),
    )
    return Failed(reasons=reasons, observations=seen) if reasons else Passed(observations=seen)


def _without_commits(change: ScopedChange, baseline: Baseline, run: Run) -> Outcome:
    deployed = baseline.deployed(run.revision)
    when = f"; {short(run.revision)} was deployed on {moment(deployed.at)}" if deployed else ""
    if why := brings_nothing(change):
        return NotApplicable(reason=why + when)
    if change.kind is ChangeKind.ROLLBACK:
        return NotApplicable(
            reason=f"what will run again came through earlier deployments, and nothing is new{when}"
        )
    return Failed(
        reasons=(
            Reason(
                code="nothing-known",
                text=f"{short(run.revision)} does not run yet, but the forge names no commit that it brings.",
                remedy="Start the check again; if it stays so, deploy a revision of the protected branch.",
            ),
        )
    )


def _direct_push(commit: Commit) -> Reason:
    return Reason(
        code="direct-push",
        text=f"{short(commit.sha)} ({safe(commit.headline)}) by "
        f"{listed([shown(author) for author in commit.authors])} came without a merged merge request. "
        "Its message is no proof that there was one.",
        remedy=f"Bring changes by merge requests. This commit is in the branch already: {_WAIVE}.",
    )


def _against(request: JudgedRequest, settings: ReviewRules) -> Iterator[Reason]:
    for person in request.vetoed_by:
        yield Reason(
            code="changes-requested",
            text=f"{person} asked for changes in {request.reference} and has not taken that back.",
            remedy=f"Settle it with {person}, who then approves {request.reference} or has the review dismissed.",
            who=(person,),
            url=request.url,
        )
    if len(request.approvers) < settings.approvals:
        yield _not_approved(request, settings)


def _against_rules(request: MergeRequest, settings: ReviewRules) -> Iterator[Reason]:
    """What the forge's own rules say against it, where the policy relies on them."""
    match settings.forge_rules:
        case ForgeRulesUse.OBSERVE:
            return
        case ForgeRulesUse.REQUIRE:
            for code, text in flaws(request):
                yield Reason(code=code, text=text, remedy=_RULES_REMEDY[code], url=request.url)
        case _:
            assert_never(settings.forge_rules)


def _not_approved(request: JudgedRequest, settings: ReviewRules) -> Reason:
    void = [_void(judged) for judged in request.reviews if not judged.counts]
    others = listed(request.could_approve, "or")
    needed = counted(settings.approvals, "independent approval")
    return Reason(
        code="not-approved",
        text=f"{request.reference} needs {needed} of {short(request.last_content) or 'its content'} and has "
        f"{len(request.approvers)}. {' '.join(f'{text}.' for text in void) or 'Nobody reviewed it.'}",
        remedy=f"Before the merge, {others} could have approved it; an approval after the merge does not count. "
        f"For what is merged already, {_WAIVE}.",
        who=request.could_approve,
        url=request.url,
    )


def _seen(request: JudgedRequest) -> Iterator[Observation]:
    yield Observation(f"{request.reference} was written by {listed(request.writers)}", request.url)
    for judged in request.reviews:
        url = judged.review.url or request.url
        yield Observation(
            f"{request.reference}: {_void(judged) if not judged.counts else _valid(judged)}", url
        )


def _valid(judged: JudgedReview) -> str:
    review = judged.review
    return f"{judged.person} approved {short(review.revision)} on {moment(review.submitted_at)}; {judged.why}"


def _void(judged: JudgedReview) -> str:
    return f"{judged.person or shown(judged.review.reviewer)}'s review does not count: {judged.why}"
