from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gate.domain import review_comment
from gate.domain.follow_up_review import WHY_NOT, JudgedComment, Wanted, judged
from gate.domain.identity import Kind
from gate.domain.review_comment import ReviewOutcome
from tests import builders as b
from tests import owed

WANTED = Wanted(
    revision=b.sha("m1"),
    after=owed.ISSUED,
    not_by=("alice", "bob", "dana"),
    open_until=owed.ISSUED + timedelta(hours=1),
)
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
    elsewhere = {"talk", "not-reviewer", "was-deployed", "may-go-out", "not-answered"}
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


def test_that_nothing_was_deployed_is_heard_once_it_can_be_known_and_where_nothing_speaks_against_it() -> (
    None
):
    body = owed.review(Outcome="not deployed")
    end = WANTED.open_until
    (found,) = judge(owed.comment(body=body, at=end))
    assert (found.counts, found.outcome) == (True, ReviewOutcome.NOT_DEPLOYED)
    (early,) = judge(owed.comment(body=body, at=end - timedelta(seconds=1)))
    assert (early.code, early.why) == (
        "may-go-out",
        "it says that nothing was deployed, which nobody can know before 2026-11-25 14:00 UTC",
    )
    (wrong,) = judged(
        [owed.comment(body=body, at=end)], replace(WANTED, deployed=True), owed.policy()
    )
    assert wrong.code == "was-deployed"
    (usual,) = judged([owed.comment(at=end)], replace(WANTED, deployed=True), owed.policy())
    assert usual.counts


def test_what_was_not_judged_has_to_be_answered() -> None:
    unjudged = replace(WANTED, not_judged=("rollback", "prohibited"))
    (silent,) = judged([owed.comment()], unjudged, owed.policy())
    assert (silent.code, silent.why) == (
        "not-answered",
        "it has no line `Not judged:` that says what rollback and prohibited would have said, for which no tracker "
        "answered",
    )
    answer = "the plan of CHG-7 was complete, and nothing prohibited was touched"
    body = f"{owed.review()}\nNot judged: {answer}"
    (found,) = judged([owed.comment(body=body)], unjudged, owed.policy())
    assert found.counts
    assert found.findings == f"{owed.FINDINGS} Not judged: {answer}"
    (short,) = judged(
        [owed.comment(body=f"{owed.review()}\nNot judged: fine")], unjudged, owed.policy()
    )
    assert short.code == "not-answered"


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
