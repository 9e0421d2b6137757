"""What is deployed is a revision of the protected branch, and still the one that was checked."""

from __future__ import annotations

from collections.abc import Iterator

from gate.domain.control import Failed, Observation, Outcome, Passed, Reason
from gate.domain.facts import Baseline, Change, ChangeKind, Reach, Revision, Run
from gate.domain.phrases import listed, moment, run_word, safe, short
from gate.domain.policy.workflow import RevisionRules

ID = "revision"
TITLE = "The revision belongs to the protected branch and is still the one that was started"
GUIDE = "§5"
SETTINGS = "workflow.revision"
REASONS = {
    "not-on-branch": "the protected branch does not contain the revision",
    "wrong-revision": "the facts are about another revision than the one that is deployed",
    "moved": "the tag points to another revision now, or is gone",
    "event-not-allowed": "what started the run may not start a production deploy",
    "baseline-not-believed": "somebody recorded the last deployment by hand, so what has changed since cannot be told",
    "never-deployed": "this goes back to a revision that never ran in this environment",
}
Settings = RevisionRules

NEVER = frozenset(
    {
        "discussion",
        "discussion_comment",
        "external_pull_request_event",
        "fork",
        "issue_comment",
        "issues",
        "merge_request_event",
        "pull_request",
        "pull_request_comment",
        "pull_request_review",
        "pull_request_review_comment",
        "pull_request_target",
        "watch",
    }
)
"""Events that people without write access can cause, or that run what nobody has reviewed. No policy can allow them."""


def evaluate(
    revision: Revision, run: Run, change: Change, baseline: Baseline, settings: RevisionRules
) -> Outcome:
    """Ask where the revision comes from, what started its deploy, and whether it is still the same."""
    reasons = (
        *_not_on_branch(revision),
        *_wrong_revision(revision, run, change),
        *_moved(revision),
        *_event(run, settings),
        *_not_believed(baseline, settings),
        *_never_deployed(run, change, baseline),
    )
    seen = (
        *_branch_seen(revision),
        *_ref_seen(revision, run),
        *_run_seen(run),
        *_rollback_seen(run, change, baseline),
    )
    return Failed(reasons=reasons, observations=seen) if reasons else Passed(observations=seen)


def _contained(revision: Revision) -> bool:
    return revision.reach in {Reach.IDENTICAL, Reach.BEHIND}


def _not_on_branch(revision: Revision) -> Iterator[Reason]:
    if not _contained(revision):
        yield Reason(
            code="not-on-branch",
            text=f"{revision.branch} does not contain {short(revision.sha)} ({revision.reach.value}). A commit of a "
            "fork or of an unmerged branch can be looked up in this repository as well; that proves nothing.",
            remedy=f"Merge it into {revision.branch} by a merge request and deploy what {revision.branch} holds then.",
        )


def _wrong_revision(revision: Revision, run: Run, change: Change) -> Iterator[Reason]:
    for what, sha in (("revision that was looked up", revision.sha), ("change", change.head)):
        if sha != run.revision:
            yield Reason(
                code="wrong-revision",
                text=f"The {what} is that of {short(sha)}; this deploys {short(run.revision)}.",
                remedy="Start the check again on the revision that is deployed.",
                url=run.url,
            )


def _is_tag(revision: Revision) -> bool:
    return revision.ref.startswith("refs/tags/")


def _moved(revision: Revision) -> Iterator[Reason]:
    if _is_tag(revision) and revision.ref_sha != revision.sha:
        now = f"points to {short(revision.ref_sha)} now" if revision.ref_sha else "is gone"
        yield Reason(
            code="moved",
            text=f"The run was started for {safe(revision.ref)} at {short(revision.sha)}, but the tag {now}. A tag "
            "that moves no longer says what is deployed.",
            remedy="Find out who moved it, then deploy a new tag in a new run.",
        )


def _event(run: Run, settings: RevisionRules) -> Iterator[Reason]:
    if run.event in settings.events and run.event not in NEVER:
        return
    allowed = listed([event for event in settings.events if event not in NEVER] or ["none"], "or")
    why = (
        "Anybody can cause it, or it runs what nobody has reviewed, so that no policy can allow it."
        if run.event in NEVER
        else "The policy does not list it in workflow.revision.events; whoever owns the policy can."
    )
    yield Reason(
        code="event-not-allowed",
        text=f"The event {safe(run.event)} started this {run_word(run.forge)}. {why}",
        remedy=f"Start the deploy by one of these events: {allowed}.",
        url=run.url,
    )


def _not_believed(baseline: Baseline, settings: RevisionRules) -> Iterator[Reason]:
    last = baseline.current
    believed = {name.casefold() for name in settings.deployments_by}
    if last is None or last.by_pipeline or str(last.creator or "").casefold() in believed:
        return
    yield Reason(
        code="baseline-not-believed",
        text=f"The last successful deployment of {safe(baseline.environment)}, {last.id}, was recorded by "
        f"{safe(str(last.creator or 'nobody known'))} and not by a job. Whoever records deployments could make any "
        "change look as if it ran already.",
        remedy="Whoever administers the repository deletes the record if it is false; if a deployment tool made it, "
        "the owner of the policy lists its account under workflow.revision.deployments_by.",
        url=last.url,
    )


def _never_deployed(run: Run, change: Change, baseline: Baseline) -> Iterator[Reason]:
    is_rollback = change.kind is ChangeKind.ROLLBACK
    if is_rollback and baseline.complete and baseline.deployed(run.revision) is None:
        yield Reason(
            code="never-deployed",
            text=f"{short(run.revision)} is older than what runs and was never deployed to "
            f"{safe(baseline.environment)}, so nobody knows whether it works there.",
            remedy="Roll back to a revision that was deployed, or revert the unwanted commits by a merge request.",
            url=change.url,
        )


def _branch_seen(revision: Revision) -> Iterator[Observation]:
    if _contained(revision):
        yield Observation(f"{revision.branch} contains {short(revision.sha)}")
    if revision.branch_protected is None:
        yield Observation(f"this token cannot tell whether {revision.branch} is protected")
    elif revision.branch_protected:
        yield Observation(f"{revision.branch} is protected")
    else:
        yield Observation(
            f"{revision.branch} is not protected: whoever can write to the repository can put anything there"
        )


def _ref_seen(revision: Revision, run: Run) -> Iterator[Observation]:
    if _is_tag(revision):
        return
    if revision.ref_sha is None:
        yield Observation(
            f"{safe(revision.ref)}, which the {run_word(run.forge)} was started for, is gone"
        )
    elif revision.ref_sha != revision.sha:
        yield Observation(
            f"{safe(revision.ref)} points to {short(revision.ref_sha)} by now; this deploys {short(revision.sha)}"
        )


def _run_seen(run: Run) -> Iterator[Observation]:
    yield Observation(
        f"{safe(str(run.started_by))} started the {run_word(run.forge)} by {safe(run.event)}",
        run.url,
    )
    if run.attempt > 1:
        who = safe(str(run.rerun_by)) if run.rerun_by else "somebody whom the forge does not name"
        yield Observation(
            f"attempt {run.attempt}, which {who} started; all is judged anew", run.url
        )


def _rollback_seen(run: Run, change: Change, baseline: Baseline) -> Iterator[Observation]:
    if change.kind is not ChangeKind.ROLLBACK:
        return
    if deployed := baseline.deployed(run.revision):
        when = moment(deployed.at)
        yield Observation(f"this goes back to what was deployed on {when}", deployed.url)
    elif not baseline.complete:
        yield Observation(
            f"this goes back to {short(run.revision)}; whether it was deployed before cannot be told, since the forge "
            "holds more deployments than were read"
        )
