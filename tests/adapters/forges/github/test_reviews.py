from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gate.adapters.answer import Asked
from gate.adapters.forges.github import reviews
from gate.adapters.forges.github.accounts import NOBODY
from gate.adapters.part import Part
from gate.domain.facts import Push, Review, ReviewState
from gate.domain.identity import Identity, Kind
from tests.adapters.forges.github.canned import C1, C2, account, review
from tests.adapters.forges.github.gaps import code_of

BOT = Identity(system="github", login="github-merge-queue[bot]", id="9", kind=Kind.BOT)


def shapes(*found: Any) -> list[Part]:
    return [Part(one, Asked(system="GitHub", what="a pull request")) for one in found]


def read(*found: Any, events: Any = ()) -> tuple[Review, ...]:
    return reviews.read(shapes(*found), shapes(*events))


def test_a_review_says_who_what_and_when() -> None:
    assert read(review()) == (
        Review(
            id="PRR_carol",
            reviewer=Identity(system="github", login="carol", id="5"),
            state=ReviewState.APPROVED,
            revision=C2,
            submitted_at=datetime(2026, 11, 25, 11, tzinfo=UTC),
            comment="fine",
            url="https://github.com/acme/app/pull/12#carol",
        ),
    )


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ("APPROVED", ReviewState.APPROVED),
        ("CHANGES_REQUESTED", ReviewState.CHANGES_REQUESTED),
        ("COMMENTED", ReviewState.COMMENTED),
        ("DISMISSED", ReviewState.DISMISSED),
    ],
)
def test_each_state_is_told(told: str, state: ReviewState) -> None:
    assert read(review(state=told))[0].state is state


def test_a_review_that_is_still_being_written_is_no_word_yet() -> None:
    assert read(review(state="PENDING", submittedAt=None)) == ()


def test_a_state_that_nobody_knows_is_unreadable() -> None:
    assert code_of(lambda: read(review(state="ADORED"))) == "unreadable"


def test_an_edited_review_and_one_without_the_right_to_write_say_so() -> None:
    (found,) = read(review(lastEditedAt="2026-11-25T11:30:00Z", authorCanPushToRepository=False))
    assert (found.edited, found.may_merge) == (True, False)


def test_a_deleted_reviewer_is_unknown_and_a_commit_that_is_gone_is_none() -> None:
    (found,) = read(review(author=None, commit=None))
    assert (found.reviewer, found.revision) == (NOBODY, "")


def test_reviews_stand_in_the_order_of_submission() -> None:
    found = read(review("late", submittedAt="2026-11-25T12:00:00Z"), review("early"))
    assert [one.reviewer.login for one in found] == ["early", "late"]


def dismissal(**more: Any) -> dict[str, Any]:
    return {
        "__typename": "ReviewDismissedEvent",
        "createdAt": "2026-11-25T11:30:00Z",
        "actor": account("dave"),
        "review": {"id": "PRR_carol"},
        **more,
    }


def test_a_dismissal_names_whoever_did_it() -> None:
    (found,) = read(review(state="DISMISSED"), events=[dismissal(review=None), dismissal()])
    assert found.dismissed_by is not None
    assert found.dismissed_by.login == "dave"


def test_a_dismissal_by_a_deleted_account_is_by_somebody_unknown() -> None:
    assert read(review(state="DISMISSED"), events=[dismissal(actor=None)])[0].dismissed_by == NOBODY


def push(**more: Any) -> dict[str, Any]:
    return {
        "__typename": "HeadRefForcePushedEvent",
        "createdAt": "2026-11-25T10:00:00Z",
        "actor": account("bob"),
        "beforeCommit": {"oid": C1},
        "afterCommit": {"oid": C2},
        **more,
    }


def test_a_forced_push_is_told_with_both_ends() -> None:
    at = datetime(2026, 11, 25, 10, tzinfo=UTC)
    bob = Identity(system="github", login="bob", id="3")
    events = shapes(dismissal(), push(), push(beforeCommit=None, afterCommit=None, actor=None))
    assert list(reviews.forced_pushes(events)) == [
        Push(at=at, by=bob, before=C1, after=C2),
        Push(at=at, by=NOBODY, before="", after=""),
    ]


def queued(login: str | None) -> dict[str, Any]:
    return {
        "__typename": "AddedToMergeQueueEvent",
        "createdAt": "2026-11-25T11:50:00Z",
        "actor": account(login) if login else None,
    }


def test_behind_the_merge_queue_stands_whoever_used_it_last() -> None:
    events = shapes(queued("carol"), push(), queued("dave"))
    assert reviews.merger(BOT, events).login == "dave"
    assert reviews.merger(BOT, shapes(queued(None))) == NOBODY
    assert reviews.merger(BOT, []) == BOT


def test_a_person_who_merged_is_named_whoever_used_the_queue_before() -> None:
    alice = Identity(system="github", login="alice", id="101")
    assert reviews.merger(alice, shapes(queued("carol"))) == alice
