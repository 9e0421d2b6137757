"""Who approved a merge request, when, and which commit that was for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gate.adapters.forges.gitlab import accounts
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Needs, Question, missing
from gate.adapters.forges.gitlab.reading import keys
from gate.adapters.forges.gitlab.timeline import Deed, Event
from gate.adapters.forges.gitlab.versions import SETTLES, Version, is_same, retargeted, shown_at
from gate.domain.facts import Review, ReviewState
from gate.domain.identity import Identity

_KEEP = accounts.KEYS | keys("iid approved_by approved_at merge_request_approvers_available")
_STATES: Mapping[Deed, ReviewState] = {
    Deed.APPROVED: ReviewState.APPROVED,
    Deed.UNAPPROVED: ReviewState.DISMISSED,
    Deed.CHANGES_REQUESTED: ReviewState.CHANGES_REQUESTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Somebody whose approval stands now; older versions of GitLab do not tell since when."""

    who: Identity
    at: datetime | None
    is_named: bool = True
    """Whether the answer said which merge request it is about. The Community Edition's does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What GitLab says of the approvals of one merge request."""

    approvers: tuple[Approver, ...]
    has_rules: bool
    """Whether this tier has approval rules: Free, and so the Community Edition, has none."""


def standing(client: Client, number: int) -> Standing:
    """Everybody whose approval stands. That GitLab calls it approved says nothing: on Free any approval is enough."""
    question = Question(what=f"approvals of !{number}", needs=Needs.READ)
    found = client.get(question, f"{client.home}/merge_requests/{number}/approvals", _KEEP)
    # The Community Edition tells neither; every other one tells both, if only that Free has no rules.
    told = found.has("merge_request_approvers_available")
    named = told or "iid" in found.members()
    if named and found.number("iid") != number:
        raise missing(question, "wrong-object", "GitLab answered about another merge request")
    return Standing(
        approvers=tuple(
            Approver(
                who=accounts.user(one.maybe("user")),
                at=one.moment_or_none("approved_at") if "approved_at" in one.members() else None,
                is_named=named,
            )
            for one in found.items("approved_by")
        ),
        has_rules=found.flag("merge_request_approvers_available") if told else named,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that is known about the reviews of one merge request."""

    url: str
    versions: tuple[Version, ...]
    own: frozenset[str]
    """The SHAs of its own commits."""
    events: tuple[Event, ...]
    standing: tuple[Approver, ...] | None
    """None with the job token alone: then the notes are all there is."""


def read(story: Story, question: Question) -> tuple[Review, ...]:
    """Every review, in the order in which they were given."""
    found = [*_from_notes(story)]
    if story.standing is not None:
        found = [*_gone(found, story.standing), *_standing(found, story, question)]
    return tuple(sorted(found, key=lambda review: review.submitted_at))


def _from_notes(story: Story) -> Iterator[Review]:
    approved: dict[str, Identity] = {}
    for event in story.events:
        if event.deed is Deed.RESET:
            for login in sorted(event.logins & approved.keys()):
                yield _review(story, event, approved[login], ReviewState.DISMISSED)
        elif state := _STATES.get(event.deed):
            approved[event.by.login.casefold()] = event.by
            yield _review(story, event, event.by, state)


def _review(story: Story, event: Event, who: Identity, state: ReviewState) -> Review:
    return Review(
        id=f"note-{event.id}-{who.id}",
        reviewer=who,
        state=state,
        revision=revision_at(story, event.at),
        given_for=given_for(story, event.at),
        submitted_at=event.at,
        dismissed_by=event.by if state is ReviewState.DISMISSED else None,
        url=f"{story.url}#note_{event.id}",
    )


def _gone(found: Sequence[Review], standing: Sequence[Approver]) -> Iterator[Review]:
    """Reviews of the notes, without approvals that stand, which are told better, and those that stand no more."""
    for review in found:
        if review.state is not ReviewState.APPROVED:
            yield review
        elif not any(_same(one.who, review.reviewer) for one in standing):
            # Taken away without a note, such as by a push or by whoever administers the project.
            yield replace(review, state=ReviewState.DISMISSED)


def _standing(found: Sequence[Review], story: Story, question: Question) -> Iterator[Review]:
    for one in story.standing or ():
        noted = [
            review.submitted_at
            for review in found
            if review.state is ReviewState.APPROVED and _same(review.reviewer, one.who)
        ]
        at, seen = _times(one, noted[-1] if noted else None, question)
        yield Review(
            id=f"approval-{one.who.id or one.who}",
            reviewer=one.who,
            state=ReviewState.APPROVED,
            revision=revision_at(story, seen),
            given_for=given_for(story, seen),
            submitted_at=at,
            url=story.url,
        )


def _times(one: Approver, noted: datetime | None, question: Question) -> tuple[datetime, datetime]:
    """When it was approved, and a moment whose version was surely shown. `noted`: when GitLab wrote the note of it."""
    exact = one.at
    if not one.is_named:
        if noted is None:
            raise missing(
                question,
                "wrong-object",
                f"GitLab's answer does not say which merge request {one.who} approved, and no note of this one does",
            )
        # A later time than that of this very one's note would be of another.
        exact = exact if exact and exact <= noted else None
    at = exact or noted
    if at is None:
        raise missing(question, "unreadable", f"GitLab does not say when {one.who} approved it")
    # A note is written some time after the approval that it tells.
    return at, exact or at - SETTLES


def revision_at(story: Story, moment: datetime) -> str:
    """The commit that a review of that moment was for.

    Where that commit is gone, but a later version has the very same difference, GitLab keeps the approval and shows it
    on that version: a rebase. Empty where the merge request was pointed at another branch afterwards.
    """
    versions = story.versions
    seen = shown_at(versions, moment)
    later = [one for one in versions[seen:] if is_same(one, versions[seen])]
    unchanged = bool(later) and later[-1] is versions[-1]
    if not unchanged and _pointed_elsewhere(story, seen, moment):
        return ""
    if versions[seen].head in story.own or not later:
        return versions[seen].head
    return later[-1].head


def given_for(story: Story, moment: datetime) -> str:
    """The head at that moment, where the review was carried over to another one; else empty."""
    head = story.versions[shown_at(story.versions, moment)].head
    return head if revision_at(story, moment) not in {head, ""} else ""


def _pointed_elsewhere(story: Story, seen: int, moment: datetime) -> bool:
    """Whether the merge request brought something else afterwards without any push: its target was changed."""
    version, *later = story.versions[seen:]
    return any(at >= moment for at in retargeted(story.events)) or any(
        one.head == version.head and one.patch and version.patch and one.patch != version.patch
        for one in later
    )


def _same(one: Identity, other: Identity) -> bool:
    return one.is_same(other)
