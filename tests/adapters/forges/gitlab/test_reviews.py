from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gate.adapters.forges.gitlab.question import Question
from gate.adapters.forges.gitlab.reviews import (
    Approver,
    Standing,
    Story,
    read,
    revision_at,
    standing,
)
from gate.adapters.forges.gitlab.timeline import Deed, Event
from gate.adapters.forges.gitlab.versions import Version
from gate.domain.facts import Review, ReviewState
from gate.domain.identity import Identity
from tests.adapters.forges.gitlab.canned import C1, C2, HOME, approvals, serving, sha, user
from tests.adapters.forges.gitlab.gaps import code_of
from tests.adapters.forges.gitlab.test_client import client

AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
ABOUT = Question(what="!12")
CAROL = Identity(system="gitlab", login="carol", id="5", name="Carol")
ERIN = Identity(system="gitlab", login="Erin", id="6")
GONE = sha("gone")


def later(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def version(head: str, minutes: int, patch: str = "") -> Version:
    return Version(head=head, at=later(minutes), shown=later(minutes), patch=patch)


def event(deed: Deed, minutes: int, by: Identity = CAROL, **more: Any) -> Event:
    return Event(id=str(minutes), deed=deed, at=later(minutes), by=by, **more)


def story(*events: Event, versions: Any = None, standing: Any = None) -> Story:
    return Story(
        url="https://x/12",
        versions=versions or (version(C1, -60), version(C2, 0)),
        own=frozenset({C1, C2}),
        events=events,
        standing=standing,
    )


def said(*reviews: Review) -> list[tuple[str, ReviewState, str]]:
    return [(one.reviewer.login, one.state, one.revision) for one in reviews]


# --- the question -----------------------------------------------------------------------------


def ask_all(answer: Any) -> Standing:
    with serving({f"{HOME}/merge_requests/12/approvals": answer}) as canned:
        return standing(client(canned, read=True), 12)


def ask(answer: Any) -> tuple[Approver, ...]:
    return ask_all(answer).approvers


def test_approvers_come_with_the_time_of_their_approval() -> None:
    (found,) = ask(approvals(("carol", "2026-11-25T10:00:00Z")))
    assert found == Approver(who=CAROL, at=AT)


def test_older_servers_tell_no_time() -> None:
    assert ask({"iid": 12, "approved_by": [{"user": user("carol")}]}) == (
        Approver(who=CAROL, at=None),
    )
    assert ask(approvals(("carol", None)))[0].at is None


def test_the_community_edition_does_not_say_which_merge_request_it_answers_about() -> None:
    told = ask_all({"approved": True, "approved_by": [{"user": user("carol")}]})
    assert told.approvers == (Approver(who=CAROL, at=None, is_named=False),)
    assert not told.has_rules


@pytest.mark.parametrize(
    ("more", "has"),
    [
        ({"merge_request_approvers_available": True}, True),
        ({"merge_request_approvers_available": False}, False),
        ({}, True),
    ],
)
def test_the_answer_says_whether_this_tier_has_rules(more: dict[str, Any], has: bool) -> None:
    assert ask_all({"iid": 12, "approved_by": [], **more}).has_rules is has


def test_that_gitlab_calls_it_approved_says_nothing() -> None:
    assert ask({"iid": 12, "approved": True, "approved_by": []}) == ()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"iid": 13, "approved_by": []}, "wrong-object"),
        ({"merge_request_approvers_available": False, "approved_by": []}, "unreadable"),
        ({"iid": 12}, "unreadable"),
        ({"iid": 12, "approved_by": None}, "unreadable"),
    ],
)
def test_an_answer_that_is_none_is_a_gap(answer: Any, code: str) -> None:
    assert code_of(lambda: ask(answer)) == code


# --- from the notes alone ---------------------------------------------------------------------


def test_with_the_job_token_the_notes_tell_who_approved_and_took_it_back() -> None:
    found = read(
        story(
            event(Deed.APPROVED, -30),
            event(Deed.UNAPPROVED, 5),
            event(Deed.APPROVED, 6),
            event(Deed.CHANGES_REQUESTED, 7, ERIN),
            event(Deed.PUSHED, 8),
        ),
        ABOUT,
    )
    assert said(*found) == [
        ("carol", ReviewState.APPROVED, C1),
        ("carol", ReviewState.DISMISSED, C2),
        ("carol", ReviewState.APPROVED, C2),
        ("Erin", ReviewState.CHANGES_REQUESTED, C2),
    ]
    assert found[1].dismissed_by == CAROL
    assert found[0].url == "https://x/12#note_-30"


def test_a_push_that_took_approvals_away_dismisses_those_of_whom_it_names() -> None:
    reset = event(Deed.RESET, 5, ERIN, logins=frozenset({"carol", "stranger"}))
    found = read(story(event(Deed.APPROVED, 1), event(Deed.APPROVED, 2, ERIN), reset), ABOUT)
    assert said(*found)[2:] == [("carol", ReviewState.DISMISSED, C2)]
    assert found[2].dismissed_by == ERIN


# --- with the approvals -----------------------------------------------------------------------


def test_the_time_of_an_approval_is_its_own_and_not_that_of_its_note() -> None:
    found = read(
        story(event(Deed.APPROVED, 1), standing=(Approver(who=CAROL, at=later(-1)),)), ABOUT
    )
    assert said(*found) == [("carol", ReviewState.APPROVED, C1)]
    assert found[0].submitted_at == later(-1)


def test_without_its_own_time_that_of_the_note_counts_and_what_was_shown_a_minute_before() -> None:
    standing = (Approver(who=CAROL, at=None),)
    found = read(story(event(Deed.APPROVED, 0), standing=standing), ABOUT)
    assert (found[0].submitted_at, found[0].revision) == (AT, C1)
    found = read(story(event(Deed.APPROVED, -9), event(Deed.APPROVED, 1), standing=standing), ABOUT)
    assert (found[0].submitted_at, found[0].revision) == (later(1), C2)


def test_an_approval_without_any_time_is_a_gap() -> None:
    standing = (Approver(who=CAROL, at=None),)
    assert code_of(lambda: read(story(standing=standing), ABOUT)) == "unreadable"


UNNAMED = Approver(who=CAROL, at=later(1), is_named=False)


def test_an_answer_that_names_no_merge_request_is_believed_as_far_as_a_note_of_it_goes() -> None:
    (found,) = read(story(event(Deed.APPROVED, 1), standing=(UNNAMED,)), ABOUT)
    assert (found.submitted_at, found.revision) == (later(1), C2)
    (early,) = read(
        story(event(Deed.APPROVED, 1), standing=(replace(UNNAMED, at=later(-1)),)), ABOUT
    )
    assert (early.submitted_at, early.revision) == (later(-1), C1)
    (untimed,) = read(story(event(Deed.APPROVED, 0), standing=(replace(UNNAMED, at=None),)), ABOUT)
    assert (untimed.submitted_at, untimed.revision) == (AT, C1)


def test_a_later_time_than_that_of_the_note_is_of_another_merge_request() -> None:
    (found,) = read(story(event(Deed.APPROVED, -30), standing=(UNNAMED,)), ABOUT)
    assert (found.submitted_at, found.revision) == (later(-30), C1)


def test_an_answer_that_names_no_merge_request_and_that_no_note_supports_is_a_gap() -> None:
    noted = event(Deed.APPROVED, 1, ERIN)
    assert code_of(lambda: read(story(noted, standing=(UNNAMED,)), ABOUT)) == "wrong-object"


def test_an_approval_that_stands_no_more_is_shown_as_dismissed() -> None:
    found = read(
        story(
            event(Deed.APPROVED, 1),
            event(Deed.APPROVED, 2, ERIN),
            standing=(Approver(who=ERIN, at=later(2)),),
        ),
        ABOUT,
    )
    assert said(*found) == [
        ("carol", ReviewState.DISMISSED, C2),
        ("Erin", ReviewState.APPROVED, C2),
    ]


def test_a_request_for_changes_stays_beside_the_approvals() -> None:
    found = read(
        story(event(Deed.CHANGES_REQUESTED, 1), standing=(Approver(who=ERIN, at=later(2)),)), ABOUT
    )
    assert [one.state for one in found] == [ReviewState.CHANGES_REQUESTED, ReviewState.APPROVED]


# --- what an approval was for -----------------------------------------------------------------


def test_it_was_for_what_was_shown_then() -> None:
    told = story()
    assert [revision_at(told, later(minutes)) for minutes in (-90, -30, 0, 30)] == [C1, C1, C2, C2]


def test_a_rebase_that_changed_nothing_carries_it_over() -> None:
    versions = (version(GONE, -60, "p"), version(C2, 0, "p"))
    assert revision_at(story(versions=versions), later(-30)) == C2


def test_what_was_carried_over_says_what_it_was_given_for() -> None:
    versions = (version(GONE, -60, "p"), version(C2, 0, "p"))
    (noted,) = read(story(event(Deed.APPROVED, -30), versions=versions), ABOUT)
    assert (noted.given_for, noted.revision) == (GONE, C2)
    (standing,) = read(
        story(versions=versions, standing=(Approver(who=CAROL, at=later(-30)),)), ABOUT
    )
    assert (standing.given_for, standing.revision) == (GONE, C2)
    (plain,) = read(story(event(Deed.APPROVED, 5)), ABOUT)
    assert (plain.given_for, plain.revision) == ("", C2)


def test_a_rebase_that_changed_something_does_not() -> None:
    versions = (version(GONE, -60, "p"), version(C2, 0, "q"))
    assert revision_at(story(versions=versions), later(-30)) == GONE


def test_without_digests_nothing_is_carried_over() -> None:
    versions = (version(GONE, -60), version(C2, 0))
    assert revision_at(story(versions=versions), later(-30)) == GONE


def test_a_rebase_and_then_more_carries_it_to_the_rebase_only() -> None:
    versions = (version(GONE, -60, "p"), version(C1, -10, "p"), version(C2, 0, "q"))
    assert revision_at(story(versions=versions), later(-30)) == C1


def test_a_commit_that_is_still_there_needs_nothing_carried_over() -> None:
    versions = (version(C1, -60, "p"), version(GONE, -10, "q"), version(C2, 0, "p"))
    assert revision_at(story(versions=versions), later(-30)) == C1


def test_pointed_at_another_branch_afterwards_it_is_for_nothing_any_more() -> None:
    retargeted = event(Deed.RETARGETED, 10)
    assert revision_at(story(retargeted), later(5)) == ""
    assert revision_at(story(retargeted), later(11)) == C2


def test_unless_the_difference_is_the_very_same() -> None:
    versions = (version(C2, 0, "p"), version(C2, 11, "p"))
    assert revision_at(story(event(Deed.RETARGETED, 10), versions=versions), later(5)) == C2


def test_the_same_head_with_another_difference_is_another_target() -> None:
    versions = (version(C2, 0, "p"), version(C2, 11, "q"))
    assert revision_at(story(versions=versions), later(5)) == ""
    assert revision_at(story(versions=(version(C2, 0, "p"), version(C2, 11))), later(5)) == C2
