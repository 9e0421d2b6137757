from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.wall_clock import ALWAYS, NEVER, first_moment, last_moment, shown

NEW_YORK = ZoneInfo("America/New_York")
ZONES = ["America/New_York", "Europe/London", "Australia/Sydney", "Australia/Lord_Howe", "UTC"]


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "shows", "first", "last"),
    [
        ("America/New_York", "2026-11-25 09:00", "2026-11-25 14:00", "2026-11-25 14:00"),
        # clocks go back at 02:00: everything from 01:00 is shown twice
        ("America/New_York", "2026-11-01 00:59", "2026-11-01 04:59", "2026-11-01 04:59"),
        ("America/New_York", "2026-11-01 01:00", "2026-11-01 05:00", "2026-11-01 06:00"),
        ("America/New_York", "2026-11-01 01:45", "2026-11-01 05:45", "2026-11-01 06:45"),
        ("America/New_York", "2026-11-01 02:00", "2026-11-01 07:00", "2026-11-01 07:00"),
        # clocks go forward at 02:00: nothing is shown from 02:00 to 03:00
        ("America/New_York", "2026-03-08 01:59", "2026-03-08 06:59", "2026-03-08 06:59"),
        ("America/New_York", "2026-03-08 02:00", "2026-03-08 07:00", "2026-03-08 07:00"),
        ("America/New_York", "2026-03-08 02:30", "2026-03-08 07:00", "2026-03-08 07:00"),
        ("America/New_York", "2026-03-08 03:00", "2026-03-08 07:00", "2026-03-08 07:00"),
        ("Europe/London", "2026-10-25 01:30", "2026-10-25 00:30", "2026-10-25 01:30"),
        ("Australia/Sydney", "2026-10-04 02:30", "2026-10-03 16:00", "2026-10-03 16:00"),
        # Lord Howe moves by half an hour
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45", "2026-04-04 15:15"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30", "2026-10-03 15:30"),
        # Samoa skipped a whole day
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 10:00", "2011-12-30 10:00"),
    ],
)
def test_a_wall_clock_time_becomes_a_moment(zone: str, shows: str, first: str, last: str) -> None:
    assert first_moment(wall(shows), ZoneInfo(zone)) == utc(first)
    assert last_moment(wall(shows), ZoneInfo(zone)) == utc(last)


@given(
    st.sampled_from(ZONES),
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)),  # noqa: DTZ001
)
def test_clocks_show_the_time_from_then_on_and_not_a_second_before(
    name: str, shows: datetime
) -> None:
    zone, shows = ZoneInfo(name), shows.replace(microsecond=0)
    first, last = first_moment(shows, zone), last_moment(shows, zone)
    assert first.astimezone(zone).replace(tzinfo=None) >= shows
    assert (first - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None) < shows
    assert (last - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None) < shows
    assert (last + timedelta(hours=2)).astimezone(zone).replace(tzinfo=None) >= shows


def test_the_ends_of_the_calendar_are_always_and_never() -> None:
    assert first_moment(wall("9999-12-31T23:59"), NEW_YORK) == NEVER
    assert last_moment(wall("9999-12-31T23:59"), NEW_YORK) == NEVER
    assert first_moment(wall("0001-01-01T00:00"), ZoneInfo("Asia/Tokyo")) == ALWAYS


@pytest.mark.parametrize(
    ("moment", "zone", "text"),
    [
        ("2026-11-25 14:00", "America/New_York", "Wed 2026-11-25 09:00 EST (14:00 UTC)"),
        (
            "2026-11-26 02:00",
            "America/New_York",
            "Wed 2026-11-25 21:00 EST (Thu 2026-11-26 02:00 UTC)",
        ),
        ("2026-11-25 14:00", "UTC", "Wed 2026-11-25 14:00 UTC"),
        ("2026-11-25 14:00", "Europe/London", "Wed 2026-11-25 14:00 UTC"),
    ],
)
def test_a_moment_is_shown_in_the_zone_and_in_utc(moment: str, zone: str, text: str) -> None:
    assert shown(utc(moment), ZoneInfo(zone)) == text
