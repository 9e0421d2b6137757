from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.adapters.trackers.moments import day, moment

AT = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-25T15:00:00.000+0000",
        "2026-11-25T15:00:00Z",
        "2026-11-25T17:00:00.000+0200",
        "2026-11-25 15:00:00+00:00",
        1795618800,
        1795618800000,
    ],
)
def test_every_form_of_a_tracker_is_the_same_moment_in_utc(value: object) -> None:
    found = moment(value)
    assert found == AT
    assert found is not None
    assert found.tzinfo is UTC


def test_the_integer_of_jiras_own_example_is_milliseconds_and_so_are_ours() -> None:
    assert moment(1795618800429) == AT.replace(microsecond=429_000)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, 1492070429000000, -1795618800, 1.5, "", "2026-11-25", "2026-11-25T15:00:00",
        "soon", "0001-01-01T00:00:00+1400", [], {},
    ],
)  # fmt: skip
def test_what_is_no_moment_with_a_zone_is_none(value: object) -> None:
    assert moment(value) is None


def test_a_date_is_the_whole_day_in_utc() -> None:
    assert day("2026-11-25", end=False) == datetime(2026, 11, 25, tzinfo=UTC)
    assert day("2026-11-25", end=True) == datetime(2026, 11, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", [None, 20261125, "2026-13-01", "2026-11-25T15:00:00Z", "20261125", "9999-12-31"]
)
def test_what_is_no_date_is_none(value: object) -> None:
    assert day(value, end=True) is None


@given(st.text(max_size=30) | st.integers() | st.none() | st.booleans() | st.floats())
def test_nothing_makes_it_crash(value: object) -> None:
    found = moment(value) or day(value, end=False)
    assert found is None or found.tzinfo is UTC
