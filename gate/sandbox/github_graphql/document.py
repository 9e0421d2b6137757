"""A GraphQL document as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Variable:
    """A `$name` where a value stands."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A variable as the operation declares it."""

    name: str
    required: bool
    default: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field that is asked for."""

    key: str
    """Its alias, or its name."""
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    directives: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    selections: tuple[Selection, ...] = ()
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """`...Name`."""

    name: str
    directives: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """`... on Type { }`; without a type the condition is empty."""

    condition: str
    selections: tuple[Selection, ...]
    directives: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


Selection = Field | Spread | Inline


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A query, named or not."""

    kind: str
    name: str
    variables: tuple[Declared, ...]
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Everything that was sent."""

    operations: tuple[Operation, ...]
    fragments: Mapping[str, Inline]
