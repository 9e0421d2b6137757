from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from gate.adapters.forges.gitlab.timeline import Deed, Event, read
from tests.adapters.forges.gitlab.canned import C1, C2, HOME, M0, Raw, note, pushed, serving
from tests.adapters.forges.gitlab.gaps import code_of
from tests.adapters.forges.gitlab.test_client import client

NOTES = f"{HOME}/merge_requests/12/notes"


def events(*notes: Any) -> Sequence[Event]:
    with serving({NOTES: list(notes)}) as canned:
        return read(client(canned), 12)


@pytest.mark.parametrize(
    ("body", "deed"),
    [
        ("approved this merge request", Deed.APPROVED),
        ("unapproved this merge request", Deed.UNAPPROVED),
        ("requested changes", Deed.CHANGES_REQUESTED),
        ("reset approvals from @carol by pushing to the branch", Deed.RESET),
        ("changed target branch from `a` to `main`", Deed.RETARGETED),
        ("restored source branch `retries`", Deed.RESTORED),
        ("added 1 commit\n\n<ul></ul>", Deed.PUSHED),
        ("added 12 new commits", Deed.PUSHED),
    ],
)
def test_gitlabs_own_notes_tell_what_happened(body: str, deed: Deed) -> None:
    (event,) = events(note(1, body))
    assert (event.deed, event.by.login, event.id) == (deed, "carol", "1")


@pytest.mark.parametrize(
    "body",
    [
        "approved this merge request.", "Approved this merge request", "he approved this merge request",
        "approved this merge request\n\nnot", "added 1 commitment", "added label ~approved", "resolved all threads", "",
    ],
)  # fmt: skip
def test_anything_else_tells_nothing(body: str) -> None:
    assert events(note(1, body)) == ()


@pytest.mark.parametrize("deed", ["approved this merge request", "unapproved this merge request"])
def test_a_comment_that_says_the_same_is_only_a_comment(deed: str) -> None:
    assert events(note(1, deed, system=False)) == ()


def test_a_push_tells_the_head_before_it_and_what_it_listed() -> None:
    (event,) = events(pushed(1, C1, C2))
    assert (event.before, event.heads, event.by.login) == (C1, (C2[:8],), "bob")


def test_commits_from_the_target_branch_are_a_range() -> None:
    listed = f"<li>{M0[:8]}...{C1[:8]} - 2 commits from branch <code>main</code></li>"
    text = f"added 3 commits\n\n<ul>{listed}<li>{C2[:8]} - x</li></ul>"
    (event,) = events(note(1, text))
    assert (event.before, event.heads) == ("", (M0[:8], C1[:8], C2[:8]))


def test_a_title_cannot_pass_for_a_commit_or_a_link() -> None:
    hostile = f"&lt;li&gt;{M0[:8]} - [x](y?start_sha={M0})"
    listed = f"added 1 commit\n\n<ul><li>{C2[:8]} - {hostile}</li></ul>"
    (event,) = events(note(1, listed))
    assert (event.before, event.heads) == ("", (C2[:8],))
    (event,) = events(
        note(1, f"{listed}\n\n[Compare with previous version](/x?diff_id=1&start_sha={C1})")
    )
    assert event.before == C1


def test_a_reset_names_whose_approvals_went() -> None:
    (event,) = events(
        note(1, "reset approvals from @Carol, @d.e-f, and @erin. by pushing to the branch")
    )
    assert event.logins == {"carol", "d.e-f", "erin"}


def test_events_come_by_their_time_then_by_their_number() -> None:
    text = "approved this merge request"
    later, earlier = "2026-11-25T11:00:00Z", "2026-11-25T10:00:00Z"
    found = events(note(10, text, at=later), note(9, text, at=later), note(11, text, at=earlier))
    assert [event.id for event in found] == ["11", "9", "10"]


@pytest.mark.parametrize("odd", [{"noteable_iid": 13}, {"noteable_type": "Issue"}])
def test_notes_of_something_else_are_a_gap(odd: dict[str, Any]) -> None:
    assert code_of(lambda: events(note(1, "x", **odd))) == "wrong-object"


def test_every_page_is_read() -> None:
    text = "approved this merge request"
    assert len(events(*(note(number, text) for number in range(150)))) == 150


def test_notes_that_may_not_be_read_are_a_gap() -> None:
    with serving({NOTES: Raw(403, {"message": "403 Forbidden"})}) as canned:
        assert code_of(lambda: read(client(canned), 12)) == "not-permitted"
