from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gate.sandbox.world.moments import duration, is_relative, moment
from tests.sandbox.asking import NOW


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("250ms", timedelta(milliseconds=250)),
        ("30s", timedelta(seconds=30)),
        ("1h30m", timedelta(minutes=90)),
        ("2d4h", timedelta(hours=52)),
    ],
)
def test_durations_are_written_with_their_units(text: str, span: timedelta) -> None:
    assert duration(text) == span


@pytest.mark.parametrize("wrong", ["", "1w", "h", "5", 5, None, "1m2h"])
def test_other_durations_are_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="must be a duration"):
        duration(wrong)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("-3d4h", NOW - timedelta(days=3, hours=4)),
        ("+30m", NOW + timedelta(minutes=30)),
        ("2026-11-25T15:00:00Z", NOW),
        ("2026-11-25T10:00:00-05:00", NOW),
        (datetime(2026, 11, 25, 15, tzinfo=UTC), NOW),
    ],
)
def test_times_are_absolute_or_relative_to_now(written: Any, meant: datetime) -> None:
    assert moment(written, NOW) == meant
    assert moment(written, NOW).tzinfo is UTC


@pytest.mark.parametrize("wrong", ["noon", "2026-11-25T15:00:00", "-5x", 7, None])
def test_times_without_a_zone_and_other_things_are_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="must be a"):
        moment(wrong, NOW)


def test_a_relative_time_is_told_from_other_text() -> None:
    assert is_relative("-1h")
    assert not is_relative("1h")
    assert not is_relative("-")
    assert not is_relative(-1)
