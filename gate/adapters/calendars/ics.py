"""Freeze calendars as iCalendar files (RFC 5545), which many systems publish.

The address of a private calendar is its password, so messages show its host and a short digest.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from gate.adapters.address import check_address
from gate.adapters.answer import Answer, Asked
from gate.adapters.calendars.bounded import bounded
from gate.adapters.calendars.occurrences import Near, occurrences
from gate.adapters.credentials import Anonymous
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.http import Http, Place
from gate.domain.facts import CalendarSpan
from gate.domain.schedule import calendar_id

LARGEST = 1_000_000
LONGEST_WORK = 10
BEFORE = timedelta(days=7)
AFTER = timedelta(days=90)

_KINDS = frozenset({"text/calendar", "text/plain", "application/octet-stream"})
"""Plain file servers do not know the right one."""
_REASONS = {401: "not-permitted", 403: "not-permitted", 404: "not-found", 410: "not-found"}


class IcsCalendar:
    """Reads calendars, without any credential but their address. Safe to use from several threads."""

    def __init__(
        self,
        *,
        recorder: Recorder,
        deadline: Deadline,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`clock` tells now, aware."""
        self._recorder = recorder
        self._deadline = deadline
        self._clock = clock
        self._sleep = sleep

    def spans(self, address: str) -> tuple[CalendarSpan, ...]:
        """Its events from a week before now to 90 days after, in UTC, by their start.

        FactMissing when it cannot be read whole: a freeze that was not seen would be one that is not kept.
        """
        url = check_address(address, "the calendar", query=True)
        asked = Asked(system="calendar", what=shown(url), host=urlsplit(url).hostname or "")
        content = self._content(url, asked)
        now = self._clock()
        near = Near(start=now - BEFORE, end=now + AFTER)
        found = bounded(
            lambda: occurrences(content, near, asked), LONGEST_WORK, self._deadline, asked
        )
        return tuple(
            CalendarSpan(calendar=calendar_id(address), name=one.name, start=one.start, end=one.end)
            for one in found
        )

    def _content(self, url: str, asked: Asked) -> bytes:
        http = Http(
            Place(
                system=asked.system,
                base_url=url,
                auth=Anonymous(),
                accept=("text/calendar",),
                largest=LARGEST,
            ),
            recorder=self._recorder,
            deadline=self._deadline,
            sleep=self._sleep,
        )
        try:
            answer = http.get("", asked.what, shown=f"/{_digest(url)}")
        finally:
            http.close()
        return _checked(answer, asked)


def shown(address: str) -> str:
    """A calendar's address for people: enough to tell it from others, too little to read it."""
    return f"{urlsplit(address).hostname} ({_digest(address)})"


def _digest(address: str) -> str:
    return calendar_id(address).removeprefix("sha256:")[:8]


def _checked(answer: Answer, asked: Asked) -> bytes:
    if answer.status != 200:
        raise asked.missing(
            _REASONS.get(answer.status, "unreadable"),
            f"{asked.host} does not give the calendar (HTTP {answer.status})",
            "whoever owns the change policy corrects the address of the calendar",
        )
    begins = answer.content.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].upper()
    if answer.kind not in _KINDS or begins != b"BEGIN:VCALENDAR":
        what = (
            "an HTML page" if answer.kind == "text/html" or begins[:1] == b"<" else "something else"
        )
        raise asked.missing("unreadable", f"{what} came from {asked.host} instead of a calendar")
    return answer.content
