"""Keep evidence outside the pipeline, each decision and each sweep once and in its place in its chain."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from gate.app.chain import Pace, append, bundle_at, bundles, record_at
from gate.app.not_kept import not_archived
from gate.domain.evidence_ports import Archive, KeyTaken
from gate.domain.ports import FactMissing
from gate.errors import EvidenceInvalid, EvidenceNotWritten
from gate.evidence.bundle import Bundle, chained, verify
from gate.evidence.canonical import loads
from gate.evidence.checkpoint import Checkpoint
from gate.evidence.index_row import index_row
from gate.evidence.layout import (
    Place,
    bundle_key,
    contents_id,
    index_key,
    is_key,
    link_of,
    place_of,
    signature_key,
    stream_flaws,
    stream_in,
)
from gate.evidence.packed import pack
from gate.evidence.record import Kind, Link

Sign = Callable[[Bundle], Bundle]
"""Adds the signatures of this run to a bundle; or nothing, where nobody signs."""

_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """Evidence that is kept."""

    bundle: Bundle
    """As it is archived: with its place in the chain, when there is an archive."""
    places: tuple[str, ...] = ()
    """Every archive with the key in it, as `s3://bucket/prefix v1/streams/…`."""
    checkpoint: Checkpoint | None = None
    """To be told somewhere else, so that a chain that is cut or written anew shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archives:
    """Where evidence goes. The first decides the order of the chain; the others hold the same bundles."""

    all: Sequence[Archive]
    sign: Sign = lambda bundle: bundle
    pace: Pace = field(default_factory=Pace)


def keep(bundle: Bundle, archives: Archives, write: Callable[[Bundle], None]) -> Archived:
    """Archive a new decision or sweep, and `write` the bundle to the folder of the run, whatever the archives do.

    `bundle` has no place in a chain yet. EvidenceNotWritten when an archive does not take it: what lies in the folder
    then is all there is, and `again` archives it.
    """
    try:
        made = _append(archives.all[0], bundle, archives) if archives.all else archives.sign(bundle)
    except BaseException:
        # A job that is cancelled meanwhile, or a library that crashes, is no reason to lose it.
        write(bundle)
        raise
    write(made)
    return _everywhere(made, *archives.all) if archives.all else Archived(bundle=made)


def again(bundle: Bundle, archives: Archives) -> Archived:
    """Archive a bundle that lies in a folder, unless it is archived already: then complete what is missing.

    EvidenceInvalid when it is not whole, EvidenceNotWritten when an archive does not take it.
    """
    bundle = verify(bundle.files)
    if found := stream_flaws(bundle):
        raise EvidenceInvalid(
            f"The bundle cannot be archived: {found[0].text}.",
            hint="It was altered. Fetch it again from where it is kept.",
        )
    first = archives.all[0]
    if bundle.record.link is not None:
        with _told(first, bundle.kind):
            _copy(first, bundle)
        return _everywhere(bundle, *archives.all)
    with _told(first, bundle.kind):
        there = _find(first, bundle)
    return _everywhere(there or _append(first, bundle, archives), *archives.all)


def _append(archive: Archive, bundle: Bundle, archives: Archives) -> Bundle:
    stream = stream_in(bundle)

    def build(link: Link) -> Bundle:
        return archives.sign(chained(bundle, link))

    with _told(archive, bundle.kind):
        return append(archive, stream.id, build, archives.pace)


def _everywhere(bundle: Bundle, first: Archive, *others: Archive) -> Archived:
    link = link_of(bundle.record)
    for archive in others:
        with _told(archive, bundle.kind):
            _copy(archive, bundle)
    for archive in (first, *others):
        with _told(archive, bundle.kind), contextlib.suppress(KeyTaken):
            # A line that stands there already may have been written before a signature came.
            if _is_indexed(archive, bundle):
                archive.create(index_key(bundle.record), index_row(bundle))
    key = bundle_key(link.stream, link.seq)
    return Archived(
        bundle=bundle,
        places=tuple(f"{archive.address} {key}" for archive in (first, *others)),
        checkpoint=Checkpoint(stream=link.stream, count=link.seq, head=bundle.record.id),
    )


def _copy(archive: Archive, bundle: Bundle) -> None:
    """Put a bundle at its place, or see that it is there and add the signatures that are not."""
    link = link_of(bundle.record)
    key = bundle_key(link.stream, link.seq)
    try:
        archive.create(key, pack(bundle.files))
        return
    except KeyTaken:
        place = Place(key=key, stream=link.stream, seq=link.seq)
    if record_at(archive, place).id != bundle.record.id:
        raise EvidenceNotWritten(
            f"Another record stands at {key} in {archive.address}: the chain has two ends, or this bundle was altered. "
            "Nothing was written over it.",
            hint="Whoever is responsible for the evidence compares the two with `gate evidence verify`, and finds out "
            "which one the other archives and the artifact of the run hold.",
        )
    there = bundle_at(archive, place).signatures
    for name, content in bundle.signatures.items():
        beside = signature_key(link.stream, link.seq, name)
        try:
            if name not in there:
                archive.create(beside, content)
        except KeyTaken:
            raise _signed_otherwise(archive, beside) from None
        if there.get(name, content) != content:
            raise _signed_otherwise(archive, f"{name} in {key}")


def _signed_otherwise(archive: Archive, where: str) -> EvidenceNotWritten:
    return EvidenceNotWritten(
        f"{archive.address} holds another signature over this record: {where}. Nothing was written over it.",
        hint="Whoever is responsible for the evidence finds out with `gate evidence verify` which of the two holds.",
    )


def _find(archive: Archive, bundle: Bundle) -> Bundle | None:
    """The bundle as it was archived before: the same files, under a record that has its place in the chain."""
    wanted = contents_id(bundle.record)
    for place in _candidates(archive, bundle):
        if contents_id(record_at(archive, place)) == wanted:
            return bundle_at(archive, place)
    return None


def _candidates(archive: Archive, bundle: Bundle) -> Iterator[Place]:
    """Where it may be: where the index says, or else anywhere in its stream."""
    if _is_indexed(archive, bundle) and (said := _by_index(archive, bundle)):
        yield said
    stream = stream_in(bundle)
    wanted = contents_id(bundle.record)

    def matches(place: Place) -> bool:
        return contents_id(record_at(archive, place)) == wanted

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        known = list(bundles(archive, stream.prefix))
        yield from (
            place for place, same in zip(known, pool.map(matches, known), strict=True) if same
        )


def _is_indexed(archive: Archive, bundle: Bundle) -> bool:
    """The index counts decisions: a sweep has no line in it."""
    return archive.queryable and bundle.kind is Kind.DECISION


def _by_index(archive: Archive, bundle: Bundle) -> Place | None:
    """Where the line about it says that it is. Whatever is wrong with that, the stream tells, which is read then."""
    key = index_key(bundle.record)
    try:
        row = loads(archive.read(key), name=key)
        match row:
            case {"object": str(found)} if is_key(found) and (place := place_of(found)):
                record_at(archive, place)
                return place
    except EvidenceInvalid:
        return None
    except FactMissing as gap:
        if gap.missing.reason_code != "not-found":
            raise
    return None


@contextlib.contextmanager
def _told(archive: Archive, kind: Kind) -> Iterator[None]:
    """While an archive works: what it lacks is evidence that is not written."""
    try:
        yield
    except FactMissing as gap:
        raise not_archived(archive.address, gap.missing, kind) from gap
