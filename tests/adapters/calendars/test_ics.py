from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import responses

from gate.adapters.calendars.ics import LARGEST, IcsCalendar, shown
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.domain.facts import CalendarSpan
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from gate.domain.schedule import calendar_id
from tests.adapters.calendars.texts import calendar
from tests.adapters.loopback import NOW, Reply, recorder, serve

EVENT = "DTSTART:20261126T100000Z|DTEND:20261126T120000Z|SUMMARY:Release freeze"
SECRET = "https://calendar.acme.example/private-5ecre7/basic.ics?key=hunter2"


def reader(kept: Recorder | None = None, seconds: float = 30) -> IcsCalendar:
    return IcsCalendar(
        recorder=kept or recorder(),
        deadline=Deadline(seconds),
        clock=lambda: NOW,
        sleep=lambda _: None,
    )


def served(content: bytes, kind: str = "text/calendar; charset=utf-8", status: int = 200) -> Reply:
    return Reply(body=content, kind=kind, status=status)


@contextmanager
def at(reply: Reply) -> Iterator[str]:
    with serve(lambda *_: reply) as server:
        yield f"{server.url}/freeze.ics"


def gap(reply: Reply) -> Missing:
    with at(reply) as address, pytest.raises(FactMissing) as raised:
        reader().spans(address)
    return raised.value.missing


def test_a_calendar_is_read_and_its_address_is_in_no_span() -> None:
    with at(served(calendar(EVENT))) as address:
        assert reader().spans(address) == (
            CalendarSpan(
                calendar=calendar_id(address),
                name="Release freeze",
                start=NOW + timedelta(hours=19),
                end=NOW + timedelta(hours=21),
            ),
        )


def test_it_looks_from_a_week_before_to_ninety_days_after() -> None:
    daily = "DTSTART:20260101T120000Z|DURATION:PT1H|RRULE:FREQ=DAILY"
    with at(served(calendar(daily))) as address:
        spans = reader().spans(address)
    assert (spans[0].start, spans[-1].start) == (
        NOW - timedelta(days=6, hours=3),
        NOW + timedelta(days=89, hours=21),
    )


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "TEXT/CALENDAR"])
def test_plain_file_servers_are_read_too(kind: str) -> None:
    with at(served(calendar(EVENT), kind)) as address:
        assert len(reader().spans(address)) == 1


@pytest.mark.parametrize(
    ("reply", "code", "says"),
    [
        (
            served(b"<html>Sign in</html>", "text/html"),
            "unreadable",
            "an HTML page came from 127.0.0.1",
        ),
        (served(b" <html>", "text/plain"), "unreadable", "an HTML page"),
        (served(calendar(EVENT), "text/html"), "unreadable", "an HTML page"),
        (served(b"{}", "application/json"), "unreadable", "something else"),
        (served(b"", "text/calendar"), "unreadable", "something else"),
        (served(calendar(EVENT)[:-20]), "unreadable", "breaks its own format"),
        (served(calendar() + calendar()), "unreadable", "breaks its own format"),
        (served(b"BEGIN:VCALENDAR\xff"), "unreadable", "breaks its own format"),
        (served(b"", status=404), "not-found", "does not give the calendar (HTTP 404)"),
        (served(b"", status=410), "not-found", "HTTP 410"),
        (served(b"", status=401), "not-permitted", "HTTP 401"),
        (served(b"", status=403), "not-permitted", "HTTP 403"),
        (served(b"", status=204), "unreadable", "HTTP 204"),
        (served(b"", status=503), "unavailable", "HTTP 503"),
        (served(b"BEGIN:VCALENDAR" + b" " * LARGEST), "too-large", "larger than"),
        (
            Reply(status=302, headers={"Location": "http://169.254.169.254/"}),
            "unreadable",
            "elsewhere",
        ),
        (
            served(calendar("DTSTART:20261201T100000Z|RRULE:FREQ=SECONDLY")),
            "unreadable",
            "SECONDLY",
        ),
    ],
)
def test_a_calendar_that_cannot_be_read_whole_is_missing(
    reply: Reply, code: str, says: str
) -> None:
    missing = gap(reply)
    assert missing.reason_code == code
    assert says in missing.detail


@pytest.mark.parametrize(
    "address",
    [
        "http://calendar.acme.example/f.ics",
        "webcal://calendar.acme.example/f.ics",
        "https://a:b@x.example/f.ics",
        "file:///etc/passwd",
        "",
    ],
)
def test_only_https_or_this_machine_is_asked(address: str) -> None:
    with pytest.raises(FactMissing) as raised:
        reader().spans(address)
    assert raised.value.missing.reason_code == "not-configured"


@pytest.mark.parametrize(
    "answer",
    [{"body": b"<html>"}, {"status": 404}, {"status": 500}, {"body": calendar("DTSTART:x")}],
)
def test_an_address_is_a_password_and_is_shown_nowhere(answer: dict[str, Any]) -> None:
    kept = recorder()
    with responses.RequestsMock() as mock:
        mock.get(SECRET, content_type="text/calendar", **answer)
        with pytest.raises(FactMissing) as raised:
            reader(kept).spans(SECRET)
    for said in (str(raised.value.missing), str(kept.exchanges)):
        assert "5ecre7" not in said
        assert "hunter2" not in said
    assert shown(SECRET) in raised.value.missing.source


def test_a_calendar_is_called_by_its_host_and_a_digest_that_tells_it_from_others() -> None:
    assert shown(SECRET).startswith("calendar.acme.example (")
    assert shown(SECRET) != shown(SECRET + "x")


def test_nothing_is_asked_after_the_deadline() -> None:
    with at(served(calendar(EVENT))) as address, pytest.raises(FactMissing) as raised:
        reader(seconds=0).spans(address)
    assert raised.value.missing.reason_code == "timed-out"
