import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.adapters.answer import Asked
from gate.adapters.part import Part
from gate.domain.ports import FactMissing

SHA = "0123456789abcdef0123456789abcdef01234567"
ASKED = Asked(system="Jira", what="ticket CHG-7", host="acme.atlassian.net")
PART = Part(
    {
        "text": "a", "blank": " ", "none": None, "number": 3, "flag": True, "list": [{"x": 1}, 2],
        "at": "2026-11-25T16:00:00+01:00", "sha": SHA, "sha256": SHA + "0" * 24, "inner": {"deep": {"x": "y"}},
    },
    ASKED,
)  # fmt: skip


def test_what_is_there_is_read() -> None:
    assert PART.text("text") == "a"
    assert PART.text("blank") == " "
    assert PART.name("text") == "a"
    assert PART.number("number") == 3
    assert PART.flag("flag") is True
    assert (PART.sha("sha"), PART.sha("sha256")) == (SHA, SHA + "0" * 24)
    assert PART.moment("at") == datetime(2026, 11, 25, 15, tzinfo=UTC)
    assert PART.moment("at").tzinfo is UTC
    assert (PART.moment_or_none("none"), PART.moment_or_none("at")) == (None, PART.moment("at"))
    assert (PART.text_or_null("none"), PART.text_or_null("text")) == ("", "a")
    assert PART.maybe("none") is None
    assert PART.member("inner").member("deep").text("x") == "y"
    assert [item.value for item in PART.items("list")] == [{"x": 1}, 2]
    assert PART.member("list").items()[1].value == 2
    assert set(PART.member("inner").members()) == {"deep"}
    assert (
        PART.text_or_empty("none"),
        PART.text_or_empty("absent"),
        PART.text_or_empty("text"),
    ) == ("", "", "a")
    assert (PART.has("text"), PART.has("none"), PART.has("absent"), Part([], ASKED).has("x")) == (
        True,
        False,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("read", "place"),
    [
        (lambda: PART.maybe("absent"), "`absent` is not there"),
        (lambda: PART.member("none"), "`none` is not there"),
        (lambda: PART.text("number"), "`number` is not a text"),
        (lambda: PART.text("none"), "`none` is not a text"),
        (lambda: PART.text_or_empty("number"), "`number` is not a text"),
        (lambda: PART.name("blank"), "`blank` is not a name"),
        (lambda: PART.number("flag"), "`flag` is not a number"),
        (lambda: Part({"n": -1}, ASKED).number("n"), "`n` is not a number"),
        (lambda: PART.flag("number"), "`number` is not true or false"),
        (lambda: PART.text_or_null("absent"), "`absent` is not there"),
        (lambda: PART.text_or_null("number"), "`number` is not a text"),
        (lambda: Part({"s": SHA[:12]}, ASKED).sha("s"), "`s` is not a full SHA"),
        (lambda: PART.sha("number"), "`number` is not a full SHA"),
        (lambda: PART.moment("text"), "`text` is not a time"),
        (lambda: PART.moment("none"), "`none` is not a time"),
        (lambda: PART.moment_or_none("absent"), "`absent` is not there"),
        (lambda: Part({"t": 1795618800}, ASKED).moment("t"), "`t` is not a time"),
        (lambda: Part({"t": "2026-11-25T15:00:00"}, ASKED).moment("t"), "`t` is not a time"),
        (lambda: Part({"t": "2026-11-25"}, ASKED).moment("t"), "`t` is not a time"),
        (lambda: Part({"t": "0001-01-01T00:00:00+14:00"}, ASKED).moment("t"), "`t` is not a time"),
        (lambda: PART.items("text"), "`text` is not a list"),
        (lambda: PART.items("list")[1].text("x"), r"`list\[1\]` is not an object"),
        (lambda: PART.member("inner").member("deep").text("z"), "`inner.deep.z` is not there"),
        (lambda: Part([], ASKED).members(), "`the answer` is not an object"),
        (lambda: Part({"a\u202eb": 1}, ASKED).text("a\u202eb"), r"`a\\u202eb` is not a text"),
    ],
)
def test_what_is_otherwise_is_unreadable_and_says_where(
    read: Callable[[], object], place: str
) -> None:
    with pytest.raises(FactMissing, match=place) as gap:
        read()
    assert gap.value.missing.reason_code == "unreadable"
    assert gap.value.missing.source == "Jira: ticket CHG-7"
    assert gap.value.missing.retriable


READERS = (
    "maybe", "member", "items", "text", "text_or_null", "text_or_empty", "name", "sha", "number", "flag", "moment",
    "moment_or_none",
)  # fmt: skip
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.none())


@given(value=VALUES | st.dictionaries(st.just("a"), VALUES), reader=st.sampled_from(READERS))
def test_no_value_makes_a_reader_crash(value: Any, reader: str) -> None:
    with contextlib.suppress(FactMissing):
        getattr(Part(value, ASKED), reader)("a")
