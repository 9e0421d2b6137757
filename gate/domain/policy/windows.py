"""When production may be changed: guide §8. Facts about time zones are in docs/controls/window.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum
from typing import Annotated

from gate.domain.policy.markers import AtLeast, AtMost, Doc, Key, OneOrMany, Refers


class Weekday(Enum):
    """Days as the policy names them; `number` counts from Monday = 0."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def number(self) -> int:
        """0 for Monday to 6 for Sunday, as `date.weekday()` counts."""
        return list(Weekday).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowWindow:
    """A time of the week in which production may be changed, in wall-clock time.

    An end at or before the start is on the next day, so that equal times mean 24 hours. The end is
    the wall-clock end in `windows.timezone`, whatever the clocks do that night.
    """

    name: Annotated[str, Doc("how people call it")]
    days: Annotated[tuple[Weekday, ...], Doc("days on which it starts"), AtLeast(1)]
    start: Annotated[time, Key("from"), Doc('start, such as "09:00"')]
    end: Annotated[
        time, Key("to"), Doc('end, such as "16:00"; at or before the start means the next day')
    ]
    nth: Annotated[
        tuple[Annotated[int, AtLeast(-1), AtMost(5)], ...],
        Doc("only the nth such day of its month: 1 to 5, or -1 for the last; empty: every one"),
    ] = ()
    risk: Annotated[
        tuple[Annotated[str, Refers("risk")], ...],
        Key("for"),
        Doc("risk classes that need this window; a change in such a class may use no other"),
        OneOrMany(),
    ] = ()
    services: Annotated[
        tuple[Annotated[str, Refers("scope.services")], ...],
        Doc("services that it is for; empty: all"),
        OneOrMany(),
    ] = ()


FREEZE_PERIODS = "gitlab:freeze-periods"
"""What stands in the place of a calendar's address for the freeze periods that a GitLab project keeps itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """A time in which nothing is deployed: start included, end excluded. It wins over every allow window."""

    name: Annotated[str, Doc("how people call it")] = ""
    start: Annotated[
        datetime | None,
        Doc("wall-clock start in windows.timezone, such as 2026-12-15T00:00"),
    ] = None
    end: Annotated[datetime | None, Doc("wall-clock end in windows.timezone")] = None
    calendar: Annotated[
        str,
        Doc(
            "address of an .ics calendar whose events are freezes, or `gitlab:freeze-periods` for those of the GitLab "
            "project, instead of start and end"
        ),
    ] = ""
    override: Annotated[
        str,
        Doc("role whose approval, with a line `override-freeze: <reason>`, opens the freeze"),
        Refers("roles"),
    ] = ""
    services: Annotated[
        tuple[Annotated[str, Refers("scope.services")], ...],
        Doc("services that it is for; empty: all"),
        OneOrMany(),
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comms:
    """When customers are told. Enforced by the `comms` control, which this version does not have yet."""

    risk: Annotated[
        tuple[Annotated[str, Refers("risk")], ...],
        Key("for"),
        Doc("risk classes that customers hear about"),
        OneOrMany(),
        AtLeast(1),
    ]
    lead_time: Annotated[timedelta, Doc("how long before the change")]
    statuspage: Annotated[str, Doc("id of the Statuspage page")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Allow windows, freezes, and the time zone in which all of them are meant."""

    timezone: Annotated[str, Doc("IANA time zone, such as America/New_York")] = "UTC"
    allow: Annotated[
        tuple[AllowWindow, ...], Doc("when production may be changed; empty: at any time")
    ] = ()
    freeze: Annotated[tuple[Freeze, ...], Doc("when nothing is deployed")] = ()
    comms: Annotated[Comms | None, Doc("customer communication")] = None
