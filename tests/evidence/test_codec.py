from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum

import pytest

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import Json
from gate.evidence.codec import decode, encode, moment


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    name: str
    colour: Colour = Colour.RED


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    at: datetime
    inner: Inner | None
    items: tuple[Inner, ...] = ()
    table: Mapping[str, str] = field(default_factory=dict)
    count: int = 0
    flag: bool = False


NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
VALUE = Outer(
    at=NOON,
    inner=None,
    items=(Inner(name="a"), Inner(name="b")),
    table={"k": "v"},
    count=3,
    flag=True,
)


def test_a_value_reads_back_equal() -> None:
    assert decode(Outer, encode(VALUE), "facts") == VALUE


def test_times_are_utc_with_a_z() -> None:
    there = datetime(2026, 11, 25, 7, 0, tzinfo=timezone(timedelta(hours=-5)))
    assert moment(there) == "2026-11-25T12:00:00Z"
    assert decode(Outer, {"at": "2026-11-25T07:00:00-05:00", "inner": None}, "x").at == NOON


def test_a_default_may_be_left_out() -> None:
    assert decode(Inner, {"name": "a"}, "x") == Inner(name="a")


def test_what_no_fact_is_made_of_cannot_be_stored() -> None:
    with pytest.raises(TypeError, match="float cannot be stored"):
        encode(1.5)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (Inner, {"name": "a", "odd": 1}, r"x: unknown keys \['odd'\]"),
        (Inner, {}, r"x: missing keys \['name'\]"),
        (Inner, [], "x: expected dict, found list"),
        (Inner, {"name": 1}, "x.name: expected str, found int"),
        (Inner, {"name": "a", "colour": "blue"}, "x.colour: 'blue' is none of"),
        (Outer, {"at": "soon", "inner": None}, "x.at: 'soon' is not a time"),
        (Outer, {"at": "2026-11-25T12:00:00", "inner": None}, "has no time zone"),
        (Outer, {"at": "2026-11-25T12:00:00Z", "inner": None, "count": True}, "expected int"),
        (Outer, {"at": "2026-11-25T12:00:00Z", "inner": None, "items": [{}]}, r"x.items\[0\]"),
        (Outer, {"at": "2026-11-25T12:00:00Z", "inner": None, "table": {"k": 1}}, "x.table.k"),
    ],
)
def test_anything_else_is_refused_with_its_place(
    kind: type[object], value: Json, message: str
) -> None:
    with pytest.raises(EvidenceInvalid, match=message):
        decode(kind, value, "x")
