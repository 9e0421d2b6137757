"""Maintenance windows and freezes: guide §8."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from gate.domain.policy.document import Scope
from gate.domain.policy.people import Role
from gate.domain.policy.windows import FREEZE_PERIODS, AllowWindow, Freeze, Windows
from gate.policy.at import At
from gate.policy.checks.addresses import check_address
from gate.policy.problem import Problem, quoted

_LONG_FREEZE = timedelta(days=21)
_WITHOUT_SUMMER = frozenset({"EST", "MST", "HST"})
_OF_THE_MACHINE = ("localtime", "posix", "right/", "Factory")


def check_window(window: AllowWindow, at: At) -> Iterator[Problem]:
    """There is no zeroth such day of a month."""
    for index, nth in enumerate(window.nth):
        if nth == 0:
            yield at.find("nth", index).error(
                "there is no day 0 of a month, so that the window would never open",
                allowed="1 to 5, or -1 for the last",
            )


def check_freeze(freeze: Freeze, at: At) -> Iterator[Problem]:
    """Start and end, or a calendar; the end comes after the start."""
    spans = freeze.start is not None or freeze.end is not None
    if freeze.calendar:
        if freeze.calendar != FREEZE_PERIODS:
            yield from check_address(freeze.calendar, at.find("calendar"))
        yield from _private(freeze.calendar, at.find("calendar"))
        if spans:
            yield at.error(
                "has a calendar and times of its own", hint="write them as two entries of `freeze`"
            )
    elif freeze.start is None or freeze.end is None:
        lacks = "both start and end" if not spans else ("end" if freeze.start else "start")
        yield at.error(f"lacks {lacks}", allowed="start and end, or calendar")
    elif freeze.end <= freeze.start:
        yield at.find("end").error(
            f"the freeze ends ({freeze.end:%Y-%m-%dT%H:%M}) before it has begun "
            f"({freeze.start:%Y-%m-%dT%H:%M}), so that it never holds",
            hint="exchange them, or correct the year",
        )
    elif freeze.end - freeze.start > _LONG_FREEZE:
        yield at.warning(
            f"the freeze lasts {(freeze.end - freeze.start).days} days; long freezes pile up "
            "changes that are then deployed at once",
            hint="shorten it if it is not meant to be so long",
        )


def check_windows(windows: Windows, at: At) -> Iterator[Problem]:
    """The time zone exists, and so does every wall-clock time that bounds a freeze."""
    zone = _zone(windows.timezone)
    if zone is None:
        close = difflib.get_close_matches(windows.timezone, sorted(available_timezones()), n=1)
        yield at.find("timezone").error(
            f"there is no time zone {quoted(windows.timezone)}",
            allowed="an IANA name such as America/New_York or UTC",
            hint=f"did you mean {quoted(close[0])}?" if close else "",
        )
        return
    if windows.timezone in _WITHOUT_SUMMER:
        yield at.find("timezone").warning(
            f"{quoted(windows.timezone)} has no daylight saving time",
            hint="name a city, such as America/New_York",
        )
    for index, freeze in enumerate(windows.freeze):
        for key, moment in (("start", freeze.start), ("end", freeze.end)):
            if moment is not None:
                yield from _clock_change(moment, zone, at.find("freeze", index, key))


def check_openings(
    at: At, windows: Windows, scope: Scope, roles: Mapping[str, Role]
) -> Iterator[Problem]:
    """Ordinary changes, and every service, have a window in which they can be deployed."""
    allow = at.find("windows", "allow")
    if windows.allow and all(window.risk for window in windows.allow):
        yield allow.warning(
            "every window is for a risk class, so that a change in none of them can never be deployed",
            hint="add a window without `for`",
        )
    for service in scope.services:
        if windows.allow and all(w.services and service not in w.services for w in windows.allow):
            yield allow.warning(
                f"no window is for the service {quoted(service)}",
                hint="add a window for it, or one without `services`",
            )
    for index, freeze in enumerate(windows.freeze):
        role = roles.get(freeze.override)
        if role and role.is_on_call_only:
            yield at.find("windows", "freeze", index, "override").warning(
                f"only the pager knows who holds {quoted(freeze.override)}, and this version does "
                "not ask it, so that nobody can open this freeze",
                hint="name a role with `people`, `github_team` or `gitlab_group`",
            )


def _zone(name: str) -> ZoneInfo | None:
    # Some of what lies in the zone database of a machine means something else on the next one.
    if name.startswith(_OF_THE_MACHINE):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _clock_change(moment: datetime, zone: ZoneInfo, at: At) -> Iterator[Problem]:
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        yield at.warning(
            f"{moment:%Y-%m-%d %H:%M} does not exist in {zone.key}: the clocks go forward that night",
            hint="choose a time before or after",
        )
    elif first.utcoffset() != second.utcoffset():
        yield at.warning(
            f"{moment:%Y-%m-%d %H:%M} happens twice in {zone.key}: the clocks go back that night, "
            "and the first of the two is meant",
            hint="choose a time before or after",
        )


def _private(url: str, at: At) -> Iterator[Problem]:
    if "/private-" in url or "token=" in url:
        yield at.warning(
            "a private calendar address is a credential: whoever reads this file can read the "
            "calendar",
            hint="publish a calendar that holds nothing but the freezes",
        )
