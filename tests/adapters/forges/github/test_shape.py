from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.adapters.forges.github.shape import Shape
from gate.domain.ports import FactMissing
from tests.adapters.forges.github.canned import M1
from tests.adapters.forges.github.gaps import gap_of


def shape(value: Any) -> Shape:
    return Shape(value, "GitHub: a thing")


def test_members_are_read_by_their_type() -> None:
    found = shape(
        {
            "t": "x",
            "n": None,
            "i": 3,
            "f": True,
            "s": M1,
            "at": "2026-11-25T16:00:00+01:00",
            "o": {"t": "y"},
            "l": [{"t": "z"}],
        }
    )
    assert (
        found.text("t"),
        found.name("t"),
        found.text_or_empty("t"),
        found.text_or_empty("n"),
    ) == ("x", "x", "x", "")
    assert (found.number("i"), found.flag("f"), found.sha("s")) == (3, True, M1)
    assert found.moment("at") == datetime(2026, 11, 25, 15, tzinfo=UTC)
    assert found.moment("at").tzinfo is UTC
    assert found.moment_or_none("n") is None
    assert found.moment_or_none("at") == found.moment("at")
    assert found.member("o").text("t") == "y"
    assert [item.text("t") for item in found.items("l")] == ["z"]
    assert found.maybe("n") is None
    assert (found.has("t"), found.has("n"), found.has("?"), shape([]).has("t")) == (
        True,
        False,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("read", "value", "place"),
    [
        (lambda s: s.text("a"), {"a": 1}, "`a` is not a text"),
        (lambda s: s.text("a"), {}, "`a` is not there"),
        (lambda s: s.text("a"), [], "`the answer` is not an object"),
        (lambda s: s.name("a"), {"a": ""}, "`a` is not a name"),
        (lambda s: s.sha("a"), {"a": M1[:12]}, "`a` is not a full SHA"),
        (lambda s: s.sha("a"), {"a": 7}, "`a` is not a full SHA"),
        (lambda s: s.number("a"), {"a": True}, "`a` is not a number"),
        (lambda s: s.number("a"), {"a": -1}, "`a` is not a number"),
        (lambda s: s.flag("a"), {"a": 1}, "`a` is not true or false"),
        (lambda s: s.moment("a"), {"a": "yesterday"}, "`a` is not a time"),
        (lambda s: s.moment("a"), {"a": "2026-11-25T15:00:00"}, "`a` is not a time"),
        (lambda s: s.moment("a"), {"a": "0001-01-01T00:00:00+14:00"}, "`a` is not a time"),
        (lambda s: s.moment("a"), {"a": None}, "`a` is not a time"),
        (lambda s: s.member("a"), {"a": None}, "`a` is not there"),
        (lambda s: s.items("a"), {"a": {}}, "`a` is not a list"),
        (
            lambda s: s.member("a").items("b")[1].text("c"),
            {"a": {"b": [{}, {}]}},
            "`a.b[1].c` is not there",
        ),
        (lambda s: s.maybe("a"), {}, "`a` is not there"),
        (lambda s: s.elements(), {}, "`the answer` is not a list"),
    ],
)
def test_what_is_not_as_described_is_unreadable_and_its_place_is_named(
    read: Callable[[Shape], object], value: Any, place: str
) -> None:
    gap = gap_of(lambda: read(shape(value)))
    assert (gap.reason_code, gap.retriable) == ("unreadable", True)
    assert place in gap.detail


READERS = [
    "maybe",
    "member",
    "items",
    "text",
    "text_or_empty",
    "name",
    "sha",
    "number",
    "flag",
    "moment",
]
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.none())


@given(value=VALUES | st.dictionaries(st.just("a"), VALUES), reader=st.sampled_from(READERS))
def test_no_value_makes_a_reader_crash(value: Any, reader: str) -> None:
    with contextlib.suppress(FactMissing):
        getattr(shape(value), reader)("a")
