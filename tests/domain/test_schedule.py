"""The oracle walks minute by minute and looks at the clocks on the wall, as a person would; it shares no code."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.domain.facts import CalendarSpan
from gate.domain.policy.windows import AllowWindow, Freeze, Weekday
from gate.domain.schedule import Span, both, calendar_id, freeze_spans, occurrences, union, without
from gate.domain.wall_clock import ALWAYS, NEVER

NEW_YORK = ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)
DST_NIGHTS = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("Australia/Sydney", date(2026, 4, 5)),
    ("Australia/Sydney", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def window(start: str, end: str, *days: Weekday, nth: tuple[int, ...] = ()) -> AllowWindow:
    return AllowWindow(
        name="window",
        days=days or tuple(Weekday),
        start=time.fromisoformat(start),
        end=time.fromisoformat(end),
        nth=nth,
    )


def span(start: str, end: str, name: str = "") -> Span:
    return Span(start=utc(start), end=utc(end), name=name)


def nights(one: AllowWindow, zone: ZoneInfo, since: str, until: str) -> list[tuple[str, str]]:
    return [
        (f"{found.start:%m-%d %H:%M}", f"{found.end:%m-%d %H:%M}")
        for found in occurrences(one, zone, utc(since), utc(until))
    ]


def test_an_overnight_window_lasts_five_hours_when_clocks_go_back_and_four_otherwise() -> None:
    saturday = window("22:00", "02:00", Weekday.SAT)
    assert nights(saturday, NEW_YORK, "2026-10-24", "2026-11-09") == [
        ("10-25 02:00", "10-25 06:00"),
        ("11-01 02:00", "11-01 07:00"),
        ("11-08 03:00", "11-08 07:00"),
    ]
    assert nights(saturday, NEW_YORK, "2026-03-08", "2026-03-09") == [
        ("03-08 03:00", "03-08 07:00")
    ]


def test_a_window_that_began_yesterday_is_still_open() -> None:
    late = window("22:00", "06:00", Weekday.SAT)
    assert nights(late, ZoneInfo("UTC"), "2026-11-22 03:00", "2026-11-22 04:00") == [
        ("11-21 22:00", "11-22 06:00")
    ]


def test_a_window_from_midnight_to_midnight_is_the_whole_day() -> None:
    day = window("00:00", "00:00", Weekday.SUN)
    assert nights(day, NEW_YORK, "2026-11-01", "2026-11-03") == [("11-01 04:00", "11-02 05:00")]


def test_the_end_is_not_part_of_a_window() -> None:
    hour = window("09:00", "10:00")
    assert nights(hour, ZoneInfo("UTC"), "2026-11-25 10:00", "2026-11-26 09:00") == []
    assert not span("2026-11-25 09:00", "2026-11-25 10:00").holds(utc("2026-11-25 10:00"))
    assert span("2026-11-25 09:00", "2026-11-25 10:00").holds(utc("2026-11-25 09:00"))


@pytest.mark.parametrize(
    ("nth", "expected"),
    [
        ((2,), ["11-10"]),
        ((1, 3), ["11-03", "11-17"]),
        ((-1,), ["11-24"]),
        ((-2,), ["11-17"]),
        ((5,), ["12-29"]),
    ],
)
def test_only_the_nth_such_day_of_the_month(nth: tuple[int, ...], expected: list[str]) -> None:
    tuesday = window("10:00", "11:00", Weekday.TUE, nth=nth)
    month = "2026-12" if nth == (5,) else "2026-11"
    found = nights(tuesday, ZoneInfo("UTC"), f"{month}-01", f"{month}-30")
    assert [start[:5] for start, _ in found] == expected


def walk(one: AllowWindow, zone: ZoneInfo, since: datetime, minutes: int) -> list[bool]:
    """Which minutes are open: from when clocks first reach the start until they first reach the end."""
    local = [(since + n * MINUTE).astimezone(zone).replace(tzinfo=None) for n in range(minutes)]
    result = [False] * minutes
    for day in sorted({at.date() for at in local}):
        starts = datetime.combine(day, one.start)
        ends = datetime.combine(day, one.end)
        if ends <= starts:
            ends += timedelta(days=1)
        opening = next((n for n, at in enumerate(local) if at >= starts), minutes)
        closing = next((n for n, at in enumerate(local) if at >= ends), minutes)
        if day.weekday() in [weekday.number for weekday in one.days]:
            result[opening:closing] = [True] * max(closing - opening, 0)
    return result


times_of_day = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 45, 59]))


@given(
    st.sampled_from(DST_NIGHTS),
    st.sets(st.sampled_from(list(Weekday)), min_size=1),
    times_of_day,
    times_of_day,
)
@settings(max_examples=60, deadline=None)
def test_agrees_with_a_walk_around_every_night_on_which_clocks_change(
    night: tuple[str, date], days: set[Weekday], start: time, end: time
) -> None:
    name, day = night
    zone = ZoneInfo(name)
    one = AllowWindow(name="w", days=tuple(days), start=start, end=end)
    since = datetime.combine(day - timedelta(days=3), time(), UTC)
    minutes = 6 * 24 * 60
    walked = walk(one, zone, since, minutes)
    spans = tuple(occurrences(one, zone, since, since + minutes * MINUTE))
    # The first day is left to warm up: the walk cannot see a window that began before it did.
    for n in range(36 * 60, minutes):
        assert any(found.holds(since + n * MINUTE) for found in spans) == walked[n], n


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2026-12-15T00:00", "2027-01-05T00:00", "2026-12-15 05:00", "2027-01-05 05:00"),
        # never shorter than meant: both passes of a repeated hour are frozen
        ("2026-11-01T01:30", "2026-11-01T01:45", "2026-11-01 05:30", "2026-11-01 06:45"),
        ("2026-11-01T00:00", "2026-11-01T01:30", "2026-11-01 04:00", "2026-11-01 06:30"),
        # nothing that clocks show at or after the start escapes
        ("2026-03-08T02:30", "2026-03-08T05:00", "2026-03-08 07:00", "2026-03-08 09:00"),
        ("2026-03-07T00:00", "2026-03-08T02:30", "2026-03-07 05:00", "2026-03-08 07:00"),
    ],
)
def test_a_freeze_holds_from_wall_clock_to_wall_clock(
    start: str, end: str, first: str, last: str
) -> None:
    freeze = Freeze(
        name="year end", start=datetime.fromisoformat(start), end=datetime.fromisoformat(end)
    )
    assert freeze_spans(freeze, NEW_YORK, ()) == (span(first, last, "year end"),)


def test_a_freeze_without_an_end_lasts() -> None:
    (found,) = freeze_spans(Freeze(), NEW_YORK, ())
    assert (found.start, found.end) == (ALWAYS, NEVER)


def test_a_calendar_freezes_by_its_own_entries_alone() -> None:
    entries = [
        CalendarSpan(
            calendar=calendar_id(address),
            name=name,
            start=utc("2026-12-24 00:00"),
            end=utc("2026-12-27 00:00"),
        )
        for address, name in [
            ("https://a/f.ics", "holidays"),
            ("https://a/f.ics", ""),
            ("other", "x"),
        ]
    ]
    freeze = Freeze(name="calendar", calendar="https://a/f.ics")
    assert freeze_spans(freeze, NEW_YORK, entries) == (
        span("2026-12-24 00:00", "2026-12-27 00:00", "holidays"),
        span("2026-12-24 00:00", "2026-12-27 00:00", "calendar"),
    )


def test_a_calendar_is_known_by_a_digest_of_its_address_which_may_be_a_secret() -> None:
    address = "https://calendar.example/private-0123456789abcdef/f.ics"
    digest = hashlib.sha256(address.encode()).hexdigest()
    assert calendar_id(address) == f"sha256:{digest}"
    assert calendar_id("gitlab:freeze-periods") == "gitlab:freeze-periods"


hours = st.integers(0, 48).map(lambda n: utc("2026-11-25 00:00") + timedelta(hours=n))
spans = st.lists(
    st.builds(lambda a, b: Span(start=min(a, b), end=max(a, b)), hours, hours), max_size=5
)
MOMENTS = [utc("2026-11-25 00:00") + timedelta(minutes=30 * n) for n in range(-1, 99)]


def held(some: tuple[Span, ...] | list[Span], at: datetime) -> bool:
    return any(one.holds(at) for one in some)


@given(spans, spans)
def test_union_both_and_without_are_or_and_and_and_not(
    ones: list[Span], others: list[Span]
) -> None:
    for at in MOMENTS:
        assert held(union(ones), at) == held(ones, at)
        assert held(both(ones, others), at) == (held(ones, at) and held(others, at))
        assert held(without(ones, others), at) == (held(ones, at) and not held(others, at))


@given(spans, spans)
def test_results_are_in_order_and_never_touch(ones: list[Span], others: list[Span]) -> None:
    for result in (union(ones), both(ones, others), without(ones, others)):
        assert all(one.end < two.start for one, two in pairwise(result))
