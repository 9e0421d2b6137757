from datetime import UTC, datetime

from gate.render.times import both


def test_local_time_comes_first_with_utc_beside_it() -> None:
    assert both(datetime(2026, 11, 25, 15, 5, tzinfo=UTC), "America/New_York") == (
        "Wed 25 Nov 2026, 10:05 EST (15:05 UTC)"
    )


def test_another_day_in_utc_is_said() -> None:
    assert both(datetime(2026, 11, 26, 2, 0, tzinfo=UTC), "America/New_York") == (
        "Wed 25 Nov 2026, 21:00 EST (26 Nov 02:00 UTC)"
    )


def test_utc_is_said_once() -> None:
    assert both(datetime(2026, 11, 25, 15, 5, tzinfo=UTC), "UTC") == "Wed 25 Nov 2026, 15:05 UTC"
