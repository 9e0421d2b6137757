from __future__ import annotations

from typing import Any

import pytest

from gate.adapters.answer import Answer
from gate.adapters.forges.gitlab.question import Question, needs_read_token, refused
from gate.domain.missing import Missing

ABOUT = Question(what="approvals of !12", host="gitlab.example.com")


def refusal(
    status: int, body: bytes = b'{"message": "403 Forbidden"}', *, job: bool = True, **headers: str
) -> Missing:
    told = {
        "content-type": "application/json",
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    answer = Answer.of(ABOUT.asked, status, told, body)
    return refused(ABOUT, answer, by_job_token=job).missing


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "unreadable"),
        (401, "not-authenticated"),
        (403, "not-permitted"),
        (404, "not-found"),
        (429, "rate-limited"),
    ],
)
def test_each_status_has_its_meaning(status: int, code: str) -> None:
    gap = refusal(status)
    assert gap.reason_code == code
    assert gap.source == "GitLab: approvals of !12"
    assert f"HTTP {status}" in gap.detail
    assert gap.remedy


def test_a_limit_that_comes_as_forbidden_is_a_limit() -> None:
    assert refusal(403, retry_after="1").reason_code == "rate-limited"


@pytest.mark.parametrize(
    ("job", "token"), [(True, "the job token"), (False, "CHANGE_GATE_GITLAB_TOKEN")]
)
@pytest.mark.parametrize("status", [401, 403, 404])
def test_the_token_that_was_refused_is_named(job: bool, token: str, status: int) -> None:
    gap = refusal(status, job=job)
    assert token in gap.detail
    assert "CHANGE_GATE_GITLAB_TOKEN" in gap.remedy or not job


def test_gitlab_may_explain_itself_in_two_ways() -> None:
    assert "insufficient_scope" in refusal(403, b'{"error": "insufficient_scope"}').detail
    assert "403 Forbidden" in refusal(403).detail
    assert refusal(403, b'["odd"]').detail.endswith("(HTTP 403)")
    assert refusal(403, b'{"error": {"a": 1}}').detail.endswith("(HTTP 403)")


@pytest.mark.parametrize("status", [403, 404, 400])
def test_a_page_from_something_in_between_says_nothing_about_gitlab(status: int) -> None:
    gap = refusal(status, b"<html>", content_type="text/html")
    assert gap.reason_code == "unreadable"


def test_a_refused_token_is_one_even_without_json() -> None:
    assert refusal(401, b"", content_type="text/plain").reason_code == "not-authenticated"


def test_what_a_job_token_can_never_see_names_the_other_token() -> None:
    gap: Any = needs_read_token(ABOUT).missing
    assert gap.reason_code == "not-permitted"
    assert "read_api" in gap.detail
    assert "CHANGE_GATE_GITLAB_TOKEN" in gap.remedy


def test_no_credential_is_told_not_even_half_of_one() -> None:
    said = refusal(403, f'{{"error": "{"x" * 190} glpat-{"a1B2" * 5}"}}'.encode()).detail
    assert "glpat" not in said
