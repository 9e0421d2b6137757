from datetime import UTC, date, datetime, timedelta

import pytest

from gate.domain.policy.document import Observe
from gate.domain.validity import earliest, end_of, observing
from tests import builders as b


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2026, 12, 1), "America/New_York", "2026-12-02 05:00"),
        (date(2026, 12, 1), "UTC", "2026-12-02 00:00"),
        (date(2026, 12, 1), "Pacific/Kiritimati", "2026-12-01 10:00"),
        # the day on which clocks go back has 25 hours
        (date(2026, 11, 1), "America/New_York", "2026-11-02 05:00"),
        # in Cairo clocks skip from 00:00 to 01:00
        (date(2026, 4, 23), "Africa/Cairo", "2026-04-23 22:00"),
    ],
)
def test_a_day_ends_when_the_next_one_begins_in_the_zone_of_the_policy(
    day: date, zone: str, expected: str
) -> None:
    assert end_of(day, zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_the_last_day_of_the_calendar_never_ends() -> None:
    assert end_of(date.max, "America/New_York") == datetime.max.replace(tzinfo=UTC)
    assert end_of(date.max - timedelta(days=1), "America/New_York").year == 9999


def test_observing_lasts_through_its_last_day() -> None:
    policy = b.policy(observe=Observe(until=date(2026, 11, 25)))
    assert observing(policy, datetime(2026, 11, 26, 4, 59, tzinfo=UTC)) == policy.observe
    assert observing(policy, datetime(2026, 11, 26, 5, 0, tzinfo=UTC)) is None


def test_nothing_is_only_observed_without_a_clock_or_without_the_policy_saying_so() -> None:
    assert observing(b.policy(observe=Observe(until=date.max)), None) is None
    assert observing(b.policy(), b.NOW) is None


def test_the_earliest_limit_wins_and_the_policy_sets_the_longest() -> None:
    policy = b.policy()
    hour, half = b.NOW + timedelta(hours=1), b.NOW + timedelta(minutes=30)
    assert earliest(b.NOW, policy, []) == hour
    assert earliest(b.NOW, policy, [None, half, None]) == half
    assert earliest(b.NOW, policy, [b.NOW + timedelta(days=1)]) == hour
