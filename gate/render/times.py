"""Times for people: in the policy's zone and in UTC."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def both(at: datetime, zone: str) -> str:
    """`Wed 25 Nov 2026, 10:05 EST (15:05 UTC)`; the UTC date is added where it is another day."""
    local = at.astimezone(ZoneInfo(zone))
    utc = at.astimezone(ZoneInfo("UTC"))
    if local.utcoffset() == utc.utcoffset():
        return f"{utc:%a %d %b %Y, %H:%M} UTC"
    there = f"{utc:%H:%M} UTC" if local.date() == utc.date() else f"{utc:%d %b %H:%M} UTC"
    return f"{local:%a %d %b %Y, %H:%M %Z} ({there})"
