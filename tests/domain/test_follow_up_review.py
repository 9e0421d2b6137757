from dataclasses import replace
from typing import Any

import pytest

from gate.domain import review_comment
from gate.domain.follow_up_review import WHY_NOT, JudgedComment, Wanted, judged
from gate.domain.identity import Kind
from gate.domain.review_comment import ReviewOutcome
from tests import builders as b
from tests import owed

WANTED = Wanted(revision=b.sha("m1"), after=owed.ISSUED, not_by=("alice", "bob", "dana"))
FORGE_CAROL = b.CAROL


def judge(*comments: Any) -> tuple[JudgedComment, ...]:
    return judged(comments, WANTED, owed.policy())


def test_a_review_by_somebody_independent_counts() -> None:
    (found,) = judge(owed.comment())
    assert found.counts
    assert (found.person, found.outcome, found.findings) == (
        "carol",
        ReviewOutcome.CONFIRMED,
        owed.FINDINGS,
    )
    assert found.why == ""


def test_it_may_name_the_whole_revision_and_be_of_the_very_moment_of_the_grant() -> None:
    (found,) = judge(owed.comment(body=owed.review(Reviewed=b.sha("m1")), at=owed.ISSUED))
    assert found.counts


def test_talk_is_left_out() -> None:
    assert judge(owed.comment(body="Thanks, well done!")) == ()


BOT = b.account("change-gate[bot]", kind=Kind.BOT)
REFUSED = {
    "machine": owed.comment(by=BOT),
    "unmapped": owed.comment(by=owed.STRANGER),
    "dependent": owed.comment(by=owed.BOB),
    "altered": owed.comment(altered=True),
    "other-revision": owed.comment(body=owed.review(Reviewed="0000000")),
    "too-early": owed.comment(at=b.ago(hours=3)),
    "no-outcome": owed.comment(body=owed.review(Outcome="fine")),
    "no-findings": owed.comment(body=owed.review(Findings="ok")),
    "no-revision": owed.comment(body=owed.review(Reviewed="main")),
    "said-twice": owed.comment(body=f"{owed.review()}\n{owed.review()}"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_any_other_attempt_says_why_it_does_not_count(code: str) -> None:
    (found,) = judge(REFUSED[code])
    assert not found.counts
    assert found.code == code
    assert found.why


def test_every_reason_is_tried_here() -> None:
    elsewhere = {"talk", "not-reviewer"}
    assert REFUSED.keys() == (WHY_NOT.keys() | review_comment.WHY_NOT.keys()) - elsewhere


def test_where_a_role_reviews_nobody_else_does() -> None:
    named = replace(WANTED, by=("dana", "carol"))
    (found,) = judged([owed.comment()], named, owed.policy())
    assert found.counts
    (other,) = judged([owed.comment()], replace(WANTED, by=("dana",)), owed.policy())
    assert (other.code, other.why) == (
        "not-reviewer",
        "carol does not hold the role that reviews such a release",
    )


def test_a_longer_number_than_the_revision_is_another_revision() -> None:
    (found,) = judge(owed.comment(body=owed.review(Reviewed=b.sha("m1") + "0")))
    assert found.code == "other-revision"


def test_an_account_of_the_forge_counts_as_well() -> None:
    (found,) = judge(owed.comment(by=FORGE_CAROL))
    assert (found.person, found.shown, found.counts) == ("carol", "@cdiaz", True)


def test_they_are_in_the_order_in_which_they_were_written() -> None:
    found = judge(
        owed.comment(at=b.ago(minutes=10)),
        owed.comment(by=owed.BOB, at=b.ago(minutes=30)),
        owed.comment(body=owed.review(Outcome="rolled back"), at=b.ago(minutes=20)),
    )
    assert [one.person for one in found] == ["bob", "carol", "carol"]
    assert [one.counts for one in found] == [False, True, True]
