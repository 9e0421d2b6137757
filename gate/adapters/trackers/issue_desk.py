"""A desk made of the issues of a forge: the same whichever forge it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from gate.adapters.answer import Asked
from gate.adapters.marks import is_signed, signed
from gate.adapters.trackers.opening import open_once, write_once
from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.follow_up import Draft
from gate.domain.follow_up_marker import ID_LABEL
from gate.domain.phrases import safe

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one issue stands now."""

    is_open: bool
    labels: tuple[str, ...]


class Board(Protocol):
    """The issues of one project. Everything raises FactMissing; what writes raises WriteUnknown as well."""

    def labelled(self, label: str) -> tuple[FollowUpTicket, ...]:
        """Open and closed ones with that label, without comments."""

    def create(self, draft: Draft) -> FollowUpTicket:
        """A new one, with its labels on."""

    def standing(self, number: int) -> Standing:
        """One of them."""

    def own_comments(self, number: int) -> tuple[str, ...]:
        """What the account of the token wrote below it."""

    def say(self, number: int, text: str) -> None:
        """Comment."""

    def shut(self, number: int, *, done: bool) -> None:
        """Close: as done, or as not to be done."""

    def unshut(self, number: int) -> None:
        """Open again."""

    def put_label(self, number: int, label: str) -> None:
        """Put a label on, beside those that are there."""


def has_labels(labels: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether all are there. Both forges find a label whatever its case."""
    return {one.casefold() for one in wanted} <= {one.casefold() for one in labels}


class IssueDesk:
    """A `Desk` without `follow_ups`, which each forge answers in its own way. Safe to use from several threads."""

    def __init__(
        self, board: Board, *, system: str, project: str, pause: Callable[[float], None]
    ) -> None:
        self._board = board
        self._system = system
        self._project = project
        self._pause = pause

    @property
    def system(self) -> str:
        """`github` or `gitlab`."""
        return self._system

    def find(self, release: str) -> tuple[FollowUpTicket, ...]:
        """Those of one release, by its label: the oldest first. Without comments."""
        found = self._board.labelled(f"{ID_LABEL}{release}")
        return tuple(sorted(found, key=lambda one: self._number(one.key)))

    def open(self, draft: Draft) -> FollowUpTicket:
        """The one issue of the draft's id: the oldest that is already there, else a new one."""
        return open_once(self, draft, self._pause)

    def create(self, draft: Draft) -> FollowUpTicket:
        """A new issue, without looking for others."""
        return self._board.create(draft)

    def drop(self, later: FollowUpTicket, winner: FollowUpTicket) -> None:
        """Close a duplicate, and say in it which issue counts."""
        text = (
            f"Two runs opened this at the same moment. {winner.key.rpartition('/')[2]} came first and counts; "
            "nothing needs to be done here."
        )
        self._close(later.key, text, f"duplicate:{winner.key}", done=False)

    def comment(self, key: str, text: str, marker: str) -> None:
        """Say something in an issue, unless a comment of ours with `marker` is already there."""
        number = self._number(key)

        def is_there() -> bool:
            return any(is_signed(body, marker) for body in self._board.own_comments(number))

        write_once(is_there, partial(self._board.say, number, signed(text, marker)))

    def close(self, key: str, text: str, marker: str) -> None:
        """Comment, then close. Nothing happens to an issue that is closed already."""
        self._close(key, text, marker, done=True)

    def reopen(self, key: str, text: str, marker: str) -> None:
        """Comment, then open again. Nothing happens to an issue that is open."""
        number = self._number(key)
        if self._board.standing(number).is_open:
            return
        self.comment(key, text, marker)
        write_once(
            lambda: self._board.standing(number).is_open, partial(self._board.unshut, number)
        )

    def label(self, key: str, label: str) -> None:
        """Put a label on, beside those that are there."""
        number = self._number(key)

        def is_there() -> bool:
            return has_labels(self._board.standing(number).labels, [label])

        write_once(is_there, partial(self._board.put_label, number, label))

    def _close(self, key: str, text: str, marker: str, *, done: bool) -> None:
        number = self._number(key)
        if not self._board.standing(number).is_open:
            return
        self.comment(key, text, marker)
        write_once(
            lambda: not self._board.standing(number).is_open,
            partial(self._board.shut, number, done=done),
        )

    def _number(self, key: str) -> int:
        project, _, number = key.rpartition("#")
        if project.casefold() != self._project.casefold() or not _NUMBER.fullmatch(number):
            raise Asked(system=self._system, what=f"ticket {safe(key)}").missing(
                "not-found", f"{safe(key)} is no issue of {safe(self._project)}"
            )
        return int(number)
