from __future__ import annotations

import pytest

from gate.adapters.forges.github.answer import read
from gate.adapters.forges.github.question import Question
from gate.adapters.forges.github.transport import Reply
from tests.adapters.forges.github.gaps import gap_of

ASK = Question(what="a thing", permission="contents: read")
HTML = {"content-type": "text/html; charset=utf-8"}
JSON = {"content-type": "application/vnd.github+json; charset=utf-8"}


def test_json_becomes_a_part() -> None:
    found = read(ASK, Reply(200, JSON, b'{"a": 1}')).part()
    assert (found.number("a"), found.asked.source) == (1, "GitHub: a thing")


@pytest.mark.parametrize("status", [200, 301, 403, 404])
def test_a_page_of_a_proxy_is_no_answer_of_github(status: int) -> None:
    gap = gap_of(read(ASK, Reply(status, HTML, b"<html>blocked</html>")).part)
    assert gap.reason_code == "unreadable"
    assert "text/html" in gap.detail
    assert f"HTTP {status}" in gap.detail


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"a": 1, "a": 2}', b"NaN", b"\xff", b"[" * 5000 + b"]" * 5000]
)
def test_what_is_no_clean_json_is_unreadable(content: bytes) -> None:
    assert gap_of(read(ASK, Reply(200, JSON, content)).part).reason_code == "unreadable"


def test_an_answer_without_a_content_type_is_unreadable() -> None:
    assert "no content type" in gap_of(read(ASK, Reply(200, {}, b"{}")).part).detail


def test_a_server_error_is_one_whatever_its_page_looks_like() -> None:
    assert gap_of(read(ASK, Reply(502, HTML, b"<html>")).part).reason_code == "unavailable"
    assert gap_of(read(ASK, Reply(429, HTML, b"<html>")).part).reason_code == "rate-limited"


@pytest.mark.parametrize(
    ("body", "message"),
    [(b'{"message": "Not Found"}', "Not Found"), (b'{"message": 7}', ""), (b"[]", "")],
)
def test_githubs_own_words_are_told(body: bytes, message: str) -> None:
    answer = read(ASK, Reply(404, JSON, body))
    assert answer.message() == message
    assert gap_of(answer.part).reason_code == "not-found"
