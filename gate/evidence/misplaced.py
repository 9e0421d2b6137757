"""Whether a record lies where it belongs."""

from __future__ import annotations

from collections.abc import Iterator

from gate.evidence.flaw import Flaw, FlawKind
from gate.evidence.layout import place_of
from gate.evidence.record import Record


def misplaced(key: str, record: Record | None) -> Iterator[Flaw]:
    """In an archive each record lies under its own number: under another one it hides, or stands for another.

    Nothing is said of a key that is none of an archive's, nor where there is no record to be read.
    """
    held = place_of(key)
    if held is None or record is None:
        return
    link = record.link
    if link is None or (link.stream, link.seq) != (held.stream, held.seq):
        theirs = f"record {link.seq} of {link.stream}" if link else "a record of no chain"
        text = f"it is {theirs}, and lies where record {held.seq} of {held.stream} belongs"
        yield Flaw(FlawKind.CHAIN, text)
