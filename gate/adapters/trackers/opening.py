"""Open one ticket and no second, although answers get lost and two runs may open at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from gate.adapters.writing import WriteUnknown
from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.follow_up import Draft
from gate.domain.follow_up_marker import read_marker
from gate.domain.ports import FactMissing

ATTEMPTS = 2
LOOKS = (0.0, 1.0, 3.0)
"""Seconds to wait before each look: a list may not show at once what was written a moment ago."""


class Shelf(Protocol):
    """Where the tickets of one release stand."""

    def find(self, release: str) -> tuple[FollowUpTicket, ...]:
        """All tickets with the label of the release, the oldest first."""

    def create(self, draft: Draft) -> FollowUpTicket:
        """A new ticket, without looking for others. WriteUnknown when it may be there all the same."""

    def drop(self, later: FollowUpTicket, winner: FollowUpTicket) -> None:
        """Close a duplicate, and say in it which ticket counts."""


def open_once(shelf: Shelf, draft: Draft, pause: Callable[[float], None]) -> FollowUpTicket:
    """The one ticket of the draft's id: the oldest that is there, else a new one. Later ones are closed.

    A label and a title can be put on anything, so only a ticket with the marker of this very release counts.
    """
    winner, *later = _ours(shelf, draft) or _made(shelf, draft, pause, ATTEMPTS)
    for ticket in later:
        if ticket.is_open:
            # Whoever looks next finds both, and closes it.
            with suppress(FactMissing):
                shelf.drop(ticket, winner)
    return winner


def write_once(
    is_done: Callable[[], bool], write: Callable[[], object], attempts: int = ATTEMPTS
) -> None:
    """Write something that can be looked up, unless it is there: never a second time without a look before."""
    if is_done():
        return
    try:
        write()
    except WriteUnknown:
        if attempts > 1:
            write_once(is_done, write, attempts - 1)
        elif not is_done():
            raise


def _made(
    shelf: Shelf, draft: Draft, pause: Callable[[float], None], attempts: int
) -> Sequence[FollowUpTicket]:
    """Make one. What stands there then, which is never nothing."""
    try:
        created = shelf.create(draft)
    except WriteUnknown:
        found = _look(shelf, draft, "", pause)
        if not found and attempts == 1:
            raise
        return found or _made(shelf, draft, pause, attempts - 1)
    return _beside(shelf, draft, created, pause)


def _beside(
    shelf: Shelf, draft: Draft, created: FollowUpTicket, pause: Callable[[float], None]
) -> Sequence[FollowUpTicket]:
    """What stands there now. The new ticket is there for certain, whatever the list says."""
    try:
        found = _look(shelf, draft, created.key, pause)
    except FactMissing:
        return [created]
    return found if any(one.key == created.key for one in found) else [*found, created]


def _look(
    shelf: Shelf, draft: Draft, key: str, pause: Callable[[float], None]
) -> Sequence[FollowUpTicket]:
    """Look until the ticket with that key shows, or without one until any does."""
    found: Sequence[FollowUpTicket] = ()
    for seconds in LOOKS:
        pause(seconds)
        found = _ours(shelf, draft)
        if any(key in {"", one.key} for one in found):
            break
    return found


def _ours(shelf: Shelf, draft: Draft) -> Sequence[FollowUpTicket]:
    return [one for one in shelf.find(draft.marker.id) if _is_of(one, draft)]


def _is_of(ticket: FollowUpTicket, draft: Draft) -> bool:
    marker = read_marker(ticket.marker)
    return marker is not None and marker.id == draft.marker.id
