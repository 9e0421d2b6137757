"""Which reviews count: whose, of what, and when (guide §4 and §5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from gate.domain.derived import JudgedRequest, JudgedReview, Reviews, ScopedChange
from gate.domain.directory import account_holders, person_of, shown, unmapped
from gate.domain.facts import Commit, MergeRequest, Review, ReviewState
from gate.domain.freshness import carried_over, content, staleness
from gate.domain.identity import Identity, Kind
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.phrases import moment, short
from gate.domain.policy.document import Policy
from gate.domain.policy.workflow import ForgeRulesUse
from gate.domain.writers import Deed, Writers, told, writers_of

COUNTS = "counts"
WHY_NOT: Mapping[str, str] = {
    "commented": "it is a comment and approves nothing",
    "changes-requested": "it asks for changes",
    "dismissed": "somebody dismissed it, which does not bring an older approval back",
    "bot": "a machine gave it, and only people approve",
    "unmapped": "nobody knows which person gave it: the account stands under no name in `people`",
    "self": "the person who opened the merge request gave it",
    "co-author": "somebody who wrote part of the merge request gave it",
    "superseded": "the same person said something else later, or approved again",
    "edited": "it was edited after it was submitted",
    "no-write": "the reviewer could not write to the repository, so the forge does not count it either",
    "after-merge": "it was given after the merge",
    "stale": "it is for a commit that is gone, or content came after it",
    "reanchored": "it is older than the content on which the forge shows it",
}
"""Why a review does not count, by its stable code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """What a review of one merge request is judged against."""

    request: MergeRequest
    commits: tuple[Commit, ...]
    writers: Writers
    policy: Policy


def reviews(facts: Facts, policy: Policy) -> Reviews | Missing:
    """Judge every review of every merge request in scope.

    Missing when the change is; when somebody who wrote any of it stands under no name in `people`: an account that
    cannot be mapped might be the approver's own; and when the policy relies on the forge's own approval rules, which
    cannot be told.
    """
    change = lookup(facts, ScopedChange)
    if isinstance(change, Missing):
        return depends(change, "who reviewed what")
    if policy.workflow.review.forge_rules is ForgeRulesUse.REQUIRE:
        for request in change.merge_requests:
            if request.forge_rules and request.forge_rules.missing:
                what = f"what the forge's own approval rules asked of {request.reference}"
                return depends(request.forge_rules.missing, what)
    scenes = [_scene(request, change, policy) for request in change.merge_requests]
    if strangers := [stranger for scene in scenes for stranger in _strangers(scene)]:
        return unmapped("who wrote this change", strangers, policy)
    return Reviews(requests=tuple(_judged(scene) for scene in scenes))


def _scene(request: MergeRequest, change: ScopedChange, policy: Policy) -> _Scene:
    writers = writers_of(request, change.commits, policy)
    return _Scene(request=request, commits=change.commits, writers=writers, policy=policy)


def _strangers(scene: _Scene) -> Iterator[tuple[Identity, str]]:
    verbs = {
        Deed.OPENED: "opened",
        Deed.WROTE: "is an author of a commit of",
        Deed.COMMITTED: "committed a commit of",
        Deed.LANDED: "is an author of what the branch got from",
        Deed.REWROTE: "rewrote by force the branch of",
    }
    for trace in scene.writers.strangers:
        where = f" ({short(trace.sha)})" if trace.sha else ""
        yield trace.who, f"{verbs[trace.deed]} {scene.request.reference}{where}"


def _judged(scene: _Scene) -> JudgedRequest:
    request = scene.request
    # The sort is stable: reviews of the same second stay in the order in which the forge lists them.
    ordered = sorted(request.reviews, key=lambda review: review.submitted_at)
    spoken = [(review, person_of(review.reviewer, scene.policy)) for review in ordered]
    judged = [
        _judge(review, person, [later for later, by in spoken[at + 1 :] if by == person], scene)
        for at, (review, person) in enumerate(spoken)
    ]
    last = content(request, scene.commits)
    return JudgedRequest(
        number=request.number,
        reference=request.reference,
        url=request.url,
        writers=tuple(scene.writers.known),
        reviews=tuple(_only_newest(judged)),
        last_content=last[-1].sha if last else "",
        vetoed_by=_vetoes(judged, scene.writers),
        could_approve=tuple(
            person
            for person in account_holders(scene.policy, request.author.system)
            if person not in scene.writers.known
        ),
    )


def _judge(review: Review, person: str, later: Sequence[Review], scene: _Scene) -> JudgedReview:
    code, why = (
        _by_state(review)
        or _by_reviewer(review, person, scene)
        or _by_later(person, later)
        or _by_circumstance(review, scene.request)
        or _by_content(review, scene)
        or (COUNTS, _counting(review, scene))
    )
    return JudgedReview(review=review, person=person, counts=code == COUNTS, code=code, why=why)


def _by_state(review: Review) -> tuple[str, str] | None:
    match review.state:
        case ReviewState.APPROVED:
            return None
        case ReviewState.COMMENTED | ReviewState.CHANGES_REQUESTED:
            return review.state.value, WHY_NOT[review.state.value]
        case ReviewState.DISMISSED:
            by = f" by {shown(review.dismissed_by)}" if review.dismissed_by else ""
            return "dismissed", f"it was dismissed{by}, which does not bring an older approval back"
        case _:
            assert_never(review.state)


def _by_reviewer(review: Review, person: str, scene: _Scene) -> tuple[str, str] | None:
    if review.reviewer.kind is Kind.BOT:
        return "bot", WHY_NOT["bot"]
    if not person or review.reviewer.kind is not Kind.HUMAN:
        return "unmapped", WHY_NOT["unmapped"]
    if person not in scene.writers.known:
        return None
    traces = scene.writers.known[person]
    opened = any(trace.deed is Deed.OPENED for trace in traces)
    return "self" if opened else "co-author", f"{person} {told(traces)}"


def _by_later(person: str, later: Sequence[Review]) -> tuple[str, str] | None:
    for review in later:
        if review.state is ReviewState.CHANGES_REQUESTED:
            return (
                "superseded",
                f"{person} asked for changes later, at {moment(review.submitted_at)}",
            )
        if review.state is ReviewState.DISMISSED:
            return (
                "superseded",
                f"a later review of {person} was dismissed, which does not bring this one back",
            )
    return None


def _by_circumstance(review: Review, request: MergeRequest) -> tuple[str, str] | None:
    if review.edited:
        return "edited", WHY_NOT["edited"]
    if not review.may_merge:
        return "no-write", WHY_NOT["no-write"]
    if request.merged_at is not None and review.submitted_at > request.merged_at:
        given, merged = moment(review.submitted_at), moment(request.merged_at)
        return "after-merge", f"it was given at {given}, after the merge at {merged}"
    return None


def _by_content(review: Review, scene: _Scene) -> tuple[str, str] | None:
    old = staleness(review, scene.request, scene.commits, scene.policy.workflow.review.freshness)
    return (old.code, old.why) if old else None


def _counting(review: Review, scene: _Scene) -> str:
    said = f"it is for {short(review.revision)}, and no content came after it"
    if review.given_for:
        said = f"it is for {short(review.given_for)}, which was rebased unchanged, and no content came after it"
    moved = carried_over(review, scene.request)
    return f"{said}; the policy allows that {moved.why} (`allow_reanchored`)" if moved else said


def _only_newest(judged: Sequence[JudgedReview]) -> Iterator[JudgedReview]:
    """One person counts once: of several approvals that would count, the newest does."""
    for at, item in enumerate(judged):
        if item.counts and any(
            more.counts and more.person == item.person for more in judged[at + 1 :]
        ):
            yield replace(
                item, counts=False, code="superseded", why=f"{item.person} approved again later"
            )
        else:
            yield item


def _vetoes(judged: Sequence[JudgedReview], writers: Writers) -> tuple[str, ...]:
    # A comment is no opinion. Whether an approval counts or not, it takes back the same person's request for changes.
    last = {
        item.person: item.review.state
        for item in judged
        if item.person and item.review.state is not ReviewState.COMMENTED
    }
    return tuple(
        person
        for person, state in last.items()
        if state is ReviewState.CHANGES_REQUESTED and person not in writers.known
    )
