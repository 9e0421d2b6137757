"""Freeze periods of the project as spans, evaluated now: CI_DEPLOY_FREEZE is as old as the pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.cron import Cron, CronUnknown
from gate.adapters.forges.gitlab.question import Needs, Question, missing
from gate.adapters.forges.gitlab.reading import keys
from gate.adapters.part import Part
from gate.domain.facts import CalendarSpan
from gate.domain.phrases import safe
from gate.domain.policy.windows import FREEZE_PERIODS
from gate.domain.wall_clock import NEVER, first_moment, last_moment

BEFORE = timedelta(days=7)
AFTER = timedelta(days=90)
_LONGEST = timedelta(days=366)
"""A freeze that began longer ago than this, and has not ended since, is not known any more."""
_FURTHEST = timedelta(days=366 * 4 + 1)
"""Every date occurs again within this time, 29 February included."""
_KEEP = keys("id freeze_start freeze_end cron_timezone created_at")


def read(client: Client, now: datetime) -> tuple[CalendarSpan, ...]:
    """Every freeze from a week before now to 90 days after, in UTC. FactMissing when one of them cannot be read."""
    question = Question(what="freeze periods", needs=Needs.READ)
    found = client.pages(question, f"{client.home}/freeze_periods", _KEEP)
    spans = [span for period in found for span in _spans(question, period, now)]
    return tuple(sorted(spans, key=lambda span: (span.start, span.end, span.name)))


def _spans(question: Question, period: Part, now: datetime) -> Iterator[CalendarSpan]:
    starts, ends = (_cron(question, period, name) for name in ("freeze_start", "freeze_end"))
    zone = _zone(question, period)
    name = f"freeze period {period.number('id')}"
    wall = now.astimezone(zone).replace(tzinfo=None)
    frozen_until = None
    for start in starts.firings(wall - BEFORE - _LONGEST, wall + AFTER):
        begins = first_moment(start, zone)
        if frozen_until is not None and begins < frozen_until:
            continue
        # The later one of a time that clocks show twice: a freeze is never shorter than meant.
        end = next(ends.firings(start + timedelta(minutes=1), start + _FURTHEST), None)
        frozen_until = NEVER if end is None else last_moment(end, zone)
        if frozen_until > now - BEFORE and begins < now + AFTER:
            yield CalendarSpan(calendar=FREEZE_PERIODS, name=name, start=begins, end=frozen_until)


def _cron(question: Question, period: Part, name: str) -> Cron:
    text = period.name(name)
    try:
        return Cron.parse(text)
    except CronUnknown as error:
        raise missing(
            question,
            "unreadable",
            f"{name} of freeze period {period.number('id')} is {safe(text)!r}: {error}",
            "whoever owns the project writes it as minute, hour, day, month and weekday",
        ) from None


def _zone(question: Question, period: Part) -> ZoneInfo:
    name = period.name("cron_timezone")
    try:
        return ZoneInfo(_RAILS.get(name, name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise missing(
            question,
            "unreadable",
            f"the time zone {safe(name)!r} of freeze period {period.number('id')} is not known",
            "whoever owns the project chooses one such as America/New_York through the API",
        ) from None


_RAILS = {
    "Eastern Time (US & Canada)": "America/New_York",
    "Central Time (US & Canada)": "America/Chicago",
    "Mountain Time (US & Canada)": "America/Denver",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "London": "Europe/London",
    "Paris": "Europe/Paris",
    "Berlin": "Europe/Berlin",
    "Madrid": "Europe/Madrid",
    "Rome": "Europe/Rome",
    "Amsterdam": "Europe/Amsterdam",
    "Kyiv": "Europe/Kyiv",
    "New Delhi": "Asia/Kolkata",
    "Mumbai": "Asia/Kolkata",
    "Singapore": "Asia/Singapore",
    "Tokyo": "Asia/Tokyo",
    "Beijing": "Asia/Shanghai",
    "Sydney": "Australia/Sydney",
    "Brasilia": "America/Sao_Paulo",
}
"""What the settings page writes for some zones; the rest of its names are those of the IANA list, or are not known."""
