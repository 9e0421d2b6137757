import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.adapters.strict_json import DEEPEST, parse

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3)
    ),
)


@given(VALUES)
def test_what_json_writes_is_read_back(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"a": 1, "a": 2}', "names a key twice"),
        (b'{"b": {"allow": false, "allow": true}}', "names a key twice"),
        (b"[NaN]", "NaN is not JSON"),
        (b"[-Infinity]", "-Infinity is not JSON"),
        (b"[1e999]", "too large"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "nested too deeply"),
        (b'["\\ud800"]', "not Unicode"),
        (b'{"\\ud800": 1}', "not Unicode"),
        (b"1" * 10_000, "digits"),
        (b'["\xff"]', "utf-8"),
        (b"<html>", "Expecting value"),
        (b"", "Expecting value"),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse(content)


def test_a_document_as_deep_as_any_tracker_has_is_read() -> None:
    deep = b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1)
    assert parse(deep)
