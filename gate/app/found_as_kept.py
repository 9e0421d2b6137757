"""What a sweep found, without the credentials that people pasted: all it says and writes is made of nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gate.app.sweep_find import Found
from gate.domain.missing import Missing
from gate.domain.sweep import Shelf
from gate.evidence.stored_facts import as_kept


def found_as_kept(found: Found, mask: Callable[[str], str]) -> Found:
    """The same with `mask` laid over every text, before anything is planned."""
    return replace(
        found,
        run=as_kept(found.run, mask),
        records=tuple(as_kept(one, mask) for one in found.records),
        shelves=tuple(_shelf(shelf, mask) for shelf in found.shelves),
        problems=tuple(map(mask, found.problems)),
    )


def _shelf(shelf: Shelf, mask: Callable[[str], str]) -> Shelf:
    if isinstance(shelf.tickets, Missing):
        return shelf
    return replace(shelf, tickets=tuple(as_kept(one, mask) for one in shelf.tickets))
