"""Frozen dataclasses to plain JSON values and back, driven by their types.

Times are RFC 3339 in UTC with a `Z`; enumerations are their values; tuples are lists. Reading is
strict: an unknown key, a missing key without a default, or a value of another type is
EvidenceInvalid, with its place.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import Json

T = TypeVar("T")


def encode(value: object) -> Json:
    """Turn a value of the domain into JSON. TypeError for what no fact is made of, floats included."""
    match value:
        case None | bool() | int() | str():
            return value
        case Enum():
            return encode(value.value)
        case datetime():
            return moment(value)
        case tuple() | list():
            return [encode(item) for item in value]
        case Mapping():
            return {str(key): encode(item) for key, item in value.items()}
        case _ if is_dataclass(value):
            return {item.name: encode(getattr(value, item.name)) for item in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} cannot be stored as evidence")


def moment(at: datetime) -> str:
    """Write an aware time as RFC 3339 in UTC; whole seconds where it has no fraction."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def decode(kind: type[T], value: Json, place: str) -> T:
    """Read a value of type `kind` back. `place` names it in errors."""
    found: T = _decode(kind, value, place)
    return found


def _decode(kind: Any, value: Json, place: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        if value is None and types.NoneType in arguments:
            return None
        (inner,) = [item for item in arguments if item is not types.NoneType]
        return _decode(inner, value, place)
    if origin is tuple:
        return tuple(
            _decode(arguments[0], item, f"{place}[{index}]")
            for index, item in enumerate(_expect(list, value, place))
        )
    if origin is Mapping:
        items = _expect(dict, value, place).items()
        return {key: _decode(arguments[1], item, f"{place}.{key}") for key, item in items}
    if is_dataclass(kind):
        return _decode_dataclass(kind, _expect(dict, value, place), place)
    return _decode_scalar(kind, value, place)


def _decode_scalar(kind: Any, value: Json, place: str) -> Any:
    if issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError as error:
            raise _invalid(
                place, f"{value!r} is none of {[item.value for item in kind]}"
            ) from error
    if kind is datetime:
        return _decode_moment(_expect(str, value, place), place)
    return _expect(kind, value, place)


def _decode_moment(text: str, place: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise _invalid(place, f"{text!r} is not a time") from error
    if at.tzinfo is None:
        raise _invalid(place, f"{text!r} has no time zone")
    return at.astimezone(UTC)


def _decode_dataclass(kind: Any, value: dict[str, Json], place: str) -> Any:
    known, hints = fields(kind), _hints(kind)
    names = {item.name for item in known}
    if unknown := sorted(value.keys() - names):
        raise _invalid(place, f"unknown keys {unknown}")
    if absent := sorted(item.name for item in known if _required(item) and item.name not in value):
        raise _invalid(place, f"missing keys {absent}")
    given = {
        name: _decode(hints[name], value[name], f"{place}.{name}")
        for name in names
        if name in value
    }
    return kind(**given)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _required(item: Field[Any]) -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _expect(kind: type[T], value: Json, place: str) -> T:
    # bool is an int in Python, but not in evidence.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _invalid(place, f"expected {kind.__name__}, found {type(value).__name__}")
    return value


def _invalid(place: str, problem: str) -> EvidenceInvalid:
    return EvidenceInvalid(
        f"{place}: {problem}.",
        hint="The bundle was altered, or written by a version of the gate that this one does not read.",
    )
