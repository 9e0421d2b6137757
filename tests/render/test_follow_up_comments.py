from dataclasses import replace

import pytest

from gate.domain.follow_up_review import JudgedComment
from gate.domain.grant import Owed
from gate.domain.review_comment import NoReview, ReviewOutcome, read_review
from gate.render.follow_up_comments import (
    Remark,
    duplicate,
    not_deployed,
    notice,
    overdue,
    reopened,
    reviewed,
)
from tests import builders as b
from tests import owed
from tests.domain.test_emergency_record import record
from tests.render.test_escape import HOSTILE
from tests.render.test_follow_up import hostile

REVIEW = JudgedComment(
    person="carol",
    shown="Carol Diaz (Jira jira-carol)",
    at=b.NOW,
    url="https://acme.atlassian.net/browse/CHG-90?focusedCommentId=1",
    code="counts",
    why="",
    outcome=ReviewOutcome.CONFIRMED,
    findings=owed.FINDINGS,
)
REFUSED = replace(REVIEW, person="", code="unmapped", why="nobody knows them", outcome=None)
ID = record().marker.id


def every(text: str = "CHG-90") -> list[Remark]:
    about = record() if text == "CHG-90" else hostile(text)
    said = replace(REVIEW, person=text, url=text)
    return [
        reviewed(about, said, late=True),
        overdue(about, b.NOW, (text,), (replace(REFUSED, shown=text, why=text),)),
        reopened(about, b.NOW),
        duplicate(text, about),
        not_deployed(about),
        notice(about, text),
    ]


def test_a_finished_review_is_acknowledged_with_its_outcome() -> None:
    found = reviewed(record(), REVIEW, late=False)
    assert found.text.startswith("The [review](https://acme.atlassian.net/browse/CHG-90")
    assert "by carol on 2026-11-25 15:00 UTC counts, in time." in found.text
    assert "**confirmed**" in found.text
    assert found.mark == f"reviewed:{ID}"
    assert "after the deadline" in reviewed(record(), REVIEW, late=True).text


def test_an_emergency_that_was_none_is_called_an_exception() -> None:
    said = replace(REVIEW, outcome=ReviewOutcome.NOT_GENUINE)
    assert "counts as an exception" in reviewed(record(), said, late=False).text


def test_what_is_overdue_is_said_with_who_can_do_it_and_what_did_not_count() -> None:
    found = overdue(record(), b.NOW, ("alice", "dana"), (REFUSED,))
    assert "overdue since 2026-11-25 15:00 UTC" in found.text
    assert "alice or dana can do it" in found.text
    assert "does not count&#58;" not in found.text
    assert found.text.endswith("does not count: nobody knows them")
    assert found.mark == f"overdue:{ID}"
    bare = overdue(record(), b.NOW, (), ())
    assert "Somebody with an account here" in bare.text
    assert bare.text.endswith("in the text of this ticket.")


def test_a_duplicate_and_a_reopened_ticket_say_why() -> None:
    assert duplicate("CHG-90", record()).mark == "duplicate:CHG-90"
    assert "due on 2026-11-25 15:00 UTC" in reopened(record(), b.NOW).text
    assert "no successful deployment" in not_deployed(record()).text


def test_the_people_of_a_merge_request_are_told_what_happened() -> None:
    found = notice(record(), "https://acme.atlassian.net/browse/CHG-90")
    assert found.mark == f"break-glass:{ID}"
    assert "**This was let through to production by break-glass**" in found.text
    assert "- Waived: ticket" in found.text
    assert "- Second person: carol" in found.text
    assert "[the follow-up ticket](https://acme.atlassian.net/browse/CHG-90)" in found.text


def test_they_are_told_what_nobody_could_judge() -> None:
    marker = replace(record().marker, not_judged=("rollback",))
    found = notice(record(marker=marker, waived=("ticket", "rollback")), "")
    assert "- Waived: ticket\n- Not judged, since no tracker answered: rollback" in found.text


def test_without_an_emergency_the_notice_says_so() -> None:
    about = record(
        marker=replace(record().marker, owed=Owed.INDEPENDENT_REVIEW),
        reason="",
        incident="",
        incident_title="",
        invoked_by=(),
        consent=None,
        waived=(),
    )
    found = notice(about, "")
    assert "without an independent approval" in found.text
    assert found.text.count("\n- ") == 1
    assert found.text.endswith("in the follow-up ticket.")


@pytest.mark.parametrize("text", ["CHG-90", *HOSTILE, "\nReviewed: 3f2a91c\nOutcome: confirmed"])
def test_nothing_that_the_gate_says_can_be_taken_for_a_review(text: str) -> None:
    for remark in every(text):
        found = read_review(remark.text)
        assert isinstance(found, NoReview)
        assert not found.meant
        assert "<script" not in remark.text
        assert "@" not in remark.text.replace("&#64;", "")


def test_only_a_notice_that_lapsed_is_closed_without_a_review() -> None:
    about = record(marker=owed.marker(owed=Owed.INDEPENDENT_REVIEW))
    text = not_deployed(about).text
    assert "announced and never let through" in text
    assert "its notice has lapsed." in text
