"""One bundle arrives: from its source, or from the folder where an earlier pull put it, which is believed no more."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from gate.app import wiring
from gate.app.examine import Asked, examine, unreadable
from gate.app.pull.arrival import Arrival, Found, Item, Parcel
from gate.app.wiring import Destination
from gate.domain.evidence_ports import Offer
from gate.domain.ports import FactMissing
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import SIGNATURES
from gate.evidence.canonical import digest
from gate.evidence.flaw import Flaw, FlawKind
from gate.evidence.layout import STREAMS
from gate.evidence.misplaced import misplaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Fetches and examines. Safe to use from several threads at once."""

    destination: Destination
    asked: Asked = field(default_factory=lambda: Asked(replay=False))
    line: AbstractContextManager[object] = field(default_factory=nullcontext)
    """Held while something is fetched: it bounds how many are at a time, whoever examines meanwhile."""

    def receive(self, parcel: Parcel) -> Arrival:
        """Take what is there already when it holds, and fetch it otherwise. Nothing is put in its place yet.

        EvidenceNotWritten when the destination takes nothing.
        """
        here = self._here(parcel)
        arrival = Arrival(parcel=parcel)
        if len(here) == len(parcel.offers):
            arrival = self._arrival(parcel, here, self.destination.path(parcel.name), here)
            if arrival.is_whole:
                return arrival
        try:
            # Only the source can say whether what is broken here is so there as well.
            with self.line:
                fetched = {offer: parcel.origin.source.fetch(offer) for offer in parcel.offers}
        except FactMissing as gap:
            return replace(arrival, missing=gap.missing)
        if fetched == here and not self._strangers(parcel):
            return arrival
        return self._staged(parcel, here, fetched)

    def _here(self, parcel: Parcel) -> dict[Offer, bytes]:
        """What lies in the destination. What cannot be read is none of it, and will be set aside."""
        found: dict[Offer, bytes] = {}
        for offer in parcel.offers:
            with suppress(EvidenceInvalid):
                content = self.destination.read(parcel.origin.name(offer))
                if content is not None:
                    found[offer] = content
        return found

    def _staged(
        self, parcel: Parcel, here: Mapping[Offer, bytes], fetched: Mapping[Offer, bytes]
    ) -> Arrival:
        names = {offer: parcel.origin.name(offer) for offer in fetched}
        unfinished = self.destination.stage({names[offer]: fetched[offer] for offer in fetched})
        same = [offer for offer in here if here[offer] == fetched[offer]]
        arrival = self._arrival(parcel, fetched, unfinished.path(parcel.name), same)
        damaged = [
            name
            for offer, name in names.items()
            if offer not in same and self.destination.has(name)
        ]
        strangers = self._strangers(parcel)
        return replace(arrival, unfinished=unfinished, damaged=(*damaged, *strangers))

    def _strangers(self, parcel: Parcel) -> list[str]:
        """Signatures that lie beside a zip here, where they count, and that its source does not offer."""
        stem = parcel.name.removesuffix("zip")
        offered = {parcel.origin.name(offer) for offer in parcel.offers}
        beside = [f"{stem}{name}" for name in SIGNATURES] if parcel.is_zip else []
        return [name for name in beside if name not in offered and self.destination.has(name)]

    def _arrival(
        self, parcel: Parcel, contents: Mapping[Offer, bytes], path: Path, there: Container[Offer]
    ) -> Arrival:
        items = tuple(
            Item(
                offer=offer,
                sha256=digest(contents[offer]),
                size=len(contents[offer]),
                there=offer in there,
            )
            for offer in parcel.offers
        )
        return Arrival(
            parcel=parcel,
            items=items,
            found=tuple(self._examined(parcel.name, path)) if parcel.is_zip else (),
            flaws=(*_unlike(items), *(() if parcel.is_zip else [_ALONE])),
        )

    def _examined(self, name: str, path: Path) -> Iterator[Found]:
        for place in wiring.find_evidence(path):
            inside = (place.inside or "").rstrip("/")
            shown = f"{name}!/{inside}" if inside else name
            try:
                files = place.read()
            except EvidenceInvalid as error:
                told = EvidenceInvalid(error.message.replace(str(path), name))
                yield Found(inside=inside, examined=unreadable(shown, told))
                continue
            examined = examine(shown, files, self.asked)
            flaws = (*examined.flaws, *misplaced(name[name.find(STREAMS) :], examined.record))
            yield Found(inside=inside, examined=replace(examined, flaws=flaws))


def files_of(arrival: Arrival, found: Found) -> dict[str, bytes]:
    """The files of a bundle of a parcel that is staged. EvidenceInvalid when somebody changed it meanwhile."""
    if arrival.unfinished is not None:
        for place in wiring.find_evidence(arrival.unfinished.path(arrival.parcel.name)):
            if (place.inside or "").rstrip("/") == found.inside:
                return place.read()
    raise EvidenceInvalid(f"{arrival.parcel.name} changed while it was looked at.")


_ALONE = Flaw(FlawKind.MISSING, "it is a signature, and its bundle is not there")


def _unlike(items: tuple[Item, ...]) -> Iterator[Flaw]:
    for item in items:
        if item.offer.digest and item.offer.digest != item.sha256:
            yield Flaw(
                FlawKind.ALTERED,
                f"it is not what the source recorded ({item.offer.digest}): its digest is {item.sha256}",
            )
