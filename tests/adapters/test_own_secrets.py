from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.adapters.own_secrets import every_form
from gate.adapters.redaction import MASK, Redactor

SECRET = 'own"token/with+all=of%it&é'
KEY = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg
short
-----END PRIVATE KEY-----
"""


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        json.dumps(SECRET)[1:-1].replace("/", "\\/"),
        quote(SECRET, safe=""),
        quote(SECRET),
        quote_plus(SECRET),
    ],
)
def test_a_secret_is_known_in_every_spelling(form: str) -> None:
    assert Redactor([SECRET]).text(f"a {form} b") == f"a {MASK} b"
    assert Redactor([SECRET]).content(f"a {form} b".encode()) == f"a {MASK} b".encode()


@given(before=st.binary(max_size=20), after=st.binary(max_size=20), url=st.booleans())
def test_a_secret_is_known_in_base64_wherever_it_stands(
    before: bytes, after: bytes, url: bool
) -> None:
    encode = base64.urlsafe_b64encode if url else base64.b64encode
    said = Redactor([SECRET]).content(encode(before + SECRET.encode() + after))
    left = said.replace(MASK.encode(), b"")
    # What is left besides the neighbours are the characters that two of the three have in common.
    assert len(left) <= (len(before) + len(after) + 4) * 4 // 3 + 4
    assert said != left


def test_of_a_secret_with_several_lines_each_is_one() -> None:
    redactor = Redactor([KEY])
    assert (
        redactor.text("the key MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg")
        == f"the key {MASK}"
    )
    assert redactor.text("a short text") == "a short text"
    assert (
        redactor.content(json.dumps({"key": KEY}).encode())
        == json.dumps({"key": f"{MASK}\n"}).encode()
    )


def test_what_is_too_short_to_be_a_secret_garbles_no_text() -> None:
    assert every_form(["t", "hunter2", " hunter2\n"]) == ()
    assert "hunter-2" in every_form(["hunter-2\n"])


def test_what_is_empty_is_no_secret() -> None:
    assert every_form(["", "  \n"]) == ()
