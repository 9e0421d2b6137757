"""The redacted answers of the systems, as files of the bundle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gate.evidence.bundle import RAW
from gate.evidence.canonical import Json, dumps
from gate.evidence.codec import moment


class Answer(Protocol):
    """One question to one system, and what was kept of the answer. Nothing here is a credential any more."""

    @property
    def system(self) -> str:
        """Who was asked."""

    @property
    def method(self) -> str:
        """The HTTP method."""

    @property
    def url(self) -> str:
        """Path and query."""

    @property
    def status(self) -> int:
        """The HTTP status; 0 when no answer came."""

    @property
    def date(self) -> datetime | None:
        """The answer's own time."""

    @property
    def elapsed_ms(self) -> int:
        """How long it took."""

    @property
    def body(self) -> object:
        """What was kept of the answer."""


def raw_files(answers: Sequence[Answer]) -> dict[str, bytes]:
    """One file for each answer, numbered in the order of the questions."""
    return {
        f"{RAW}{number:04}-{answer.system.lower().replace(' ', '-')}.json": dumps(_answer(answer))
        for number, answer in enumerate(answers, start=1)
    }


def _answer(answer: Answer) -> Json:
    return {
        "system": answer.system,
        "request": f"{answer.method} {answer.url}",
        "status": answer.status,
        "date": moment(answer.date) if answer.date else None,
        "elapsed_ms": answer.elapsed_ms,
        "body": _plain(answer.body),
    }


def _plain(value: object) -> Json:
    """Numbers that canonical JSON cannot hold become text; they are for people to read, not to calculate with."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) < 2**53 else str(value)
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case _:
            return str(value)
