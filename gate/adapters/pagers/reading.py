"""What all pagers' answers have in common: what a refusal means there, and the order of a log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime

from gate.adapters.answer import Answer
from gate.adapters.part import Part
from gate.domain.emergency_facts import EntryKind, IncidentEntry
from gate.domain.ports import FactMissing

BUSY = frozenset({429, 500, 502, 503, 504})
"""Statuses after which a pager is asked again, its own failures included: nobody has the time to start a new run."""

_ORDER = tuple(EntryKind)


def part_of(answer: Answer, needs: str, codes: Collection[str] = ("not-permitted",)) -> Part:
    """The answer's JSON. FactMissing when there is none; for those reasons it says what the token `needs`."""
    try:
        return Part(answer.value(), answer.asked)
    except FactMissing as gap:
        if gap.missing.reason_code not in codes:
            raise
        raise answer.asked.missing(
            gap.missing.reason_code,
            gap.missing.detail,
            f"whoever owns the workflow passes a token of {answer.asked.system} with {needs}",
        ) from None


def in_order(entries: Iterable[IncidentEntry]) -> tuple[IncidentEntry, ...]:
    """The oldest first; of one moment, what must have come first."""
    return tuple(sorted(entries, key=lambda entry: (entry.at, _ORDER.index(entry.kind))))


def written(moment: datetime) -> str:
    """A moment as all of them read it: `2026-11-25T15:00:00Z`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def the_one(part: Part, found: Iterable[Part], name: str, shown: Callable[[Part], str]) -> Part:
    """The only one that is called so, without regard to case. FactMissing `not-found` when it is none or several."""
    same = [item for item in found if shown(item).strip().casefold() == name.strip().casefold()]
    if len(same) == 1:
        return same[0]
    several = f"{len(same)} of them are called so" if same else "none is called so"
    raise part.asked.missing(
        "not-found",
        f"{part.asked.system} was asked for the {part.asked.what}, and {several}",
        "whoever owns the change policy gives the id of the schedule in `pager_schedule`; whoever administers "
        f"{part.asked.system} checks that the token may see it",
    )
