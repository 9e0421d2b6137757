"""Typed reading of answers: what is not as the system describes it is missing, never a crash, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from gate.adapters.answer import Asked
from gate.domain.phrases import safe
from gate.domain.ports import FactMissing

SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an answer, with the question that it answers and its place in it.

    Every method raises FactMissing (`unreadable`) when a member is absent or of another type. `maybe` and its kin
    allow null, never absence: a key that fell out on the way must not read like a null. `has` and `text_or_empty` are
    for what a system leaves out now and then.
    """

    value: object
    asked: Asked
    path: str = ""

    def wrong(self, expected: str, name: str = "") -> FactMissing:
        """The exception that says what was expected of the member `name`, or of this part itself."""
        place = safe(".".join(part for part in (self.path, name) if part)) or "the answer"
        return self.asked.missing(
            "unreadable", f"{self.asked.system} answered, but `{place}` is not {expected}"
        )

    def has(self, name: str) -> bool:
        """Whether the member is there and not null."""
        return isinstance(self.value, dict) and self.value.get(name) is not None

    def maybe(self, name: str) -> Part | None:
        """The member, or None when it is null."""
        value = self._member(name)
        return None if value is None else self._below(value, f".{name}")

    def member(self, name: str) -> Part:
        """The member, which may not be null."""
        found = self.maybe(name)
        if found is None:
            raise self.wrong("there", name)
        return found

    def members(self) -> dict[str, Part]:
        """All members of this part, which must be an object."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return {name: self._below(value, f".{name}") for name, value in self.value.items()}

    def items(self, name: str = "") -> tuple[Part, ...]:
        """The elements of a list: of the member `name`, or of this part."""
        part = self.member(name) if name else self
        return tuple(part._elements())

    def text(self, name: str) -> str:
        """A text, which may be empty."""
        value = self._member(name)
        if not isinstance(value, str):
            raise self.wrong("a text", name)
        return value

    def text_or_null(self, name: str) -> str:
        """A text that has to be there; empty when it is null."""
        return "" if self._member(name) is None else self.text(name)

    def text_or_empty(self, name: str) -> str:
        """A text; empty when it is null or absent. Only for what no decision rests on."""
        return self.text(name) if self.has(name) else ""

    def name(self, name: str) -> str:
        """A text that says something."""
        found = self.text(name)
        if not found.strip():
            raise self.wrong("a name", name)
        return found

    def sha(self, name: str) -> str:
        """A full object id, SHA-1 or SHA-256."""
        value = self._member(name)
        if not isinstance(value, str) or not SHA.fullmatch(value):
            raise self.wrong("a full SHA", name)
        return value

    def number(self, name: str) -> int:
        """A whole number that is not negative."""
        value = self._member(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong("a number", name)
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._member(name)
        if not isinstance(value, bool):
            raise self.wrong("true or false", name)
        return value

    def moment(self, name: str) -> datetime:
        """A time that is written with its zone, in UTC."""
        value = self._member(name)
        found = utc(value) if isinstance(value, str) else None
        if found is None:
            raise self.wrong("a time with its zone", name)
        return found

    def moment_or_none(self, name: str) -> datetime | None:
        """A time in UTC, or None when it is null."""
        return None if self._member(name) is None else self.moment(name)

    def _member(self, name: str) -> object:
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        if name not in self.value:
            raise self.wrong("there", name)
        return self.value[name]

    def _elements(self) -> Iterator[Part]:
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        for index, item in enumerate(self.value):
            yield self._below(item, f"[{index}]")

    def _below(self, value: object, step: str) -> Part:
        return Part(value, self.asked, (self.path + step).lstrip("."))


def utc(text: str) -> datetime | None:
    """An ISO 8601 time in UTC; None when it is none, or names no zone."""
    try:
        told = datetime.fromisoformat(text)
        return None if told.tzinfo is None else told.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
