"""Until when evidence is kept, and in which places (guide §10)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import MAXYEAR, datetime, timedelta

from gate.domain.facts import Clock, Fact
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.phrases import safe
from gate.domain.policy.document import Policy

ARTIFACT = "artifact of the run"
"""What the place is called that the pipeline itself keeps evidence in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlace:
    """One place that the evidence of this run goes to."""

    place: str
    """As people know it: the address of an archive, or `artifact of the run`."""
    until: datetime | None = None
    """When the place deletes it by itself (UTC); None: it never does."""
    locked: bool = False
    """Nobody can delete it before that moment, the owner included."""
    missing: Missing | None = None
    """Why it cannot be told; the two above then say nothing."""

    @property
    def text(self) -> str:
        """How long it keeps evidence, as a part of a sentence."""
        name = safe(self.place)
        if self.missing is not None:
            return f"{name} does not tell how long it keeps evidence: {self.missing.detail}"
        if self.until is None:
            return f"{name} deletes nothing by itself"
        whoever = ", and nobody can delete it sooner" if self.locked else ""
        return f"{name} keeps evidence until {self.until:%Y-%m-%d}{whoever}"

    @property
    def sentence(self) -> str:
        """The same for itself."""
        return f"{self.text[:1].upper()}{self.text[1:]}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention(Fact):
    """Every place that the evidence of this run goes to, asked before it is written there."""

    places: tuple[KeptPlace, ...] = ()

    def with_artifact(self, artifact: KeptPlace) -> Retention:
        """The same, once the pipeline has told about the artifact itself."""
        return replace(
            self,
            places=tuple(artifact if place.place == ARTIFACT else place for place in self.places),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEvidence(Fact):
    """The places of `Retention`, and until when (UTC) the policy wants at least one of them to keep it."""

    needed_until: datetime | None
    """None where no clock can be trusted, and the policy names no archive that would have to be judged."""
    places: tuple[KeptPlace, ...] = ()

    @property
    def long_enough(self) -> tuple[KeptPlace, ...]:
        """Places that keep it as long as the policy says."""
        return tuple(place for place in self.places if self.suffices(place))

    def suffices(self, place: KeptPlace) -> bool:
        """Whether one place keeps it as long as the policy says."""
        if place.missing is not None or self.needed_until is None:
            return False
        return place.until is None or place.until >= self.needed_until


def kept_evidence(facts: Facts, policy: Policy) -> KeptEvidence | Missing:
    """Hold the places against the policy. Missing when none suffices as far as can be told, and one cannot be told."""
    clock, retention = lookup(facts, Clock), lookup(facts, Retention)
    if isinstance(clock, Missing) and not policy.evidence.archive:
        return KeptEvidence(needed_until=None)
    if isinstance(clock, Missing):
        return depends(clock, "until when the evidence has to be kept")
    if isinstance(retention, Missing):
        return retention
    found = KeptEvidence(
        needed_until=keep_until(policy.evidence.retain, clock.now), places=retention.places
    )
    unknown = [place.missing for place in found.places if place.missing]
    # Without an archive there is nowhere else that it could be kept: the control says that.
    doubtful = policy.evidence.archive and not found.long_enough
    return unknown[0] if unknown and doubtful else found


def keep_until(retain: str, start: datetime) -> datetime:
    """The moment (UTC) until which evidence of `start` (UTC) is kept; `retain` is as `evidence.retain` of the policy.

    A month later is the same day of the next month, or its last day.
    """
    number, unit = retain.split()
    count = int(number)
    match unit.removesuffix("s"):
        case "day":
            return start + timedelta(days=count)
        case "month":
            return _months_later(start, count)
        case _:
            return _months_later(start, 12 * count)


def _months_later(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > MAXYEAR:
        return datetime(MAXYEAR, 12, 31, tzinfo=start.tzinfo)
    return start.replace(
        year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1])
    )
