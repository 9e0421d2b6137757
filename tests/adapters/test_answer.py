import json
from typing import Any

import pytest

from gate.adapters.answer import Answer, Asked, refusal
from gate.domain.missing import REASONS
from gate.domain.ports import FactMissing

ASKED = Asked(system="Jira", what="ticket CHG-7", host="acme.atlassian.net")


def answer(
    status: int = 200, body: object = None, kind: str = "application/json", **headers: str
) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer.of(ASKED, status, {"content-type": kind, **named}, content)


def gap(found: Answer) -> Any:
    with pytest.raises(FactMissing) as raised:
        found.value()
    return raised.value.missing


def test_json_of_any_such_type_is_read() -> None:
    assert answer(body={"a": 1}).value() == {"a": 1}
    assert answer(body=[1], kind="application/problem+JSON; charset=utf-8").value() == [1]


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        (
            b"<!DOCTYPE html>",
            "text/html; charset=utf-8",
            "an HTML page came from acme.atlassian.net",
        ),
        (b"  <html>", "application/json", "an HTML page came from acme.atlassian.net"),
        (
            b"{}",
            "text/plain",
            r"cannot be read as JSON \(HTTP 200, text/plain\): it does not claim to be",
        ),
        (b"{}", "", "no content type"),
        (b'{"a":1,"a":2}', "application/json", "names a key twice"),
    ],
)
def test_what_is_no_json_is_unreadable_and_says_what_came(
    body: bytes, kind: str, says: str
) -> None:
    missing = gap(answer(body=body, kind=kind))
    assert missing.reason_code == "unreadable"
    with pytest.raises(FactMissing, match=says):
        answer(body=body, kind=kind).value()


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (302, "unreadable"), (400, "unreadable"), (401, "not-authenticated"), (403, "not-permitted"),
        (404, "not-found"), (410, "not-found"), (413, "too-large"), (422, "unreadable"),
        (429, "rate-limited"), (500, "unavailable"), (503, "unavailable"),
    ],
)  # fmt: skip
def test_each_status_has_its_reason(status: int, code: str) -> None:
    missing = gap(answer(status, {"errorMessages": ["No way"]}))
    assert missing.reason_code == code
    assert missing.source == "Jira: ticket CHG-7"
    assert missing.remedy
    assert code in REASONS


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_page_of_a_proxy_says_nothing_about_what_was_asked_for(status: int) -> None:
    missing = gap(answer(status, b"<h1>Blocked</h1>", kind="text/html"))
    assert missing.reason_code == "unreadable"
    assert "HTML page" in missing.detail


def test_a_redirect_says_that_the_token_is_not_carried_along() -> None:
    assert "sends us elsewhere" in gap(answer(302, b"", kind="")).detail


def test_a_403_with_a_limit_is_a_limit() -> None:
    assert gap(answer(403, {}, retry_after="9")).reason_code == "rate-limited"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"message": "Not Found", "code": 2100}}, "Not Found"),
        ({"type": "x", "errors": [{"code": "c", "message": "No such key"}, "odd"]}, "No such key"),
        ({"message": "Bad"}, "Bad"),
        ({"errorMessages": [3, "", "Gone"], "errors": {}}, "Gone"),
        ({"errorMessage": "Off"}, "Off"),
        ({"errorMessages": "no list"}, ""),
        ({"message": {"a": 1}}, ""),
        ([1], ""),
        ({"message": "a\u202eb\n##[error]"}, "a\\u202eb\\u000a##[error]"),
    ],
)
def test_the_systems_own_message_is_told_safely(body: object, said: str) -> None:
    assert answer(404, body).said == said
    assert said in refusal(answer(404, body)).missing.detail


def test_no_credential_is_told_not_even_half_of_one() -> None:
    token = f"{'x' * 70} ghp_{'a1B2' * 9}"
    for body in ({"message": token}, {"errors": {"summary": token}}, {"error": {"message": token}}):
        assert "ghp" not in answer(404, body).said
        assert "ghp" not in refusal(answer(404, body)).missing.detail
    assert "ghp" not in refusal(answer(404, kind=f"text/{token}")).missing.detail
    asked = Asked(system="Jira", what=f"tickets labelled {token}")
    assert asked.missing("not-found", f"no {token}", "look again").missing.source.endswith(
        "x [redacted]"
    )


def test_only_what_may_pass_is_retriable() -> None:
    assert refusal(answer(503)).missing.retriable
    assert not refusal(answer(404, {})).missing.retriable


def test_a_remedy_of_ones_own_stands() -> None:
    assert ASKED.missing("not-found", "x", "ask bob").missing.remedy == "ask bob"
    assert "acme.atlassian.net" in ASKED.missing("unavailable", "x").missing.remedy
