"""What a world says of incidents and of who is on call, in words that are no pager's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from gate.sandbox.world.marks import AccountName, Named, Otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerEvent:
    """One entry of an incident's log."""

    at: datetime
    event: Literal["acknowledged", "expired", "resolved", "escalated", "noted"] = "acknowledged"
    """`expired`: the acknowledgement timed out."""
    by: AccountName | None = None
    """None: a machine."""
    channel: str = ""
    """How: sms, website, slack, mobile, api … When left out: `website` for people, `api` for machines."""

    @property
    def through(self) -> str:
        """The channel, as it was written or as it must have been."""
        return self.channel or ("website" if self.by else "api")


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedIncident:
    """An incident of whichever pager is asked. It stands under its number."""

    number: Annotated[int, Named()]
    id: str = ""
    """The pager's own id; when left out, one in the form of the pager that is asked."""
    title: str = "Payments fail"
    service: str = "PSVC001"
    """The service that it is about: its id in PagerDuty, a catalogue entry in incident.io, the entity in JSM."""
    urgency: Literal["high", "low"] = "high"
    mode: Literal["standard", "test", "tutorial", "retrospective"] = "standard"
    """What only incident.io knows."""
    category: Literal["", "triage", "paused", "merged", "declined", "canceled", "learning"] = ""
    """Another state than open or closed, which only incident.io knows."""
    raised_at: Annotated[datetime, Otherwise("-1h")]
    raised_by: AccountName | None = None
    """None: monitoring."""
    raised_channel: str = ""
    history: tuple[PagerEvent, ...] = ()
    """What came after; the oldest first."""

    @property
    def raised_through(self) -> str:
        """The channel of its beginning."""
        return self.raised_channel or ("website" if self.raised_by else "api")

    @property
    def status(self) -> Literal["triggered", "acknowledged", "resolved"]:
        """Where it stands after all of that."""
        found: Literal["triggered", "acknowledged", "resolved"] = "triggered"
        for entry in self.history:
            match entry.event:
                case "acknowledged" | "resolved":
                    found = entry.event
                case "expired":
                    found = "triggered"
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Somebody is on call."""

    who: AccountName
    from_: datetime | None = None
    """None: always was."""
    to: datetime | None = None
    """None: for ever."""

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether it overlaps with that time."""
        return (self.from_ is None or self.from_ < end) and (self.to is None or start < self.to)


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerSchedule:
    """An on-call schedule, by its name."""

    name: Annotated[str, Named()]
    id: str = ""
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerSite:
    """The account around the incidents."""

    page: int = 100
    """The most elements of a list on one page."""
    owners: Literal["account", "email"] = "account"
    """How the logs of JSM Operations name people."""
    needs_sender: bool = True
    """PagerDuty: the token is a key of the account, so a write must say as whom (`From`)."""
