"""What the account says of one arrival: an entry for each of its files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from gate.app.pull.arrival import Arrival, Found
from gate.app.pull.manifest import Entry
from gate.evidence.record import Record


def entries_of(
    arrival: Arrival,
    outcome: str,
    found: Iterable[Found],
    at: datetime,
    *,
    flaws: Sequence[str] = (),
    others: Sequence[str] = (),
    damaged: Sequence[str] = (),
) -> list[Entry]:
    """The entries, that of the zip first, which alone names the records. `at` is when it was decided on (UTC)."""
    parcel = arrival.parcel
    records = tuple(_slim(one.record) for one in found if one.record)
    return [
        Entry(
            name=parcel.origin.name(item.offer),
            source=parcel.origin.source.address,
            ref=item.offer.ref,
            sha256=item.sha256,
            size=item.size,
            stored_at=item.offer.stored_at,
            fetched_at=at,
            outcome=outcome,
            records=records if item.offer is parcel.offer else (),
            flaws=tuple(flaws),
            others=tuple(others),
            damaged=tuple(damaged),
        )
        for item in arrival.items
    ]


def _slim(record: Record) -> Record:
    """Without the list of files, of which there are many."""
    return replace(record, files={})
