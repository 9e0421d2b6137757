"""Times as clocks on a wall show them, and the moments in UTC that they stand for.

A wall-clock time can occur twice (clocks go back) or never (clocks go forward), and Python compares two aware times
of one zone as wall-clock times. So every time becomes a moment in UTC first, and only moments are compared.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)


def first_moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) at which clocks in `zone` show `wall` or later.

    A time that clocks skip becomes the moment of the skip; of a time that they show twice it is the first.
    """
    once, again = _moment(wall, zone, fold=0), _moment(wall, zone, fold=1)
    if once <= again:
        return once
    # Clocks never show it: the two answers enclose the skip, which is found to the second.
    while once - again > timedelta(seconds=1):
        middle = again + timedelta(seconds=int((once - again).total_seconds()) // 2)
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            once = middle
        else:
            again = middle
    return once


def last_moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """Like `first_moment`, but the second one of a time that clocks show twice."""
    # Of a skipped time fold=1 lies before the skip, so the later of the two is right there as well.
    return max(first_moment(wall, zone), _moment(wall, zone, fold=1))


def _moment(wall: datetime, zone: ZoneInfo, *, fold: int) -> datetime:
    try:
        return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    except OverflowError:  # people write the year 9999 for "never"
        return NEVER if wall.year > 1 else ALWAYS


def shown(moment: datetime, zone: ZoneInfo) -> str:
    """A moment for people: `Wed 2026-11-25 09:00 EST (14:00 UTC)`."""
    local = moment.astimezone(zone)
    if local.utcoffset() == timedelta(0):
        return f"{local:%a %Y-%m-%d %H:%M} UTC"
    day = "" if local.date() == moment.date() else f"{moment:%a %Y-%m-%d} "
    return f"{local:%a %Y-%m-%d %H:%M %Z} ({day}{moment:%H:%M} UTC)"
