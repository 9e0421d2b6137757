"""When production may be changed: the allow windows that a change may use, less the freezes (guide §8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

from gate.domain.facts import Calendars
from gate.domain.policy.windows import AllowWindow, Freeze, Windows
from gate.domain.schedule import Span, both, freeze_spans, occurrences, union

LOOK_AHEAD = timedelta(days=60)
"""How far the next opening is looked for. Calendars are read for 90 days, so every freeze up to there is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the question is about: a change in these risk classes, of these services (none: of all), at `now` (UTC)."""

    now: datetime
    classes: Sequence[str] = ()
    services: Sequence[str] = ()

    @property
    def until(self) -> datetime:
        """The end of the time that is looked at."""
        return self.now + LOOK_AHEAD


def usable(windows: Windows, asked: Asked) -> tuple[AllowWindow, ...]:
    """The windows that the change may use by its risk.

    A class that stands under some window's `for` needs such a window; and those windows are for nothing else.
    """
    special = [one for one in windows.allow if set(one.risk) & set(asked.classes)]
    return tuple(special or [one for one in windows.allow if not one.risk])


def allowed(windows: Windows, asked: Asked) -> tuple[Span, ...]:
    """When the windows are open to the change from now on, freezes aside; always, when the policy has no window.

    Every service that is deployed needs an open window. A deploy of all services needs one that is not for some only.
    """
    if not windows.allow:
        return (Span(start=asked.now, end=asked.until),)
    zone, chosen = ZoneInfo(windows.timezone), usable(windows, asked)
    opened = (
        union(
            span
            for window in chosen
            if not window.services or service in window.services
            for span in occurrences(window, zone, asked.now, asked.until)
        )
        for service in asked.services or [""]
    )
    return reduce(both, opened)


def applying(windows: Windows, asked: Asked) -> tuple[Freeze, ...]:
    """The freezes that hold for a service that is deployed. Without services everything is deployed."""
    return tuple(
        freeze
        for freeze in windows.freeze
        if not freeze.services or not asked.services or set(freeze.services) & set(asked.services)
    )


def frozen(windows: Windows, asked: Asked, calendars: Calendars) -> tuple[Freeze, ...]:
    """Those of them that hold now."""
    zone = ZoneInfo(windows.timezone)
    return tuple(
        freeze
        for freeze in applying(windows, asked)
        if any(span.holds(asked.now) for span in freeze_spans(freeze, zone, calendars.spans))
    )
