from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.adapters.redaction import LONGEST_TEXT, MASK, Redactor

CANARIES = [
    "ghp_" + "a1B2" * 9,
    "gho_" + "a1B2" * 9,
    "ghu_" + "a1B2" * 9,
    "ghs_" + "a1B2" * 9,
    "ghr_" + "a1B2" * 9,
    "github_pat_" + "11AAAA_" + "b" * 40,
    "glpat-" + "x1Y2z3_-" * 3,
    "xoxb-123456789012-abcdef",
    "ATATT3xFfGF0" + "abc-_=" * 5,
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIE and never an end",
]


@pytest.mark.parametrize("canary", CANARIES)
def test_what_looks_like_a_credential_is_masked(canary: str) -> None:
    assert Redactor().text(f"before {canary} after").startswith(f"before {MASK}")
    assert canary not in Redactor().text(f"x={canary}")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Authorization: Bearer abcdefghijk", f"Authorization: Bearer {MASK}"),
        ("authorization: basic dXNlcjpwYXNz", f"authorization: basic {MASK}"),
        ("https://user:pass@host/x", f"https://{MASK}@host/x"),
        ("/zip?sig=abc%2Fdef&se=1", f"/zip?sig={MASK}&se=1"),
        ("?access_token=abc&client_secret=def", f"?access_token={MASK}&client_secret={MASK}"),
        ("token=abc", f"token={MASK}"),
        ("a basic idea of tokens", "a basic idea of tokens"),
        ("Basic authentication, bearer instruments", "Basic authentication, bearer instruments"),
        ("https://github.com/acme/app/pull/12", "https://github.com/acme/app/pull/12"),
    ],
)
def test_credentials_are_masked_by_the_place_where_they_stand(text: str, kept: str) -> None:
    assert Redactor().text(text) == kept


def test_the_secrets_of_this_process_are_masked_whatever_they_look_like() -> None:
    redactor = Redactor(["hunter-2", "hunter-2-and-more", ""])
    assert redactor.text("a hunter-2-and-more b hunter-2 c") == f"a {MASK} b {MASK} c"


def test_the_secrets_of_this_process_are_taken_out_of_an_answer_before_it_is_read() -> None:
    redactor = Redactor(["hunter2-and-more", "short"])
    answer = b'{"message": "no such token: hunter2-and-more, in short \xff"}'
    assert redactor.content(answer) == answer.replace(b"hunter2-and-more", MASK.encode())


def test_a_long_text_is_cut_and_says_so() -> None:
    cut = Redactor().text("x" * (LONGEST_TEXT + 1))
    assert len(cut) < LONGEST_TEXT + 50
    assert cut.endswith(f"[cut: {LONGEST_TEXT + 1} characters]")


@pytest.mark.parametrize("secret", ["ghp_" + "a1B2" * 9, "https://user:hunter2hunter2@host"])
@pytest.mark.parametrize("left", range(0, 40, 3))
def test_where_a_text_is_cut_no_half_of_a_credential_stays(secret: str, left: int) -> None:
    text = "x " * LONGEST_TEXT
    cut = Redactor().text(f"{text[: LONGEST_TEXT - left]} {secret} {text}")
    assert not [part for part in ("ghp_", "user:") if part in cut]
    assert cut.endswith("characters]")


def test_a_text_that_no_file_can_hold_is_mended() -> None:
    assert Redactor().text("a\ud800b") == "a?b"


def test_only_listed_keys_stay_at_any_depth() -> None:
    body = {
        "id": 1,
        "user": {"login": "bob", "email": "b@x"},
        "list": [{"id": 2, "note": "n"}],
        "token": "t",
    }
    kept = Redactor().body(body, {"id", "user", "login", "list"})
    assert kept == {"id": 1, "user": {"login": "bob"}, "list": [{"id": 2}]}


def test_what_is_nested_without_end_is_cut() -> None:
    body: Any = "deep"
    for _ in range(2000):
        body = [body]
    assert "nested too deeply" in str(Redactor().body(body, ()))


def test_what_is_not_json_is_named_and_not_kept() -> None:
    assert Redactor().body(b"raw", ()) == "[not JSON: bytes]"
    assert Redactor().body([None, True, 1, 1.5], ()) == [None, True, 1, 1.5]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(body=JSON, keep=st.sets(st.text(max_size=4), max_size=4), canary=st.sampled_from(CANARIES))
def test_no_unlisted_key_and_no_secret_ever_stays(body: Any, keep: set[str], canary: str) -> None:
    kept = Redactor().body(
        {"a": [canary, body], "b": {"c": canary, "d": body}}, keep | {"a", "b", "c"}
    )
    assert canary not in str(kept)
    assert _keys(kept) <= keep | {"a", "b", "c"}


def _keys(value: Any) -> set[str]:
    match value:
        case dict():
            return set(value) | {key for item in value.values() for key in _keys(item)}
        case list():
            return {key for item in value for key in _keys(item)}
        case _:
            return set()
