"""Typed reading of answers: what is not as GitHub describes it is a missing fact, never a crash and never a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from gate.domain.missing import Missing
from gate.domain.ports import FactMissing

SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Shape:
    """A part of an answer, with the question it answers and its place in it.

    Every method raises FactMissing (`unreadable`) when a member is absent or of another type. A member that GitHub may
    leave null still has to be there: a key that fell out on the way must not read like a null.
    """

    value: object
    source: str
    path: str = ""

    def unreadable(self, expected: str, name: str = "") -> FactMissing:
        """The exception that says what was expected of the member `name`, or of this part itself."""
        return FactMissing(
            Missing(
                source=self.source,
                reason_code="unreadable",
                detail=f"GitHub answered, but `{self._place(name) or 'the answer'}` is not {expected}",
                remedy="start the deploy again; if it stays, whoever runs the runner looks for a proxy on the way to "
                "GitHub, and the gate may need a newer version",
                retriable=True,
            )
        )

    def maybe(self, name: str) -> Shape | None:
        """The member, or None when it is null."""
        value = self._member(name)
        return None if value is None else Shape(value, self.source, self._place(name))

    def has(self, name: str) -> bool:
        """Whether there is such a member, for the few that GitHub leaves out."""
        return isinstance(self.value, dict) and self.value.get(name) is not None

    def member(self, name: str) -> Shape:
        """The member, which may not be null."""
        found = self.maybe(name)
        if found is None:
            raise self.unreadable("there", name)
        return found

    def items(self, name: str) -> tuple[Shape, ...]:
        """The elements of a list; null is none of them allowed to be."""
        return self.member(name).elements()

    def elements(self) -> tuple[Shape, ...]:
        """The elements of this part, which must be a list."""
        if not isinstance(self.value, list):
            raise self.unreadable("a list")
        return tuple(
            Shape(item, self.source, f"{self.path}[{index}]")
            for index, item in enumerate(self.value)
        )

    def text(self, name: str) -> str:
        """A text, which may be empty."""
        value = self._member(name)
        if not isinstance(value, str):
            raise self.unreadable("a text", name)
        return value

    def text_or_empty(self, name: str) -> str:
        """A text; empty when it is null."""
        return "" if self._member(name) is None else self.text(name)

    def name(self, name: str) -> str:
        """A text that may not be empty."""
        found = self.text(name)
        if not found:
            raise self.unreadable("a name", name)
        return found

    def sha(self, name: str) -> str:
        """A full object id, SHA-1 or SHA-256."""
        value = self._member(name)
        if not isinstance(value, str) or not SHA.fullmatch(value):
            raise self.unreadable("a full SHA", name)
        return value

    def number(self, name: str) -> int:
        """A whole number that is not negative."""
        value = self._member(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.unreadable("a number", name)
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._member(name)
        if not isinstance(value, bool):
            raise self.unreadable("true or false", name)
        return value

    def moment(self, name: str) -> datetime:
        """A time with its zone, in UTC."""
        value = self._member(name)
        try:
            told = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            told = None
        if told is None or told.tzinfo is None:
            raise self.unreadable("a time", name)
        try:
            return told.astimezone(UTC)
        except OverflowError:
            raise self.unreadable("a time", name) from None

    def moment_or_none(self, name: str) -> datetime | None:
        """A time in UTC, or None when it is null."""
        return None if self._member(name) is None else self.moment(name)

    def _member(self, name: str) -> object:
        if not isinstance(self.value, dict):
            raise self.unreadable("an object")
        if name not in self.value:
            raise self.unreadable("there", name)
        return self.value[name]

    def _place(self, name: str) -> str:
        return ".".join(part for part in (self.path, name) if part)
