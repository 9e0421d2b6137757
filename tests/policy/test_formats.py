import re
from datetime import date, datetime, time, timedelta

import pytest

from gate.domain.globs import Glob
from gate.policy.formats import FORMATS


def read(kind: type[object], text: str) -> object:
    form = FORMATS[kind]
    if not re.fullmatch(form.pattern, text):
        raise ValueError("does not fit the pattern")
    return form.read(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("90s", timedelta(seconds=90)),
        ("60m", timedelta(hours=1)),
        ("48h", timedelta(days=2)),
        ("14d", timedelta(days=14)),
    ],
)
def test_durations(text: str, value: timedelta) -> None:
    assert read(timedelta, text) == value


@pytest.mark.parametrize("text", ["14", "0d", "-1d", "1w", "1.5h", "1h30m", "14 d", "100000d"])
def test_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        read(timedelta, text)


def test_days_and_times() -> None:
    assert read(date, "2026-12-01") == date(2026, 12, 1)
    assert read(time, "22:00") == time(22)
    assert read(datetime, "2026-12-15T00:00") == datetime.fromisoformat("2026-12-15T00:00")
    assert read(datetime, "2026-12-15 06:30:15").__str__() == "2026-12-15 06:30:15"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (date, "2026-1-1"),
        (date, "2026-02-30"),
        (date, "20261201"),
        (date, "1999-12-31"),
        (date, "9999-12-31"),
        (datetime, "9999-12-31T23:59"),
        (time, "9:00"),
        (time, "24:00"),
        (time, "09:00:00"),
        (time, "٠٩:٠٠"),
        (datetime, "2026-12-15"),
        (datetime, "2026-12-15T00:00Z"),
        (datetime, "2026-12-15T00:00+02:00"),
        (datetime, "2026-12-15T24:00"),
        (datetime, "2026-02-30T00:00"),
    ],
)
def test_no_days_and_no_times(kind: type[object], text: str) -> None:
    with pytest.raises(ValueError, match=r"pattern|day is out of range"):
        read(kind, text)


@pytest.mark.parametrize(
    "text", ["**", "infra/**", "a[0-9!].py", "e2e / *", "build (3.11)", "[!a]"]
)
def test_patterns(text: str) -> None:
    assert FORMATS[Glob].read(text) == Glob(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a/***", "`\\*\\*\\*` means nothing"),
        ("a[", "not closed"),
        ("a[]", "not closed, or is empty"),
        ("a[!]b", "not closed, or is empty"),
        ("[z-a]", "is no range"),
    ],
)
def test_no_patterns(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        FORMATS[Glob].read(text)
