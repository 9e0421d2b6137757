import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import Json, digest, dumps, loads

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_was_written_reads_back_the_same(value: Json) -> None:
    assert loads(dumps(value), name="x") == json.loads(dumps(value))


@given(VALUES)
def test_writing_what_was_read_gives_the_same_bytes(value: Json) -> None:
    once = dumps(value)
    assert dumps(loads(once, name="x")) == once


ASCII = st.text(st.characters(max_codepoint=127))
"""What is written by another way, because it mostly is so."""


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | ASCII,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ASCII, inner, max_size=4),
        max_leaves=20,
    )
)
def test_what_is_ascii_is_written_as_rfc_8785_demands(value: Json) -> None:
    assert dumps(value) == rfc8785.dumps(value)


def test_keys_are_ordered_as_utf_16_orders_them() -> None:
    assert dumps({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


def nested(depth: int) -> Json:
    value: Json = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value", [2**53, [-(2**53)], {"a": 10**30}, nested(100_000), {"é": nested(100_000)}]
)
def test_what_the_gate_never_writes_is_refused(value: Json) -> None:
    with pytest.raises(EvidenceInvalid, match="JSON that the gate does not write"):
        dumps(value)


def test_keys_are_sorted_and_nothing_is_padded() -> None:
    assert dumps({"b": 1, "a": ["x", None, True]}) == b'{"a":["x",null,true],"b":1}'


def test_a_lone_surrogate_becomes_a_replacement_character() -> None:
    assert dumps(["a\ud800b", "\U0001f600"]) == '["a\ufffdb","\U0001f600"]'.encode()


@pytest.mark.parametrize(
    "text",
    [
        b'{"verdict":"block","verdict":"allow"}',
        b"[1.5]",
        b"[NaN]",
        b"[Infinity]",
        b"[1",
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_json_that_two_readers_could_read_differently_is_refused(text: bytes) -> None:
    with pytest.raises(EvidenceInvalid, match=r"decision.json is not the JSON"):
        loads(text, name="decision.json")


def test_digest_names_its_algorithm() -> None:
    assert digest(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
