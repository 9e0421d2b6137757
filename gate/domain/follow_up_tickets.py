"""The tickets with the gate's label: which release each of them is about, and which ones are not the gate's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.follow_up import LABEL, Marker
from gate.domain.follow_up_marker import id_label, labelled_ids, read_marker
from gate.domain.identity import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldApart:
    """Tickets with the gate's label, by what they are. A ticket is in one of these."""

    of_releases: Mapping[str, tuple[tuple[FollowUpTicket, Marker], ...]]
    """By id, each with its marker: the oldest first."""
    unreadable: tuple[FollowUpTicket, ...]
    """Perhaps the gate's, but which release they are about cannot be told."""
    others: tuple[FollowUpTicket, ...]
    """Of people who put the label on something of their own."""


def told_apart(tickets: Iterable[FollowUpTicket]) -> ToldApart:
    """Tell the gate's tickets by their marker and labels, which must say the same.

    Anybody can put a label on: what a person opened, and no release is named on, is theirs. What a machine opened, or
    what names a release and has no marker that fits, is kept as a debt of which nobody knows what it is for.
    """
    ours: dict[str, list[tuple[FollowUpTicket, Marker]]] = {}
    unreadable: list[FollowUpTicket] = []
    others: list[FollowUpTicket] = []
    for ticket in sorted(tickets, key=_age):
        marker, labels = read_marker(ticket.marker), labels_of(ticket)
        if LABEL not in labels:
            continue
        if marker is not None and id_label(marker.id) in labels:
            ours.setdefault(marker.id, []).append((ticket, marker))
        elif _is_by_machine(ticket) or labelled_ids(labels):
            unreadable.append(ticket)
        else:
            others.append(ticket)
    return ToldApart(
        of_releases={name: tuple(group) for name, group in ours.items()},
        unreadable=tuple(unreadable),
        others=tuple(others),
    )


def primary(tickets: Sequence[FollowUpTicket]) -> FollowUpTicket:
    """The one of several tickets that people go on with: the oldest that is open, else the oldest."""
    return min(tickets, key=lambda ticket: (not ticket.is_open, _age(ticket)))


def labels_of(ticket: FollowUpTicket) -> tuple[str, ...]:
    """Its labels in lower case: a tracker that knew one already may write it its own way."""
    return tuple(label.casefold() for label in ticket.labels)


def _is_by_machine(ticket: FollowUpTicket) -> bool:
    return ticket.opened_by.kind is not Kind.HUMAN


def _age(ticket: FollowUpTicket) -> tuple[datetime, str, str]:
    return ticket.opened_at, ticket.system, ticket.key
