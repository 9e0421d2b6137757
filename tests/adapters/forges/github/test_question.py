from __future__ import annotations

import pytest

from gate.adapters.forges.github.question import Question, missing, refused

ASK = Question(what="check runs of 3f2a", permission="checks: read")


@pytest.mark.parametrize(
    ("status", "message", "headers", "code", "retriable"),
    [
        (401, "Bad credentials", {}, "not-authenticated", False),
        (403, "Resource not accessible by integration", {}, "not-permitted", False),
        (403, "", {"x-ratelimit-remaining": "0"}, "rate-limited", True),
        (403, "", {"retry-after": "60"}, "rate-limited", True),
        (403, "You have exceeded a secondary rate limit", {}, "rate-limited", True),
        (403, "Please wait a few minutes before you try again.", {}, "rate-limited", True),
        (429, "", {}, "rate-limited", True),
        (404, "Not Found", {}, "not-found", False),
        (409, "Git Repository is empty.", {}, "not-found", False),
        (410, "Gone", {}, "not-found", False),
        (422, "No commit found for SHA", {}, "not-found", False),
        (500, "", {}, "unavailable", True),
        (503, "", {}, "unavailable", True),
        (400, "Problems parsing JSON", {}, "unreadable", True),
        (302, "", {}, "unreadable", True),
    ],
)
def test_each_status_has_its_meaning(
    status: int, message: str, headers: dict[str, str], code: str, retriable: bool
) -> None:
    gap = refused(ASK, status, message, headers).missing
    assert (gap.source, gap.reason_code, gap.retriable) == (
        "GitHub: check runs of 3f2a",
        code,
        retriable,
    )
    assert f"HTTP {status}" in gap.detail
    assert message in gap.detail
    assert gap.remedy


def test_a_lacking_permission_is_named_with_who_can_give_it() -> None:
    gap = refused(ASK, 403, "", {}).missing
    assert "`checks: read`" in gap.detail
    assert "whoever owns the workflow adds `permissions: checks: read`" in gap.remedy


def test_what_is_not_found_may_also_be_hidden() -> None:
    gap = refused(ASK, 404, "Not Found", {}).missing
    assert "hides it from this token" in gap.detail
    assert gap.remedy.startswith("if it exists, whoever owns the workflow")


def test_a_permission_that_the_token_of_a_workflow_never_has_is_granted_elsewhere() -> None:
    ask = Question(what="a team", permission="members: read", grant="an administrator makes an App")
    assert refused(ask, 403, "", {}).missing.remedy == "an administrator makes an App"


def test_a_hostile_message_is_cut() -> None:
    assert len(refused(ASK, 404, "x" * 5000, {}).missing.detail) < 500


def test_no_credential_is_told_not_even_half_of_one() -> None:
    said = refused(ASK, 404, f"{'x' * 190} ghp_{'a1B2' * 9}", {}).missing.detail
    assert "ghp" not in said
    assert "[redact" in said
    gap = missing(
        Question(what="branch ghp_a1B2a1B2a1B2a1B2", permission="x"), "not-found", "a token=abc"
    ).missing
    assert (gap.source, gap.detail) == ("GitHub: branch [redacted]", "a token=[redacted]")


def test_a_remedy_can_be_given() -> None:
    gap = missing(ASK, "not-found", "gone", "look again").missing
    assert (gap.detail, gap.remedy) == ("gone", "look again")
