from typing import Any

import pytest

from gate.policy.explain import explain
from tests.policy.policies import GONE, errors, policy, problems, small, warnings

EXCEPTION = {
    "reason": "Bob is the only engineer",
    "granted_by": "alice",
    "expires": "2026-12-31",
    "reviewer": "advisor",
}
ADVISOR = {"advisor": {"people": ["carol"]}}


def patch(
    exception: Any = None, roles: dict[str, Any] | None = None, **section: Any
) -> dict[str, Any]:
    duties = {"mode": "compensating", "compensating": {**EXCEPTION, **(exception or {})}, **section}
    return {"separation_of_duties": whole(duties), "roles": roles or ADVISOR}


def whole(section: dict[str, Any]) -> dict[str, Any]:
    """Without the keys that are to be absent."""
    kept = {key: value for key, value in section.items() if value is not GONE}
    return {key: whole(value) if isinstance(value, dict) else value for key, value in kept.items()}


def test_an_exception_with_a_reviewer_is_fine() -> None:
    assert problems(small(patch())) == ()
    assert problems(small(patch({"delay": "5m", "review_within": "30d"}))) == ()


@pytest.mark.parametrize("key", sorted(EXCEPTION))
def test_it_says_why_who_until_when_and_who_reviews(key: str) -> None:
    (said,) = errors(patch({key: GONE}))
    assert key in said


def test_the_mode_alone_is_no_exception() -> None:
    (said,) = errors(patch(compensating=GONE))
    assert said.startswith("separation_of_duties.mode: compensating mode needs an exception")


def test_an_exception_that_is_not_in_use_is_told() -> None:
    (said,) = warnings(patch(mode="standard"))
    assert said.startswith("separation_of_duties.compensating: stands in for no approver")
    assert "owed" in said


def test_strict_and_compensating_are_opposites() -> None:
    (said,) = errors(patch(strict=True))
    assert said.startswith("separation_of_duties.strict: `strict` forbids what compensating mode")


@pytest.mark.parametrize("key", ["granted_by", "reviewer"])
def test_its_people_are_those_of_the_policy(key: str) -> None:
    (said,) = errors(patch({key: "ghost"}))
    assert said.startswith(f"separation_of_duties.compensating.{key}: `ghost` is not in")


def test_there_is_a_reason_and_time_to_object_and_to_review() -> None:
    (said,) = errors(patch({"reason": "  "}))
    assert said.startswith("separation_of_duties.compensating.reason: blank text")
    (said,) = errors(patch({"delay": "4m"}))
    assert said.startswith("separation_of_duties.compensating.delay: nobody could object")
    (said,) = errors(patch({"delay": "2d", "review_within": "48h"}))
    assert said.startswith("separation_of_duties.compensating.review_within: the review would be")
    (said,) = errors(patch({"review_within": "31d"}))
    assert said.startswith("separation_of_duties.compensating.review_within: a review that may")


@pytest.mark.parametrize(
    "role", [{"github_team": "acme/advisors"}, {"pager_schedule": "PSCHED"}], ids=str
)
def test_reviewers_are_listed_by_name(role: dict[str, Any]) -> None:
    (said,) = errors(patch(roles={"advisor": role}))
    assert said.startswith("separation_of_duties.compensating.reviewer: `advisor` lists nobody")


def test_somebody_who_reviews_has_an_account_where_the_notice_is() -> None:
    people = {"people": {"carol": {"github": GONE}, "dave": {"github": "dave-k"}}}
    (said,) = errors({**patch(), **people})
    assert "has an account where the notice is opened (github, gitlab)" in said
    follow_up = {"tracker": "jira", "project": "CHG"}
    emergency = {"second_person": False, "follow_up": follow_up}
    assert errors({**patch(), **people, "emergency": emergency}) == []
    bare = {"people": {"carol": {"jira": GONE}}}
    (said,) = errors({**patch(), **bare, "emergency": emergency})
    assert "opened (jira)" in said


def test_where_separation_does_not_block_the_mode_stands_in_for_nothing() -> None:
    (said,) = warnings({**patch(), "controls": {"separation": "warn"}})
    assert said.startswith("separation_of_duties.mode: stands in for nothing")
    kept = {**patch(mode="standard"), "controls": {"separation": "warn"}}
    assert len(warnings(kept)) == 1


def test_the_exception_is_explained() -> None:
    told = " ".join(explain(policy(patch())).split())
    assert (
        "EXCEPTION until the end of 2026-12-31, granted by alice, because Bob is the only" in told
    )
    assert "once its notice has been open for 30 minutes and nobody objected" in told
    assert "advisor gets the notice and reviews the release within 5 days of it." in told
    assert "EXCEPTION" not in explain(policy(patch(mode="standard")))
