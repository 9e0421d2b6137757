"""What becomes of each bundle that arrived: it is kept, or belongs to another time or environment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from gate.app.pull.arrival import Arrival, Found, Parcel
from gate.app.pull.entries import entries_of
from gate.app.pull.manifest import Absent, Entry
from gate.app.pull.period import Period
from gate.app.pull.receive import files_of
from gate.app.pull.text import PROVE, UNPROVED, remedy
from gate.app.wiring import Destination
from gate.domain.evidence_ports import Offer
from gate.domain.missing import Missing
from gate.errors import EvidenceInvalid
from gate.evidence.chain import Chains
from gate.evidence.layout import part
from gate.evidence.packed import pack


@dataclass(slots=True, kw_only=True)
class Keeper:
    """Decides on arrivals, one after the other, and remembers what it decided. It does not remember bundles."""

    destination: Destination
    period: Period
    chains: Chains
    clock: Callable[[], datetime]
    environments: Sequence[str] = ()
    """Names; none means all."""
    entries: list[Entry] = field(default_factory=list)
    absent: list[Absent] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _bounds: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The lowest and the highest number of every stream that belongs to the period."""
    _left_out: dict[tuple[str, int], Parcel] = field(default_factory=dict)
    """Parcels with records of another time, by their places in the chains."""
    _unproved: set[Parcel] = field(default_factory=set)
    """Those of them that say so themselves, and lack a signature that is demanded, or do not decide the same again."""
    _by_word: dict[str, tuple[int, Parcel]] = field(default_factory=dict)
    """The one of these with the highest number in each stream."""

    def take(self, arrival: Arrival) -> Entry | None:
        """Decide on one arrival, put into its place what is kept, and return what is to be told of it.

        None when it is left out, or did not come. EvidenceNotWritten when the destination takes nothing.
        """
        self.counts["bytes"] += sum(item.size for item in arrival.items if not item.there)
        if arrival.missing is not None:
            self._missed(arrival, arrival.missing)
            return self._kept(arrival, arrival.found) if arrival.items else None
        wanted = [one for one in arrival.found if arrival.flaws or self._belongs(one)]
        if arrival.found and not wanted:
            self._leave_out(arrival)
            return None
        if arrival.unfinished is None:
            return self._kept(arrival, wanted)
        entry = self._placed(arrival, wanted)
        self.destination.discard(arrival.unfinished)
        return entry

    def lacks(self, offer: Offer, source: str, outcome: str, why: str, remedy: str = "") -> None:
        """Note that an offer is not there, and why."""
        self.counts["absent"] += 1
        self.absent.append(
            Absent(name=offer.name, source=source, outcome=outcome, why=why, remedy=remedy)
        )

    def between(self) -> list[Parcel]:
        """Parcels that lie between those of the period in the same chain: without them it would have gaps."""
        found = [
            parcel
            for (stream, seq), parcel in self._left_out.items()
            if self._is_between(stream, seq)
        ]
        self._left_out.clear()
        self.counts["left_out"] -= len(set(found))
        self.counts["unproved"] -= len(self._unproved.intersection(found))
        return list(dict.fromkeys(found))

    def doubt(self) -> None:
        """Note where the end of a chain says by its own word alone that it is of another time: it may have replaced one
        that belongs. Behind whatever is kept stands a record that names it, or would.
        """
        for stream, (seq, parcel) in sorted(self._by_word.items()):
            if seq > self._bounds.get(stream, (0, 0))[1]:
                self.lacks(parcel.offer, parcel.origin.source.address, "unproved", UNPROVED, PROVE)

    def _belongs(self, found: Found) -> bool:
        record = found.record
        # What does not hold says nothing, not even that it is of another time.
        if record is None or not found.is_sound:
            return True
        if self.environments and record.environment not in {"", *self.environments}:
            return False
        link = record.link
        return self.period.has(record.at) or (
            link is not None and self._is_between(link.stream, link.seq)
        )

    def _is_between(self, stream: str, seq: int) -> bool:
        low, high = self._bounds.get(stream, (0, 0))
        return low < seq < high

    def _missed(self, arrival: Arrival, gap: Missing) -> None:
        offer, source = arrival.parcel.offer, _source(arrival)
        self.lacks(offer, source, "not-fetched", gap.detail, remedy(gap))

    def _leave_out(self, arrival: Arrival) -> None:
        self.counts["left_out"] += 1
        for one in arrival.found:
            if one.record and one.record.link:
                self._left_out[one.record.link.stream, one.record.link.seq] = arrival.parcel
        if any(one.examined.flaws for one in arrival.found):
            self._note_unproved(arrival)
        if arrival.unfinished is not None:
            self.destination.discard(arrival.unfinished)

    def _note_unproved(self, arrival: Arrival) -> None:
        self.counts["unproved"] += 1
        self._unproved.add(arrival.parcel)
        for one in arrival.found:
            if one.record and (link := one.record.link):
                known = self._by_word.get(link.stream, (0, arrival.parcel))
                self._by_word[link.stream] = max(known, (link.seq, arrival.parcel), key=_number)

    def _placed(self, arrival: Arrival, wanted: Sequence[Found]) -> Entry:
        """Put what was staged into its place: as it came, unless something in it would then be out of its chain."""
        some = len(wanted) < len(arrival.found) and all(one.is_sound for one in wanted)
        return self._taken_out(arrival, wanted) if some else self._whole_parcel(arrival, wanted)

    def _whole_parcel(self, arrival: Arrival, wanted: Sequence[Found]) -> Entry:
        aside = tuple(self.destination.set_aside(name) for name in arrival.damaged)
        for item in arrival.items:
            if arrival.unfinished is not None and not item.there:
                self.destination.put(arrival.unfinished, arrival.parcel.origin.name(item.offer))
        return self._kept(arrival, wanted, aside)

    def _kept(
        self, arrival: Arrival, wanted: Sequence[Found], aside: tuple[str, ...] = ()
    ) -> Entry:
        flaws = [flaw.text for flaw in arrival.flaws]
        flaws += [flaw.text for one in arrival.found for flaw in one.examined.flaws]
        flaws += [text for one in wanted for text in self._count_in(one)]
        self.counts["there" if all(item.there for item in arrival.items) else "fetched"] += 1
        outcome = "broken" if flaws else "whole"
        self.counts[outcome] += max(len(wanted), 1)
        return self._entered(
            entries_of(arrival, outcome, arrival.found, self.clock(), flaws=flaws, damaged=aside)
        )

    def _taken_out(self, arrival: Arrival, wanted: Sequence[Found]) -> Entry:
        names, flaws, aside = [], list[str](), list[str]()
        for one in wanted:
            name = f"{arrival.parcel.name.removesuffix('.zip')}/{part(one.inside or 'bundle')}.zip"
            aside += self._written(name, pack(files_of(arrival, one)))
            flaws += [flaw.text for flaw in one.examined.flaws]
            flaws += self._count_in(one)
            names.append(name)
        self.counts["fetched"] += 1
        self.counts["broken" if flaws else "whole"] += len(wanted)
        made = entries_of(
            arrival, "taken-out", wanted, self.clock(), flaws=flaws, others=names, damaged=aside
        )
        return self._entered(made)

    def _count_in(self, found: Found) -> Iterator[str]:
        """Count a bundle that is here now into its chain; yields what does not fit there."""
        record = found.record
        if record is None or record.link is None:
            return
        link = record.link
        yield from (flaw.text for flaw in self.chains.add(link, record.id))
        if found.is_sound and self.period.has(record.at):
            low, high = self._bounds.get(link.stream, (link.seq, link.seq))
            self._bounds[link.stream] = min(low, link.seq), max(high, link.seq)

    def _written(self, name: str, content: bytes) -> Iterator[str]:
        """Write what was taken out of something else, unless it is there; yields the new name of what lay there."""
        if self.destination.has(name):
            with suppress(EvidenceInvalid):
                if self.destination.read(name) == content:
                    return
            yield self.destination.set_aside(name)
        unfinished = self.destination.stage({name: content})
        self.destination.put(unfinished, name)
        self.destination.discard(unfinished)

    def _entered(self, made: list[Entry]) -> Entry:
        self.entries += made
        return made[0]


def _number(placed: tuple[int, Parcel]) -> int:
    return placed[0]


def _source(arrival: Arrival) -> str:
    return arrival.parcel.origin.source.address
