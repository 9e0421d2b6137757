from datetime import date, datetime, time, timedelta

import pytest

from gate.domain.globs import Glob
from gate.domain.policy.document import Enforcement
from gate.policy.formats import FORMATS
from gate.policy.kinds import POLICY, Choice, Items, Kind, Named, Number, Text, Truth, Written
from gate.policy.tree import MappingNode, Node, ScalarNode, SequenceNode, Spot
from gate.policy.wording import allowed, found, written

SPOT = Spot(line=1, column=1)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Text(), "text"),
        (Text(minimum=3), "text of at least 3 characters"),
        (Text(name=True), "a name: letters, digits, `.`, `-` and `_`"),
        (Text(refers="roles"), "a name of `roles`"),
        (Number(), "a whole number"),
        (Number(minimum=1), "a whole number, at least 1"),
        (Number(minimum=1, maximum=1), "the number 1"),
        (Number(minimum=-1, maximum=5), "a number from -1 to 5"),
        (Truth(), "true or false"),
        (Choice(Enforcement), "one of block, warn, off"),
        (Written(FORMATS[date]), "a day such as `2026-12-01`"),
        (Items(item=Truth()), "a list; each item is true or false"),
        (Items(item=Text(), single=True), "text, or a list; each item is text"),
        (Named(key=Text(), value=Text()), "names, and for each one text"),
        (POLICY, "keys and values"),
    ],
)
def test_what_is_allowed_is_said_in_words(kind: Kind, words: str) -> None:
    assert allowed(kind) == words


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (ScalarNode(text="x", plain=True, spot=SPOT), "`x`"),
        (SequenceNode(items=(), spot=SPOT), "a list"),
        (MappingNode(entries=(), spot=SPOT), "keys and values"),
    ],
)
def test_what_was_found_is_said_in_words(node: Node, words: str) -> None:
    assert found(node) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(days=14), "14d"),
        (timedelta(hours=48), "48h"),
        (timedelta(minutes=90), "90m"),
        (timedelta(seconds=61), "61s"),
        (date(2026, 12, 1), "2026-12-01"),
        (datetime.fromisoformat("2026-12-15T00:00"), "2026-12-15T00:00"),
        (time(9), "09:00"),
        (Enforcement.OFF, "off"),
        (True, "true"),
        (3, "3"),
        (Glob("a/**"), "a/**"),
    ],
)
def test_values_are_written_as_the_file_does(value: object, text: str) -> None:
    assert written(value) == text
