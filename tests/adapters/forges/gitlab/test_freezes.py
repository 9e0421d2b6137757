from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gate.domain.facts import CalendarSpan
from tests.adapters.forges.gitlab.canned import HOME, Raw, gitlab
from tests.adapters.forges.gitlab.gaps import code_of, gap_of

PATH = f"{HOME}/freeze_periods"


def period(start: str, end: str, zone: str = "UTC", number: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": number, "freeze_start": start, "freeze_end": end, "cron_timezone": zone, **more}


def freezes(*periods: Any, **more: Any) -> tuple[CalendarSpan, ...]:
    """Now is Wednesday, 25 November 2026, 15:00 UTC."""
    with gitlab({PATH: list(periods)}, **more) as (asked, _):
        return asked.freezes()


def told(*periods: Any) -> list[str]:
    return [f"{span.start:%m-%d %H:%M} to {span.end:%m-%d %H:%M}" for span in freezes(*periods)]


def test_a_weekend_freeze_comes_every_week_from_a_week_ago_to_90_days_on() -> None:
    found = told(period("0 23 * * 5", "0 7 * * 1"))
    assert found[:3] == [
        "11-20 23:00 to 11-23 07:00",
        "11-27 23:00 to 11-30 07:00",
        "12-04 23:00 to 12-07 07:00",
    ]
    assert found[-1] == "02-19 23:00 to 02-22 07:00"
    assert len(found) == 14


def test_spans_name_their_period_and_the_calendar() -> None:
    (span, *_) = freezes(period("0 23 * * 5", "0 7 * * 1", number=7))
    assert (span.calendar, span.name) == ("gitlab:freeze-periods", "freeze period 7")
    assert span.start == datetime(2026, 11, 20, 23, tzinfo=UTC)


def test_a_freeze_that_began_long_ago_and_lasts_is_known() -> None:
    assert told(period("0 0 1 2 *", "0 0 1 12 *"))[0] == "02-01 00:00 to 12-01 00:00"


def test_a_yearly_freeze_across_the_new_year() -> None:
    assert told(period("0 0 15 12 *", "0 0 5 1 *")) == ["12-15 00:00 to 01-05 00:00"]


def test_a_freeze_that_is_over_is_not_told() -> None:
    assert told(period("0 0 1 3 *", "0 0 2 3 *")) == []


def test_it_ends_only_at_its_end_however_often_it_begins() -> None:
    assert told(period("0 0 * * 1-5", "0 0 28 11 *"))[0].endswith("to 11-28 00:00")


def test_one_that_never_ends_lasts() -> None:
    (span,) = freezes(period("0 0 24 11 *", "0 0 30 2 *"))
    assert span.end.year == 9999


def test_one_on_a_leap_day_ends_there() -> None:
    (span,) = freezes(period("0 0 24 11 *", "0 0 29 2 *"))
    assert span.end == datetime(2028, 2, 29, tzinfo=UTC)


def test_an_end_at_the_very_start_is_the_next_one() -> None:
    assert told(period("0 0 * * 1", "0 0 * * 1"))[0] == "11-16 00:00 to 11-23 00:00"


def test_times_are_those_of_the_zone_in_both_halves_of_the_year() -> None:
    found = told(
        period("0 22 31 10 *", "30 1 1 11 *", "America/New_York"),
        period("0 0 1 1 *", "0 0 2 1 *", "Berlin"),
    )
    assert found == ["12-31 23:00 to 01-01 23:00"]


def test_a_freeze_lasts_through_the_hour_that_is_shown_twice() -> None:
    base = datetime(2026, 11, 2, 12, tzinfo=UTC)
    with gitlab({PATH: [period("0 22 31 10 *", "30 1 1 11 *", "America/New_York")]}) as (asked, _):
        asked._clock = lambda: base
        (span,) = asked.freezes()
    assert span.end == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_several_periods_come_by_their_start() -> None:
    found = freezes(
        period("0 0 1 12 *", "0 0 2 12 *", number=2), period("0 0 28 11 *", "0 0 29 11 *")
    )
    assert [span.name for span in found] == ["freeze period 1", "freeze period 2"]


def test_without_any_there_is_none_and_without_a_token_nobody_knows() -> None:
    assert freezes() == ()
    gap = gap_of(lambda: freezes(read=""))
    assert gap.reason_code == "not-permitted"


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        (period("0 0 * * mon#2", "0 0 * * 2"), "unreadable"),
        (period("0 0 * * 1", "whenever"), "unreadable"),
        (period("0 0 * * 1", "0 0 * * 2", "Mars/Olympus"), "unreadable"),
        (period("0 0 * * 1", "0 0 * * 2", "../../etc/passwd"), "unreadable"),
        (period("0 0 * * 1", "0 0 * * 2") | {"cron_timezone": None}, "unreadable"),
        ({"id": 1}, "unreadable"),
    ],
)
def test_a_freeze_that_cannot_be_read_is_a_gap_and_no_open_window(odd: Any, code: str) -> None:
    assert code_of(lambda: freezes(odd)) == code


def test_freezes_that_may_not_be_read_are_a_gap() -> None:
    with gitlab({PATH: Raw(403, {"message": "403 Forbidden"})}) as (asked, _):
        assert code_of(asked.freezes) == "not-permitted"
