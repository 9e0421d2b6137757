import sys
from datetime import UTC, datetime, timedelta

import pytest

from gate.adapters.answer import Asked
from gate.adapters.calendars.occurrences import MOST_EVENTS, Near, Occurrence, occurrences
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from tests.adapters.calendars.texts import NEW_YORK, calendar

ASKED = Asked(
    system="calendar", what="calendar.acme.example (1a2b3c4d)", host="calendar.acme.example"
)
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
YEAR = Near(start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2027, 3, 1, tzinfo=UTC))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def found(*events: str, head: str = NEW_YORK, near: Near = YEAR) -> tuple[Occurrence, ...]:
    return occurrences(calendar(*events, head=head), near, ASKED)


def times(*events: str, head: str = NEW_YORK, near: Near = YEAR) -> list[tuple[datetime, datetime]]:
    return [(one.start, one.end) for one in found(*events, head=head, near=near)]


def gap(*events: str, head: str = NEW_YORK) -> Missing:
    with pytest.raises(FactMissing) as raised:
        found(*events, head=head)
    return raised.value.missing


def test_a_whole_day_is_one_in_the_calendars_own_zone() -> None:
    event = "DTSTART;VALUE=DATE:20261215|DTEND;VALUE=DATE:20270105|SUMMARY:Year end"
    assert found(event) == (
        Occurrence(name="Year end", start=utc("2026-12-15T05:00"), end=utc("2027-01-05T05:00")),
    )


def test_its_only_vtimezone_is_the_zone_of_a_calendar_that_names_none() -> None:
    zone = (
        "BEGIN:VTIMEZONE|TZID:Asia/Tokyo|BEGIN:STANDARD|DTSTART:19700101T000000"
        "|TZOFFSETFROM:+0900|TZOFFSETTO:+0900|END:STANDARD|END:VTIMEZONE"
    )
    assert times("DTSTART;VALUE=DATE:20261215", head=zone) == [
        (utc("2026-12-14T15:00"), utc("2026-12-15T15:00"))
    ]


def test_without_any_zone_the_day_is_meant_wherever_it_is_that_day() -> None:
    assert times("DTSTART;VALUE=DATE:20261215", head="") == [
        (utc("2026-12-14T10:00"), utc("2026-12-16T12:00"))
    ]


def test_a_zone_that_nobody_knows_makes_days_unreadable() -> None:
    assert "Nowhere" in gap("DTSTART;VALUE=DATE:20261215", head="X-WR-TIMEZONE:Nowhere/Land").detail


def test_the_end_is_the_wall_clock_end_when_the_clocks_change() -> None:
    night = (
        "DTSTART;TZID=America/New_York:20261031T220000|DTEND;TZID=America/New_York:20261101T020000"
    )
    assert times(night) == [(utc("2026-11-01T02:00"), utc("2026-11-01T07:00"))]
    assert times(
        night.replace("DTEND;TZID=America/New_York:20261101T020000", "DURATION:PT4H")
    ) == times(night)


@pytest.mark.parametrize("minutes", [15, 30, 45])
def test_the_repeated_hour_is_still_inside(minutes: int) -> None:
    at = utc("2026-11-01T06:00") + timedelta(minutes=minutes)
    night = (
        "DTSTART;TZID=America/New_York:20261031T220000|DTEND;TZID=America/New_York:20261101T020000"
    )
    assert len(times(night, near=Near(start=at, end=at + timedelta(seconds=1)))) == 1


def test_what_recurs_is_found_near_the_time_that_is_asked_about() -> None:
    weekly = (
        "DTSTART;TZID=America/New_York:20200107T220000|DURATION:PT2H|RRULE:FREQ=WEEKLY"
        "|EXDATE;TZID=America/New_York:20261201T220000"
    )
    near = Near(start=utc("2026-11-20T00:00"), end=utc("2026-12-10T00:00"))
    assert times(weekly, near=near) == [
        (utc("2026-11-25T03:00"), utc("2026-11-25T05:00")),
        (utc("2026-12-09T03:00"), utc("2026-12-09T05:00")),
    ]


def test_only_what_overlaps_is_told() -> None:
    event = "DTSTART:20261201T100000Z|DTEND:20261201T110000Z"
    assert times(event, near=Near(start=utc("2026-12-01T11:00"), end=utc("2026-12-01T12:00"))) == []
    assert times(event, near=Near(start=utc("2026-12-01T09:00"), end=utc("2026-12-01T10:00"))) == []
    assert (
        len(times(event, near=Near(start=utc("2026-12-01T10:59"), end=utc("2026-12-01T12:00"))))
        == 1
    )


def test_cancelled_events_are_none_and_a_cancelled_occurrence_is_none_either() -> None:
    assert times("DTSTART:20261201T100000Z|STATUS:cancelled") == []
    daily = "UID:same|DTSTART:20261201T100000Z|DTEND:20261201T110000Z|RRULE:FREQ=DAILY;COUNT=3"
    off = "UID:same|RECURRENCE-ID:20261202T100000Z|DTSTART:20261202T100000Z|DTEND:20261202T110000Z|STATUS:CANCELLED"
    assert [start.day for start, _ in times(daily, off)] == [1, 3]


def test_an_event_that_leaves_people_free_is_a_freeze_all_the_same() -> None:
    assert len(times("DTSTART;VALUE=DATE:20261215|TRANSP:TRANSPARENT")) == 1


def test_extra_dates_and_periods_count() -> None:
    event = (
        "DTSTART:20261201T220000Z|DTEND:20261201T230000Z"
        "|RDATE;VALUE=PERIOD:20261205T000000Z/PT3H|RDATE:20261207T000000Z"
    )
    assert times(event) == [
        (utc("2026-12-01T22:00"), utc("2026-12-01T23:00")),
        (utc("2026-12-05T00:00"), utc("2026-12-05T03:00")),
        (utc("2026-12-07T00:00"), utc("2026-12-07T01:00")),
    ]


def test_a_zone_by_its_windows_name_is_known() -> None:
    event = "DTSTART;TZID=Eastern Standard Time:20261201T100000|DURATION:PT1H"
    assert times(event) == [(utc("2026-12-01T15:00"), utc("2026-12-01T16:00"))]


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("DTSTART:20261201T100000", "a DTSTART without a time zone"),
        ("DTSTART;TZID=Nowhere/Land:20261201T100000", "a DTSTART without a time zone"),
        ("DTSTART:20261201T100000Z|DTEND:20261201T110000", "a DTEND without a time zone"),
        ("DTSTART:20261201T100000Z|RDATE:20261202T100000", "a RDATE without a time zone"),
        (
            "DTSTART:20261201T100000Z|RDATE;VALUE=PERIOD:20261202T100000/PT1H",
            "a RDATE without a time zone",
        ),
        ("SUMMARY:no start", "no DTSTART that can be read"),
        ("DTSTART:20269901T100000Z", "no DTSTART that can be read"),
        ("DTSTART:20261201T100000Z|RRULE:FREQ=BOGUS", "no RRULE that can be read"),
        ("DTSTART:20261201T100000Z|RRULE:FREQ=DAILY;COUNT=x", "no RRULE that can be read"),
        ("DTSTART:20261201T100000Z|EXDATE:x", "no EXDATE that can be read"),
        ("DTSTART:20261201T100000Z|DTEND:20261201T090000Z", "ends before it starts"),
        ("DTSTART:20261201T100000Z|RRULE:FREQ=SECONDLY", "recurs SECONDLY"),
        ("DTSTART:20261201T100000Z|RRULE:FREQ=MINUTELY", "recurs MINUTELY"),
        ("DTSTART:20261201T100000Z|RRULE:FREQ=HOURLY", "recurs HOURLY"),
        ("DTSTART:20261201T100000Z|RRULE:FREQ=DAILY|RRULE:FREQ=HOURLY", "recurs HOURLY"),
        ("DTSTART:20261201T100000Z|RRULE:COUNT=3", "recurs without a frequency"),
        ("DTSTART:20261201T100000Z|RRULE:FREQ=DAILY;INTERVAL=0", "recurs without an interval"),
        (
            "DTSTART:20261201T100000Z|RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=0,10,20,30,40",
            "recurs 25 times a day",
        ),
    ],
)
def test_what_a_library_would_guess_at_or_never_end_with_is_refused(event: str, says: str) -> None:
    missing = gap(f"{event}|SUMMARY:Odd" if "SUMMARY" not in event else event)
    assert missing.reason_code == "unreadable"
    assert says in missing.detail
    assert "whoever owns the calendar" in missing.remedy


def test_several_times_a_day_are_fine() -> None:
    rule = "RRULE:FREQ=DAILY;INTERVAL=1;COUNT=4;BYHOUR=10,20"
    found = times(f"DTSTART:20261201T100000Z|DURATION:PT1H|{rule}")
    assert [start.hour for start, _ in found] == [10, 20, 10, 20]


def test_utc_stays_utc_when_the_clocks_of_the_calendars_zone_change() -> None:
    daily = "DTSTART:20261030T100000Z|DURATION:PT1H|RRULE:FREQ=DAILY;COUNT=4"
    assert {start.hour for start, _ in times(daily)} == {10}


def test_more_events_than_anybody_has_are_too_many() -> None:
    assert gap(*["DTSTART:20261201T100000Z"] * (MOST_EVENTS + 1)).reason_code == "too-large"


def test_a_calendar_without_events_has_no_freeze() -> None:
    assert found() == ()


def test_a_byte_order_mark_is_no_text() -> None:
    assert occurrences(b"\xef\xbb\xbf" + calendar(), YEAR, ASKED) == ()


@pytest.mark.parametrize("absent", ["icalendar", "recurring_ical_events"])
def test_libraries_that_are_not_installed_are_named_with_the_command(
    absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, absent, None)
    missing = gap()
    assert missing.reason_code == "not-installed"
    assert "`extras: calendar`" in missing.remedy
