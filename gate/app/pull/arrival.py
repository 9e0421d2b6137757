"""What was offered, and what came of it: a zip with one bundle or more, and the signatures that came later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gate.app.examine import Examined
from gate.app.wiring import Staged
from gate.domain.evidence_ports import EvidenceSource, Offer
from gate.domain.missing import Missing
from gate.evidence.flaw import Flaw, FlawKind
from gate.evidence.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A source, and the folder for what comes from it."""

    source: EvidenceSource
    folder: str
    learn: Callable[[Offer, Record | None], None] = lambda offer, record: None
    """Tells a source that asks for it what was in an offer."""

    def name(self, offer: Offer) -> str:
        """Where an offer goes in the destination."""
        return f"{self.folder}/{offer.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What belongs together: a zip, and the signatures that came later; or such a signature alone."""

    origin: Origin
    offer: Offer
    later: tuple[Offer, ...] = ()

    @property
    def name(self) -> str:
        """Where its first file goes in the destination."""
        return self.origin.name(self.offer)

    @property
    def is_zip(self) -> bool:
        """Whether it is more than a signature."""
        return self.offer.name.endswith(".zip")

    @property
    def offers(self) -> tuple[Offer, ...]:
        """All of it, the zip first."""
        return (self.offer, *self.later)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file of a parcel, by what it holds."""

    offer: Offer
    sha256: str
    size: int
    there: bool
    """It lies in the destination already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One bundle in a parcel."""

    inside: str
    """The folder in the zip; empty when the zip is the bundle."""
    examined: Examined

    @property
    def record(self) -> Record | None:
        """None when it could not be read."""
        return self.examined.record

    @property
    def is_sound(self) -> bool:
        """Whether what the record says can be gone by: files and signatures hold, whoever may have signed."""
        return self.record is not None and all(
            flaw.kind in {FlawKind.UNSIGNED, FlawKind.DECISION} for flaw in self.examined.flaws
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came of a parcel."""

    parcel: Parcel
    missing: Missing | None = None
    """Why it did not come; the rest is then what lay in the destination, if anything did."""
    items: tuple[Item, ...] = ()
    found: tuple[Found, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    """What is wrong with the whole, such as that its digest is another one."""
    unfinished: Staged | None = None
    """Where its files are staged; None when they lie in their places."""
    damaged: tuple[str, ...] = ()
    """Files in the destination that are not what the source holds."""

    @property
    def is_whole(self) -> bool:
        """Whether everything about it holds."""
        return (
            bool(self.found)
            and not self.flaws
            and not any(one.examined.flaws for one in self.found)
        )
