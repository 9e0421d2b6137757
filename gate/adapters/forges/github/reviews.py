"""What people did to a pull request: reviews, dismissals, forced pushes, and putting it into the merge queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gate.adapters.forges.github import accounts
from gate.adapters.part import Part
from gate.domain.facts import Push, Review, ReviewState
from gate.domain.identity import Identity

_MERGE_QUEUE = "github-merge-queue[bot]"
_STATES: Mapping[str, ReviewState] = {
    "APPROVED": ReviewState.APPROVED,
    "CHANGES_REQUESTED": ReviewState.CHANGES_REQUESTED,
    "COMMENTED": ReviewState.COMMENTED,
    "DISMISSED": ReviewState.DISMISSED,
}


def read(found: list[Part], events: list[Part]) -> tuple[Review, ...]:
    """Reviews in the order of submission. One that is still being written is nobody's word yet."""
    dismissals = _dismissals(events)
    submitted = [_review(one, dismissals) for one in found if one.name("state") != "PENDING"]
    return tuple(sorted(submitted, key=lambda review: review.submitted_at))


def _review(one: Part, dismissals: Mapping[str, Identity]) -> Review:
    state = _STATES.get(one.name("state"))
    if state is None:
        raise one.wrong("a state of a review that this version of the gate knows", "state")
    commit = one.maybe("commit")
    return Review(
        id=one.name("id"),
        reviewer=accounts.actor(one.maybe("author")),
        state=state,
        # A commit that is gone leaves null here, and an approval of nothing.
        revision=commit.sha("oid") if commit else "",
        submitted_at=one.moment("submittedAt"),
        edited=one.moment_or_none("lastEditedAt") is not None,
        may_merge=one.flag("authorCanPushToRepository"),
        comment=one.text("body"),
        dismissed_by=dismissals.get(one.name("id")),
        url=one.name("url"),
    )


def _dismissals(events: list[Part]) -> dict[str, Identity]:
    return {
        review.name("id"): accounts.actor(event.maybe("actor"))
        for event in events
        if event.name("__typename") == "ReviewDismissedEvent" and (review := event.maybe("review"))
    }


def forced_pushes(events: list[Part]) -> Iterator[Push]:
    """The times at which the branch was rewritten, from its timeline."""
    for event in events:
        if event.name("__typename") == "HeadRefForcePushedEvent":
            before, after = event.maybe("beforeCommit"), event.maybe("afterCommit")
            yield Push(
                at=event.moment("createdAt"),
                by=accounts.actor(event.maybe("actor")),
                before=before.sha("oid") if before else "",
                after=after.sha("oid") if after else "",
            )


def merger(merger: Identity, events: list[Part]) -> Identity:
    """Whoever put it into the merge queue, when the queue itself merged it."""
    if merger.login != _MERGE_QUEUE:
        return merger
    queued = [event for event in events if event.name("__typename") == "AddedToMergeQueueEvent"]
    return accounts.actor(queued[-1].maybe("actor")) if queued else merger
