"""Values that are written as text with a meaning: days, times, durations, path patterns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from gate.domain.globs import Glob

# Days at the very ends of the calendar cannot be told in every time zone, and "never" is no end.
_DAY = r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}"
_YEARS = "the year is from 2000 to 2199"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SET = re.compile(r"\[(?:![^\]/]+|[^!\]/][^\]/]*)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How a type is written in the file."""

    called: str
    """What people call it, with an example."""
    pattern: str
    """An anchored regular expression, also for the JSON Schema; empty when any text may do."""
    read: Callable[[str], object]
    """From text that fits `pattern` to the value; ValueError says what is wrong with it."""
    hint: str = ""


def _glob(text: str) -> Glob:
    if "***" in text:
        raise ValueError("`***` means nothing; `**` crosses folders and `*` stays within one")
    if "[" in _SET.sub("", text):
        raise ValueError("a set such as `[abc]` is not closed, or is empty")
    return Glob(text)


def _span(text: str) -> timedelta:
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


FORMATS: Mapping[type[object], Format] = {
    date: Format(
        called="a day such as `2026-12-01`",
        pattern=rf"^{_DAY}$",
        read=date.fromisoformat,
        hint=f"write year, month and day; {_YEARS}",
    ),
    time: Format(
        called='a time of day such as `"09:00"`',
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        read=time.fromisoformat,
        hint='write two digits, a colon, two digits; midnight is "00:00"',
    ),
    datetime: Format(
        called="a day and time such as `2026-12-15T00:00`",
        pattern=rf"^{_DAY}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$",
        read=datetime.fromisoformat,
        hint=f"it is wall-clock time in `windows.timezone`, without Z or an offset; {_YEARS}",
    ),
    timedelta: Format(
        called="a duration such as `90s`, `60m`, `48h` or `14d`",
        pattern=r"^[1-9][0-9]{0,4}[smhd]$",
        read=_span,
        hint="write a number and one of s, m, h, d",
    ),
    Glob: Format(called="a pattern such as `infra/**`", pattern="", read=_glob),
}
