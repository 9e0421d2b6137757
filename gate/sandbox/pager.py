"""What the three pagers share: the same incidents, each with the ids and the words of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeVar

from gate.sandbox.clock import Clock
from gate.sandbox.messages import Request
from gate.sandbox.world import World
from gate.sandbox.world.git import digest
from gate.sandbox.world.pagers import PagedIncident
from gate.sandbox.written import Written

T = TypeVar("T")
AWAY = timezone(timedelta(hours=-5))
"""Where the account lives: times come with this offset unless the client asks for another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Everything that a handler needs to answer."""

    world: World
    clock: Clock
    written: Written = field(default_factory=Written)
    """Notes on incidents, by number."""

    def numbered(self, text: str) -> PagedIncident | None:
        """The incident with that number."""
        return self.world.incidents.get(text)

    def lacks(self, what: str) -> bool:
        """Whether the token may not do that."""
        return what in self.world.token.pager_lacks

    def account(self, email: str) -> str | None:
        """Who has that address."""
        found = (
            name
            for name, account in self.world.accounts.items()
            if account.email.casefold() == email.casefold()
        )
        return next(found, None) if email else None


def made_up(kind: str, name: str, length: int) -> str:
    """An id that the world does not give: capital letters and digits."""
    return digest(kind, name)[:length].upper()


def page(request: Request, items: Sequence[T], most: int) -> tuple[Sequence[T], int, int, bool]:
    """The elements asked for by `limit` and `offset`, both of these, and whether there are more."""
    limit = max(min(request.number("limit", 25), most), 1)
    offset = request.number("offset", 0)
    return items[offset : offset + limit], limit, offset, offset + limit < len(items)


def written_at(at: datetime, zone: str) -> str:
    """A time as PagerDuty writes it: with the offset of the account, unless UTC is asked for."""
    if zone == "UTC":
        return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return at.astimezone(AWAY).isoformat(timespec="seconds")
