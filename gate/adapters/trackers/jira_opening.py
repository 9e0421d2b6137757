"""Open one follow-up in a tracker whose search lags behind, and no second one, however it answers.

What a search does not show may be there all the same, for minutes. So a create of which nobody knows is never repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol, TypeVar

from gate.adapters.deadline import Deadline
from gate.adapters.writing import WriteUnknown
from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.follow_up import Draft
from gate.domain.ports import FactMissing

PAUSES = (0.5, 2.0, 5.0)
"""Seconds before each look after a write of which nobody knows."""
DUPLICATE = "duplicate"
"""How the marker of the comment begins with which a later ticket is closed."""

T = TypeVar("T")


class Tickets(Protocol):
    """What the tracker has to offer for this."""

    def ours(self, draft: Draft) -> Sequence[FollowUpTicket]:
        """The tickets of the draft's id that the gate itself opened, the oldest first: the same order in every run."""

    def create(self, draft: Draft) -> FollowUpTicket:
        """A new ticket. WriteUnknown when nobody can tell whether there is one now."""

    def close(self, key: str, text: str, marker: str) -> None:
        """Comment, then close."""


class Patience:
    """Looks again, after growing pauses, as long as the deadline allows."""

    def __init__(self, deadline: Deadline, sleep: Callable[[float], None]) -> None:
        self._deadline = deadline
        self._sleep = sleep

    def look_again(self, look: Callable[[], T], unknown: WriteUnknown) -> T:
        """What `look` finds of a write of which nobody knows whether it was done; raises `unknown` if that stays
        nothing.
        """
        for pause in PAUSES:
            if pause >= self._deadline.remaining():
                break
            self._sleep(pause)
            with suppress(FactMissing):
                if found := look():
                    return found
        raise unknown


def open_once(tickets: Tickets, draft: Draft, patience: Patience) -> FollowUpTicket:
    """The oldest ticket of the draft's id, or a new one. Later ones that are still open are closed as duplicates.

    FactMissing when there is none; WriteUnknown when there may be one that nobody has seen yet.
    """
    found = tickets.ours(draft)
    if not found:
        try:
            created = tickets.create(draft)
        except WriteUnknown as unknown:
            found = patience.look_again(lambda: tickets.ours(draft), unknown)
        else:
            found = _beside(tickets, draft, created)
    oldest, *later = found
    for ticket in later:
        if ticket.is_open:
            # The debt is kept in the oldest; whoever sweeps finds what stays open here.
            with suppress(FactMissing):
                tickets.close(ticket.key, _duplicate(oldest), f"{DUPLICATE}:{oldest.key}")
    return oldest


def _beside(tickets: Tickets, draft: Draft, created: FollowUpTicket) -> Sequence[FollowUpTicket]:
    """What stands there now: another run may have opened one at the same moment."""
    seen: Sequence[FollowUpTicket] = ()
    with suppress(FactMissing):
        seen = tickets.ours(draft)
    # What the search does not show yet is the newest.
    return seen if created.key in {ticket.key for ticket in seen} else [*seen, created]


def _duplicate(oldest: FollowUpTicket) -> str:
    return f"The same follow-up is kept in {oldest.key}, which was opened first. This one is closed as a duplicate."
