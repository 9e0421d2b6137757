from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from gate.adapters.answer import Asked
from gate.adapters.trackers.part import Part
from gate.domain.ports import FactMissing

ASKED = Asked(system="Jira", what="ticket CHG-7", host="acme.atlassian.net")
PART = Part(
    {
        "text": "a", "blank": " ", "none": None, "number": 3, "flag": True, "list": [{"x": 1}, 2],
        "at": "2026-11-25T15:00:00Z", "inner": {"deep": {"x": "y"}},
    },
    ASKED,
)  # fmt: skip


def test_what_is_there_is_read() -> None:
    assert PART.text("text") == "a"
    assert PART.text("blank") == " "
    assert PART.name("text") == "a"
    assert PART.number("number") == 3
    assert PART.flag("flag") is True
    assert PART.moment("at") == datetime(2026, 11, 25, 15, tzinfo=UTC)
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
        (lambda: PART.moment("text"), "`text` is not a time"),
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
