"""An archive as a place to pull evidence from: every stream from its newest record down to the oldest that can matter.

When something was decided stands in the bundle alone, and a bundle may have been archived later than its neighbours.
But whatever is archived was decided before that. So nothing newer can be passed over, and below a long row of records
from before the period comes none of the period, unless as many were archived late in one go. Against that the index is
asked as well: it is trusted for nothing, and what it names is offered besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from gate.app.chain import pages, places
from gate.app.pull.period import Period
from gate.domain.evidence_ports import Archive, Offer
from gate.domain.ports import FactMissing
from gate.errors import EvidenceInvalid
from gate.evidence.canonical import loads
from gate.evidence.layout import INDEX, STREAMS, UNKNOWN, Place, contents_id, is_key, part, place_of
from gate.evidence.record import SWEEP_STREAM, Record

ROW = 64
"""So many records in a row, all decided before the period, end a walk."""

_AT_ONCE = 8
_BEHIND = "z"
"""Comes after every folder of a stream, since those are digits, and before the next stream."""
_REMOVED = "the index of the archive names it, and it is not there: somebody removed it, or added to the index"


class ArchivedSource:
    """An `EvidenceSource`. One pull uses it once; `offers` and `learn` are called by one thread.

    Signatures that came later are offered right before their bundle. `environments` are names; none means all.
    """

    def __init__(
        self, archive: Archive, environments: Sequence[str] = (), *, row: int = ROW
    ) -> None:
        self._archive = archive
        self._wanted = {part(name) for name in environments}
        self._row = row
        self._before: Period | None = None
        self._walks: dict[str, _Walk] = {}
        self._offered: set[str] = set()
        self._seen: set[str] = set()

    @property
    def address(self) -> str:
        """The archive's own."""
        return self._archive.address

    def offers(self, since: datetime, until: datetime) -> Iterator[Offer]:
        """More than those of the period: whoever pulls looks at the records, and tells by `learn` what they are."""
        period = self._before = Period(since=since, until=until)
        for stream in self._streams():
            walk = self._walks[stream] = _Walk(places(self._archive, f"{STREAMS}{stream}/"))
            # The index knows no sweeps. There are few of them, so they are walked to their end.
            has_index = self._archive.queryable and not stream.endswith(SWEEP_STREAM)
            yield from self._down(walk, self._row if has_index else 0)
        if self._archive.queryable:
            yield from self._indexed(period)

    def fetch(self, offer: Offer) -> bytes:
        """Read the object."""
        return self._archive.read(offer.ref)

    def learn(self, offer: Offer, record: Record | None) -> None:
        """Hear what a bundle that was offered is; None when it is not what it should be, or could not be had.

        Without this nothing is left out, and every walk goes to the end of its stream.
        """
        place = place_of(offer.ref)
        if place is None or place.stream not in self._walks or self._before is None:
            return
        link = record.link if record else None
        if record is None or link is None or (link.stream, link.seq) != (place.stream, place.seq):
            self._walks[place.stream].early = 0
            return
        self._seen.add(contents_id(record).removeprefix("sha256:"))
        walk = self._walks[place.stream]
        walk.early = walk.early + 1 if self._before.is_before(record.at) else 0

    def _streams(self) -> Iterator[str]:
        """Every stream that may hold decisions of the environments, in order."""
        after = ""
        while place := self._next(after):
            if self._is_wanted(place.stream):
                yield place.stream
            after = f"{STREAMS}{place.stream}/{_BEHIND}"

    def _next(self, after: str) -> Place | None:
        for page in pages(self._archive, STREAMS, after):
            found = (place_of(key) for key in page.keys if is_key(key))
            if place := next((one for one in found if one and one.key > after), None):
                return place
        return None

    def _is_wanted(self, stream: str) -> bool:
        """A sweep is about an environment as well; and of a deploy that nobody could name, nobody can say."""
        own = stream.removesuffix(SWEEP_STREAM)
        return not self._wanted or own.rpartition("/")[2] in self._wanted or own == UNKNOWN.id

    def _down(self, walk: _Walk, row: int, lowest: int = 0) -> Iterator[Offer]:
        """Go on with a walk until so many in a row were too early (0: never), or below the record `lowest`."""
        for place in walk.places:
            self._offered.add(place.key)
            yield Offer(name=place.key, ref=place.key)
            is_far_enough = (row > 0 and walk.early >= row) or place.seq <= lowest
            if is_far_enough and not place.signature:
                return

    def _indexed(self, period: Period) -> Iterator[Offer]:
        """What the index names beyond what the walks came to, with all that lies between."""
        named = {place.key: place for place in self._named(period)}
        lowest: dict[str, int] = {}
        for place in named.values():
            if place.key not in self._offered and self._is_wanted(place.stream):
                lowest[place.stream] = min(place.seq, lowest.get(place.stream, place.seq))
        for stream, seq in sorted(lowest.items()):
            walk = self._walks.get(stream, _Walk(iter(())))
            yield from self._down(walk, 0, seq)
        for key, place in sorted(named.items()):
            if key not in self._offered and self._is_wanted(place.stream):
                yield Offer(name=key, ref=key, gone=_REMOVED)

    def _named(self, period: Period) -> Iterator[Place]:
        """Where the index says that bundles of the period are, of those that nobody has seen yet."""
        unseen = [key for key in self._lines(period) if _contents(key) not in self._seen]
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            yield from filter(None, pool.map(lambda key: self._line(key, period), unseen))

    def _lines(self, period: Period) -> Iterator[str]:
        """The keys of the index from the first month of the period to its last."""
        last = _month(period.until)
        for page in pages(self._archive, INDEX, _month(period.since)):
            for key in page.keys:
                if key > f"{last}/{_BEHIND}":
                    return
                if is_key(key):
                    yield key

    def _line(self, key: str, period: Period) -> Place | None:
        try:
            row = loads(self._archive.read(key), name=key)
        except EvidenceInvalid:
            return None
        except FactMissing as gap:
            if gap.missing.reason_code != "not-found":
                raise
            return None
        match row:
            case {"object": str(found), "decided_at": None | str() as at} if period.has(at or ""):
                return place_of(found) if is_key(found) else None
            case _:
                return None


@dataclass(slots=True)
class _Walk:
    """How far a stream was walked, from its newest record down."""

    places: Iterator[Place]
    early: int = 0
    """So many of the last records, without one in between, were decided before the period."""


def _month(at: datetime) -> str:
    """What the lines of a month come after."""
    return f"{INDEX}year={at.year:04}/month={at.month:02}"


def _contents(key: str) -> str:
    """What a line of the index is about: `contents_id`, without its kind."""
    return key.rpartition("/")[2].removesuffix(".jsonl")
