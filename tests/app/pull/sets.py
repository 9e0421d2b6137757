"""Evidence of many days for the tests of `gate evidence pull`, and places that it can be pulled from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from gate.adapters.archives.gaps import gap
from gate.app.pull.archived_source import ArchivedSource
from gate.app.pull.arrival import Origin
from gate.app.pull.sources import Named, folder_of
from gate.domain.evidence_ports import ArchivePage, Offer
from gate.domain.ports import FactMissing
from gate.evidence.bundle import DECISION, POLICY, SIGNATURE, Bundle, seal
from gate.evidence.canonical import digest
from gate.evidence.decision_json import decision_json
from gate.evidence.index_row import index_row
from gate.evidence.layout import Stream, bundle_key, index_key, signature_key
from gate.evidence.packed import pack
from gate.evidence.record import Link
from tests import builders as b
from tests.adapters.archives.memory import MemoryArchive
from tests.app.evidence_set import CONTENT
from tests.render.decisions import decision

NEW_YEAR = datetime(2026, 1, 1, 12, tzinfo=UTC)


def day(number: int) -> datetime:
    """Noon of a day; 0 is the first of January."""
    return NEW_YEAR + timedelta(days=number)


@lru_cache(maxsize=2_000)
def made(
    number: int | None, environment: str = "production", link: Link | None = None, run: str = "7001"
) -> Bundle:
    """The evidence of a deploy on that day; None: nobody knows when."""
    shape = decision(
        policy_source=b.policy_source(digest=digest(CONTENT)),
        decided_at=None if number is None else day(number),
        run=b.run(environment=environment, id=run),
    )
    told = decision_json(shape, facts_digest="sha256:f", gate_version="0.1.0")
    return seal({DECISION: told, POLICY: CONTENT}, link)


def stream(environment: str = "production") -> str:
    return Stream(host="github.com", repository_id="4242", environment=environment).id


def chain(days: Sequence[int | None], environment: str = "production") -> list[Bundle]:
    """Bundles in the order in which they were archived, whenever they were decided."""
    found: list[Bundle] = []
    for seq, number in enumerate(days, start=1):
        link = Link(
            stream=stream(environment), seq=seq, previous=found[-1].digest if found else None
        )
        found.append(made(number, environment, link, run=str(7000 + seq)))
    return found


def key(seq: int, environment: str = "production") -> str:
    return bundle_key(stream(environment), seq)


def name(seq: int, environment: str = "production") -> str:
    """What a source calls it."""
    return key(seq, environment)


def fill(archive: MemoryArchive, bundles: Sequence[Bundle], *, index: bool = True) -> None:
    """Archive them."""
    for one in bundles:
        link = one.record.link
        assert link is not None
        archive.held[bundle_key(link.stream, link.seq)] = pack(one.files)
        if index:
            archive.held[index_key(one.record)] = index_row(one)


class WatchedArchive(MemoryArchive):
    """Remembers what it was asked for, and fails where a test says so."""

    def __init__(self, address: str = "file:///evidence", *, queryable: bool = True) -> None:
        super().__init__(address, queryable=queryable)
        self.page = 50
        self.asked: list[str] = []
        self.failing: dict[str, str] = {}
        """Reason codes, by the endings of keys."""
        self.once = False
        """Whether it gives everything only once."""

    def read(self, key: str) -> bytes:
        if self.once and key in self.asked:
            raise gap(self.address, "unavailable", "it was read before", "wait")
        self.asked.append(key)
        for ending, reason in self.failing.items():
            if key.endswith(ending):
                raise gap(self.address, reason, f"{ending} did not come", "wait")
        return super().read(key)

    def list(self, prefix: str, after: str = "") -> ArchivePage:
        self.asked.append(prefix)
        return super().list(prefix, after)


def archive_of(
    days: Sequence[int | None],
    environment: str = "production",
    *,
    address: str = "file:///evidence",
    queryable: bool = True,
    index: bool = True,
) -> WatchedArchive:
    archive = WatchedArchive(address, queryable=queryable)
    fill(archive, chain(days, environment), index=index)
    return archive


def sign_later(archive: MemoryArchive, seq: int, content: bytes, what: str = SIGNATURE) -> None:
    archive.held[signature_key(stream(), seq, what)] = content


def of_archive(archive: MemoryArchive, environments: Sequence[str] = ()) -> Named:
    """The archive as a source that somebody named."""

    @contextmanager
    def opened() -> Iterator[Origin]:
        source = ArchivedSource(archive, environments)
        yield Origin(source=source, folder=folder_of(archive.address), learn=source.learn)

    return Named(address=archive.address, open=opened)


class MemorySource:
    """A source that holds what a test gives it."""

    def __init__(self, held: Mapping[str, bytes], address: str = "artifacts of acme/app") -> None:
        self.address = address
        self.held = dict(held)
        self.listed = [Offer(name=one, ref=f"ref-{one}") for one in held]
        self.asked: list[str] = []
        self.failing: dict[str, FactMissing] = {}
        self.breaks_after: int | None = None
        """So many are offered, and then the list breaks off."""
        self.before: Callable[[Offer], None] = lambda offer: None

    def offers(self, since: datetime, until: datetime) -> Iterator[Offer]:
        for number, offer in enumerate(self.listed):
            if number == self.breaks_after:
                raise gap(self.address, "unavailable", "page 2 did not come", "wait")
            yield offer

    def fetch(self, offer: Offer) -> bytes:
        self.before(offer)
        self.asked.append(offer.name)
        if offer.name in self.failing:
            raise self.failing[offer.name]
        return self.held[offer.name]


def of_source(source: MemorySource) -> Named:
    @contextmanager
    def opened() -> Iterator[Origin]:
        yield Origin(source=source, folder=folder_of(source.address))

    return Named(address=source.address, open=opened)
