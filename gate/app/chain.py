"""Give a record its place in the chain of its stream: whoever creates the next key first has it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from gate.domain.evidence_ports import Archive, ArchivePage, KeyTaken
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import Bundle, flaws
from gate.evidence.layout import STREAMS, Place, bundle_key, place_of, stream_flaws
from gate.evidence.packed import pack, unpack
from gate.evidence.record import RECORD, Link, Record, read_record

ATTEMPTS = 20
FIRST_WAIT = 0.1
LONGEST_WAIT = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long to wait after somebody else was faster. Tests give their own."""

    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = field(default=random.random)
    """Between 0 and 1: two who collided must not collide again."""
    attempts: int = ATTEMPTS

    def wait(self, attempt: int) -> None:
        """Wait before the attempt after this one; `attempt` counts from 0."""
        self.sleep(min(FIRST_WAIT * 2**attempt, LONGEST_WAIT) * self.chance())


def append(archive: Archive, stream: str, build: Callable[[Link], Bundle], pace: Pace) -> Bundle:
    """Write what `build` makes of the next link, and return it.

    When somebody else takes that place, the link is another one and the bundle is built (and signed) again. FactMissing
    when the archive does not do it, or when others were faster every time.
    """
    for attempt in range(pace.attempts):
        link = next_link(archive, stream)
        bundle = build(link)
        try:
            archive.create(bundle_key(stream, link.seq), pack(bundle.files))
        except KeyTaken:
            pace.wait(attempt)
        else:
            return bundle
    raise FactMissing(
        Missing(
            source=archive.address,
            reason_code="unavailable",
            detail=f"{pace.attempts} times another run for the same environment was recorded first",
            remedy="run `gate evidence archive` with the folder of the evidence once the other runs are through",
            retriable=True,
        )
    )


def next_link(archive: Archive, stream: str) -> Link:
    """The place behind the newest record of a stream. FactMissing when that record cannot be read."""
    newest = next(bundles(archive, f"{STREAMS}{stream}/"), None)
    if newest is None:
        return Link(stream=stream, seq=1, previous=None)
    return Link(stream=stream, seq=newest.seq + 1, previous=record_at(archive, newest).id)


def bundles(archive: Archive, prefix: str = STREAMS) -> Iterator[Place]:
    """Every bundle below the prefix; those of one stream from the newest to the oldest."""
    return (place for place in places(archive, prefix) if not place.signature)


def places(archive: Archive, prefix: str = STREAMS) -> Iterator[Place]:
    """Every bundle and every later signature below the prefix. What is none of ours is passed over."""
    for page in pages(archive, prefix):
        yield from filter(None, map(place_of, page.keys))


def pages(archive: Archive, prefix: str, after: str = "") -> Iterator[ArchivePage]:
    """All that an archive lists below the prefix, behind the key `after`.

    FactMissing when it gives the same again and again: whoever asked would never come to an end.
    """
    while True:
        page = archive.list(prefix, after)
        yield page
        if not page.after:
            return
        if page.after <= after:
            raise _not_listed(archive, prefix)
        after = page.after


def files_at(archive: Archive, place: Place) -> dict[str, bytes]:
    """The files of an archived bundle, as they were archived. FactMissing when it is not what the gate writes."""
    content = archive.read(place.key)
    try:
        return unpack(content, name=place.key)
    except EvidenceInvalid as error:
        raise _altered(archive, error.message) from error


def bundle_at(archive: Archive, place: Place) -> Bundle:
    """An archived bundle, once it proved to be whole. FactMissing when it is not: its record alone says nothing."""
    bundle = Bundle(files=files_at(archive, place))
    if found := flaws(bundle.files) or stream_flaws(bundle):
        raise _altered(archive, f"{place.key}: {'; '.join(flaw.text for flaw in found)}")
    return bundle


def record_at(archive: Archive, place: Place) -> Record:
    """The record of an archived bundle. FactMissing when it is not what the gate writes, or belongs elsewhere."""
    files = files_at(archive, place)
    try:
        record = read_record(files.get(RECORD, b""))
    except EvidenceInvalid as error:
        raise _altered(archive, f"{place.key}: {error.message}") from error
    link = record.link
    if link is None or (link.stream, link.seq) != (place.stream, place.seq):
        raise _altered(archive, f"{place.key} holds the record of another place")
    return record


def _not_listed(archive: Archive, prefix: str) -> FactMissing:
    return FactMissing(
        Missing(
            source=archive.address,
            reason_code="unreadable",
            detail=f"it lists what is below {prefix} again and again, and comes to no end",
            remedy="whoever administers it finds out why it does not list keys in their order",
        )
    )


def _altered(archive: Archive, what: str) -> FactMissing:
    return FactMissing(
        Missing(
            source=archive.address,
            reason_code="unreadable",
            detail=f"what is archived there is not what the gate wrote: {what.removesuffix('.')}",
            remedy="whoever is responsible for the evidence finds out who altered it (`gate evidence verify`), before "
            "anything else is recorded there",
        )
    )
