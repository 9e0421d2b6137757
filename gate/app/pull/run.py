"""Pull from one source after the other, with so many downloads side by side, and a bounded number on the way."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from gate.app.pull.arrival import Arrival, Origin, Parcel
from gate.app.pull.keep import Keeper
from gate.app.pull.manifest import Entry
from gate.app.pull.receive import Receiver
from gate.app.pull.text import AGAIN, remedy
from gate.domain.evidence_ports import Offer
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing

AHEAD = 3
"""Parcels on the way for each download, so that none waits while the list is read."""
EXAMINERS = 4
"""So many more than there are downloads: while some are examined, others come."""
MOST_FAILURES = 20
"""So many in a row, and a source is asked for nothing more."""

_PART = re.compile(r"[A-Za-z0-9_=-][A-Za-z0-9._=-]{0,179}", re.ASCII)
_DEEPEST = 16
_LONGEST = 600
_TWICE = "the source offered {} before, and on some machines the two would be one file"
_APART = (
    "where both are right, pull each environment alone (--environment), into a folder of its own; otherwise find out "
    "who put the other one there"
)
_HOPELESS = frozenset({"rate-limited", "not-authenticated"})


@dataclass(slots=True, kw_only=True)
class Run:
    """One pull. `told` hears of every file that is kept; `step` after each that was decided on."""

    receiver: Receiver
    keeper: Keeper
    jobs: int
    told: Callable[[Entry], None] = lambda entry: None
    step: Callable[[str], None] = lambda source: None
    _waiting: deque[tuple[Parcel, Future[Arrival]]] = field(default_factory=deque)
    _failures: int = 0

    def pull(self, origin: Origin) -> None:
        """All that a source offers of the period. What does not come keeps nothing else from coming.

        EvidenceNotWritten when the destination takes nothing.
        """
        self._of(origin, self._parcels(origin))

    def fill_gaps(self) -> None:
        """Pull what lies between bundles of the period in the same chain."""
        found: dict[Origin, list[Parcel]] = {}
        for parcel in self.keeper.between():
            found.setdefault(parcel.origin, []).append(parcel)
        for origin, parcels in found.items():
            self._of(origin, iter(parcels))

    def _of(self, origin: Origin, parcels: Iterator[Parcel]) -> None:
        self._failures = 0
        try:
            self._all(parcels)
        except FactMissing as gap:
            self._not_listed(origin, gap.missing.detail, remedy(gap.missing))
        except _GivenUp as given_up:
            self._not_listed(origin, str(given_up), AGAIN)

    def _all(self, parcels: Iterator[Parcel]) -> None:
        with ThreadPoolExecutor(max_workers=self.jobs + EXAMINERS) as pool:
            try:
                for parcel in parcels:
                    self._waiting.append((parcel, pool.submit(self.receiver.receive, parcel)))
                    if len(self._waiting) > self.jobs * AHEAD:
                        self._next()
                self._finish()
            except FactMissing:
                self._finish()  # the list broke off; what it told before is wanted
                raise
            finally:
                self._drop()

    def _finish(self) -> None:
        while self._waiting:
            self._next()

    def _drop(self) -> None:
        """Begin nothing more. What is on its way comes to its end, and counts for nothing."""
        for _, future in self._waiting:
            future.cancel()
        self._waiting.clear()

    def _next(self) -> None:
        parcel, future = self._waiting.popleft()
        arrival = future.result()
        if entry := self.keeper.take(arrival):
            self.told(entry)
        sound = [one.record for one in arrival.found if one.is_sound]
        parcel.origin.learn(parcel.offer, sound[0] if len(sound) == 1 else None)
        self.step(parcel.origin.source.address)
        self._count_failures(arrival.missing)

    def _count_failures(self, missing: Missing | None) -> None:
        self._failures = self._failures + 1 if missing else 0
        if missing and (missing.reason_code in _HOPELESS or self._failures >= MOST_FAILURES):
            raise _GivenUp(
                f"it was asked for nothing more, since it gave nothing: {missing.detail}"
            )

    def _parcels(self, origin: Origin) -> Iterator[Parcel]:
        """What is offered, with the signatures that came later beside their zips."""
        period, pending = self.keeper.period, list[Offer]()
        names: dict[str, str] = {}
        for offer in origin.source.offers(period.since, period.until):
            if self._is_refused(origin, offer, names):
                continue
            if not offer.name.endswith(".zip"):
                pending.append(offer)
                continue
            stem = offer.name.removesuffix("zip")
            later = tuple(one for one in pending if one.name.startswith(stem))
            pending = [one for one in pending if one not in later]
            yield Parcel(origin=origin, offer=offer, later=later)
        yield from (Parcel(origin=origin, offer=one) for one in pending)

    def _is_refused(self, origin: Origin, offer: Offer, names: dict[str, str]) -> bool:
        address, folded = origin.source.address, offer.name.casefold()
        if not is_name(offer.name):
            why = (
                "the source gives it a name that no file of evidence has, so it could lead anywhere"
            )
            self.keeper.lacks(offer, address, "refused", why)
        elif before := names.get(folded):
            self.keeper.lacks(offer, address, "refused", _TWICE.format(before), _APART)
        elif offer.gone:
            self.keeper.lacks(offer, address, "gone", offer.gone)
        else:
            names[folded] = offer.name
            return False
        return True

    def _not_listed(self, origin: Origin, why: str, do: str) -> None:
        nothing = Offer(name="", ref="")
        self.keeper.lacks(nothing, origin.source.address, "not-listed", why, do)


class _GivenUp(Exception):
    """A source does not give what it offers."""


def is_name(name: str) -> bool:
    """Whether a source may call a file so: parts that lead nowhere else, with the ending of a zip or a signature."""
    parts = name.split("/")
    ends = name.endswith((".zip", ".sigstore.json"))
    short = len(name) <= _LONGEST and len(parts) <= _DEEPEST
    return ends and short and all(map(_PART.fullmatch, parts))
