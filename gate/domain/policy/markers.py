"""How a setting describes itself: the parser, the JSON Schema and the docs read the same marks.

A section of the policy is a frozen dataclass whose fields are `Annotated` with these marks. The key
in the file is the field's name, unless `Key` says otherwise. A field without a default is required.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doc:
    """What the setting is for, in one sentence: shown by editors and in docs/policy.md."""

    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """The key in the file, where it cannot be a Python name (`from`, `for`)."""

    name: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The smallest number, or the smallest count of items or characters, that is allowed."""

    minimum: int


@dataclass(frozen=True, slots=True)
class AtMost:
    """The largest number that is allowed."""

    maximum: int


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """A list that may also be written as its one item, without brackets."""


@dataclass(frozen=True, slots=True)
class Name:
    """The text names something for the rest of the file: letters, digits, `.`, `-` and `_`."""


@dataclass(frozen=True, slots=True)
class Refers:
    """The text must be a name that is known elsewhere.

    Keys of a section of the file (`people`, `roles`, `risk`, `scope.services`), or the gate's own
    controls: `controls` (all), `excusable` (those that can be set aside), `waivable` (these and
    `risk`).
    """

    section: str
