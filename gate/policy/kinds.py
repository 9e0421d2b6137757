"""What a setting may hold, read from the types of `gate.domain.policy` and their marks.

The parser, the JSON Schema and the reference all stand on these kinds, so that they cannot disagree
about what the file may say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from gate.domain.policy.document import Policy
from gate.domain.policy.markers import AtLeast, AtMost, Doc, Key, Name, OneOrMany, Refers
from gate.policy.formats import FORMATS, Format

M = TypeVar("M")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Free text, never blank; or a name (`name`), or a name that must be known (`refers`)."""

    minimum: int = 1
    name: bool = False
    refers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A whole number."""

    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """true or false."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values of an enumeration."""

    of: type[Enum]

    @property
    def words(self) -> tuple[str, ...]:
        """The values, as the file writes them."""
        return tuple(str(member.value) for member in self.of)


@dataclass(frozen=True, slots=True)
class Written:
    """A day, a time, a duration or a pattern, written as text."""

    format: Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list, never with the same scalar twice; with `single` its one item will do as well."""

    item: Kind
    minimum: int = 0
    single: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Values by name, in the order of the file."""

    key: Text
    value: Kind
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping whose keys are the settings of a dataclass."""

    of: type[Any]


Scalar = Text | Number | Truth | Choice | Written
Kind = Scalar | Items | Named | Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of a section."""

    key: str
    name: str
    """The field of the dataclass."""
    kind: Kind
    doc: str
    required: bool
    default: object
    """What holds when the key is absent; None for a required one."""


POLICY = Section(Policy)
"""The whole file."""


@cache
def settings(section: Section) -> tuple[Setting, ...]:
    """The settings of a section, in the order of its fields."""
    hints = get_type_hints(section.of, include_extras=True)
    return tuple(_setting(field, hints[field.name]) for field in fields(section.of))


def kind_of(hint: Any, marks: tuple[object, ...] = ()) -> Kind:
    """What an annotation allows. TypeError for one that the policy file cannot express."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return kind_of(args[0], (*marks, *hint.__metadata__))
    if origin is UnionType:
        (present,) = (arg for arg in args if arg is not NoneType)
        return kind_of(present, marks)
    if origin is tuple:
        single = _mark(OneOrMany, marks) is not None
        return Items(item=kind_of(args[0]), minimum=_minimum(marks, 0), single=single)
    if origin is Mapping:
        return Named(key=_key(args[0]), value=kind_of(args[1]), minimum=_minimum(marks, 0))
    return _of_type(hint, marks)


def _of_type(kind: type[Any], marks: tuple[object, ...]) -> Kind:
    if kind in FORMATS:
        return Written(FORMATS[kind])
    if is_dataclass(kind):
        return Section(kind)
    if issubclass(kind, Enum):
        return Choice(kind)
    if kind is bool:
        return Truth()
    if kind is int:
        low, high = _mark(AtLeast, marks), _mark(AtMost, marks)
        return Number(minimum=low.minimum if low else None, maximum=high.maximum if high else None)
    if kind is str:
        return _text(marks)
    raise TypeError(f"the policy file has no way to write {kind!r}")


def _key(hint: Any) -> Text:
    kind = kind_of(hint)
    if not isinstance(kind, Text):
        raise TypeError(f"the policy file has no way to write a key of {hint!r}")
    return kind


def _text(marks: tuple[object, ...]) -> Text:
    refers = _mark(Refers, marks)
    return Text(
        minimum=_minimum(marks, 1),
        name=_mark(Name, marks) is not None,
        refers=refers.section if refers else "",
    )


def _setting(field: Field[Any], hint: Any) -> Setting:
    marks = hint.__metadata__
    key, doc = _mark(Key, marks), _mark(Doc, marks)
    if doc is None:
        raise TypeError(f"{field.name} does not say what it is for: give it a Doc")
    made = field.default_factory
    default = made() if made is not MISSING else field.default
    return Setting(
        key=key.name if key else field.name,
        name=field.name,
        kind=kind_of(hint),
        doc=doc.text,
        required=default is MISSING,
        default=None if default is MISSING else default,
    )


def _minimum(marks: tuple[object, ...], otherwise: int) -> int:
    mark = _mark(AtLeast, marks)
    return mark.minimum if mark else otherwise


def _mark(kind: type[M], marks: tuple[object, ...]) -> M | None:
    return next((mark for mark in marks if isinstance(mark, kind)), None)
