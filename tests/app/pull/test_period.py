from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.app.pull.period import Period, end_behind, first_instant, moment_of

MARCH = Period(since=datetime(2026, 3, 1, tzinfo=UTC), until=datetime(2026, 4, 1, tzinfo=UTC))


def test_both_days_are_part_of_it() -> None:
    assert first_instant("2026-03-01") == MARCH.since
    assert end_behind("2026-03-31") == MARCH.until


def test_moments_are_exact_and_in_utc() -> None:
    assert first_instant("2026-03-01T01:00:00+01:00") == MARCH.since
    assert end_behind("2026-03-31T23:59:59.999999Z") == MARCH.until
    assert first_instant("2026-03-01t00:00:00z") == MARCH.since


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-3-1", "20260301", "2026-W09-1", "2026-03-01T00:00:00", "2026-02-30",
     "2026-03-01T25:00:00Z", "٢٠٢٦-03-01", "2026-03-01 00:00:00Z", "0001-01-01T00:00:00+10:00"],
)  # fmt: skip
def test_what_is_no_time_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"neither a day|no day of the calendar"):
        first_instant(text)


def test_the_end_of_time_is_told() -> None:
    with pytest.raises(ValueError, match="too late for any calendar"):
        end_behind("9999-12-31")


@pytest.mark.parametrize(
    ("told", "has", "is_before"),
    [
        ("2026-02-28T23:59:59Z", False, True),
        ("2026-03-01T00:00:00Z", True, False),
        ("2026-03-31T23:59:59Z", True, False),
        ("2026-04-01T00:00:00Z", False, False),
        ("2026-04-01T01:00:00+02:00", True, False),
        ("", True, False),
        ("sometime", True, False),
        ("2026-99-01T00:00:00Z", True, False),
    ],
)
def test_what_nobody_can_date_could_be_part_of_it(told: str, has: bool, is_before: bool) -> None:
    assert (MARCH.has(told), MARCH.is_before(told)) == (has, is_before)


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)))  # noqa: DTZ001 - given its zone below
def test_what_is_before_it_is_no_part_of_it(naive: datetime) -> None:
    at = naive.replace(tzinfo=UTC)
    told = at.isoformat().replace("+00:00", "Z")
    assert moment_of(told) == at
    period = Period(since=at + timedelta(seconds=1), until=at + timedelta(seconds=2))
    assert period.is_before(told)
    assert not period.has(told)
    assert end_behind(told) > at
