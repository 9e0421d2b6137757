"""Read what YAML holds into the frozen dataclasses of the world, guided by their types and marks."""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from gate.sandbox.world.marks import Named, Otherwise, Refers, SameAs
from gate.sandbox.world.moments import duration, moment
from gate.sandbox.world.problems import suggestion

_SHA = re.compile(r"[0-9a-f]{40}")
_WORDS: Mapping[Any, str] = {str: "text", bool: "true or false", int: "a whole number"}
_hints = cache(lambda kind: get_type_hints(kind, include_extras=True))


class Reader:
    """Reads values and collects every problem. What it returns is whole only while `problems` is empty."""

    def __init__(self, *, now: datetime, names: Mapping[str, Collection[str]]) -> None:
        self.now = now
        self.names = names
        self.problems: list[str] = []

    def value(self, kind: Any, raw: Any, place: str) -> Any:
        """Read `raw` as the type `kind`."""
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self._marked(arguments[0], arguments[1:], raw, place)
        if origin in (Union, types.UnionType):
            return None if raw is None else self.value(arguments[0], raw, place)
        if origin is Literal:
            return self._one_of(arguments, raw, place)
        if origin is tuple:
            return tuple(self._items(arguments[0], raw, place).values())
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return self._items(arguments[1], raw, place)
        if dataclasses.is_dataclass(kind):
            return self.record(kind, raw, place)
        return self._scalar(kind, raw, place)

    def record(self, kind: Any, raw: Any, place: str, key: str = "") -> Any:
        """Read a mapping as the dataclass `kind`. `key` is the name under which it stands."""
        if not isinstance(raw, Mapping):
            return self._problem(place, f"must be a mapping with {', '.join(_keys(kind))}")
        found = {str(name): item for name, item in raw.items()}
        for name in found.keys() - _keys(kind).keys():
            self._problem(f"{place}.{name}", f"is unknown.{suggestion(name, _keys(kind))}")
        values: dict[str, Any] = {}
        for name, field in _keys(kind).items():
            hint = _hints(kind)[field.name]
            if name in found:
                values[field.name] = self.value(hint, found[name], f"{place}.{name}")
            else:
                self._left_out(field, hint, values, place=f"{place}.{name}", key=key)
        return kind(**values)

    def _left_out(
        self, field: Any, hint: Any, values: dict[str, Any], *, place: str, key: str
    ) -> None:
        marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
        for mark in marks:
            match mark:
                case Named():
                    values[field.name] = self.value(get_args(hint)[0], _number(key), place)
                    return
                case Otherwise(text=text):
                    values[field.name] = self.value(hint, text, place)
                    return
                case SameAs(field=other):
                    values[field.name] = values[other]
                    return
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            values[field.name] = self._problem(place, "is missing")

    def _marked(self, kind: Any, marks: tuple[Any, ...], raw: Any, place: str) -> Any:
        found = self.value(kind, raw, place)
        for mark in marks:
            if isinstance(mark, Refers) and isinstance(found, str):
                known = self.names[mark.section]
                if found not in known and not (mark.or_sha and _SHA.fullmatch(found)):
                    self._problem(
                        place, f"{found!r} is not among {mark.section}.{suggestion(found, known)}"
                    )
        return found

    def _items(self, kind: Any, raw: Any, place: str) -> dict[str, Any]:
        """A list or a mapping as a mapping; an item that is null was deleted."""
        if isinstance(raw, list):
            raw = {str(index): item for index, item in enumerate(raw, start=1)}
        if not isinstance(raw, Mapping):
            self._problem(place, "must be a list or a mapping of items")
            return {}
        found: dict[str, Any] = {}
        for key, item in raw.items():
            if item is None:
                continue
            inner = f"{place}.{key}"
            if dataclasses.is_dataclass(kind):
                found[str(key)] = self.record(kind, item, inner, key=str(key))
            else:
                found[str(key)] = self.value(kind, item, inner)
        return found

    def _one_of(self, allowed: tuple[str, ...], raw: Any, place: str) -> Any:
        if raw not in allowed:
            return self._problem(place, f"{raw!r} is not one of {', '.join(allowed)}")
        return raw

    def _scalar(self, kind: Any, raw: Any, place: str) -> Any:
        if kind is Any:
            return plain(raw)
        if kind in (datetime, timedelta):
            try:
                return moment(raw, self.now) if kind is datetime else duration(raw)
            except ValueError as error:
                return self._problem(place, f"{error}, not {raw!r}")
        if kind is str and type(raw) is int:
            return str(raw)
        if type(raw) is not kind:
            return self._problem(place, f"must be {_WORDS[kind]}, not {raw!r}")
        return raw

    def _problem(self, place: str, text: str) -> Any:
        """Note it. None stands for the value, which nobody will see."""
        self.problems.append(f"{place.lstrip('.')}: {text}")
        return None


def plain(raw: Any) -> Any:
    """What YAML read, as JSON could hold it: text for keys and times."""
    if isinstance(raw, Mapping):
        return {str(key): plain(item) for key, item in raw.items()}
    if isinstance(raw, list):
        return [plain(item) for item in raw]
    return raw.isoformat() if isinstance(raw, date) else raw


@cache
def _keys(kind: Any) -> dict[str, Any]:
    """Fields by their key in the file: `from_` is `from` there."""
    return {field.name.rstrip("_"): field for field in dataclasses.fields(kind)}


def _number(key: str) -> Any:
    return int(key) if key.isascii() and key.isdigit() else key
