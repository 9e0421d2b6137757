import base64

import pytest
from requests import Request
from requests.auth import AuthBase

from gate.adapters.credentials import Anonymous, basic, bearer, prefixed
from gate.domain.ports import FactMissing


def header(auth: AuthBase) -> str | None:
    prepared = Request("GET", "https://x.example", auth=auth).prepare()
    return prepared.headers.get("Authorization")


def test_a_token_goes_into_the_header_without_the_newline_of_its_file() -> None:
    assert header(bearer("abc\n", "Jira")) == "Bearer abc"


def test_a_system_may_have_a_form_of_its_own() -> None:
    assert header(prefixed("Token token=", "abc\n", "PagerDuty")) == "Token token=abc"


def test_an_address_and_a_token_go_together_in_utf_8() -> None:
    said = header(basic("älice@acme.example ", "abc", "Jira"))
    assert said is not None
    assert base64.b64decode(said.removeprefix("Basic ")).decode() == "älice@acme.example:abc"


def test_nobody_sends_no_header() -> None:
    assert header(Anonymous()) is None


@pytest.mark.parametrize("token", ["", " \n", "a b", "a\r\nX-Evil: 1", "tökén", "a\x00b"])
def test_what_cannot_be_a_token_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(FactMissing) as gap:
        bearer(token, "Jira")
    assert gap.value.missing.reason_code == "not-configured"
    assert not token.strip() or token.strip() not in str(gap.value.missing)
