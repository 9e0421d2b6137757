"""Whether records, seen in any order, form the chains that they claim: none missing, none doubled, none cut off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise

from gate.evidence.checkpoint import Checkpoint
from gate.evidence.flaw import Flaw, FlawKind
from gate.evidence.record import Link

_MARK = sha256().digest_size


@dataclass(slots=True)
class _Stretch:
    """Records of a stream that follow each other without a gap."""

    first: int
    last: int
    before: str | None
    """What the first one names as the record before it."""
    head: str
    """Id of the last one."""
    marks: bytearray
    """A digest of the id of each, one after the other."""

    def mark(self, seq: int) -> bytes:
        """The one of record `seq`, which lies in this stretch."""
        start = (seq - self.first) * _MARK
        return bytes(self.marks[start : start + _MARK])


@dataclass(slots=True)
class _Stream:
    stretches: list[_Stretch] = field(default_factory=list)
    watched: dict[int, str] = field(default_factory=dict)
    """Ids of the records that a checkpoint speaks of."""


class Chains:
    """Sees the links of records in any order, and tells what does not fit.

    It keeps the ends of unbroken stretches and 32 bytes of each record, so that memory hardly grows with their number.
    """

    def __init__(self, checkpoints: tuple[Checkpoint, ...] = ()) -> None:
        self.copies = 0
        """How often a record came that had been seen: archives and artifacts hold the same ones."""
        self._checkpoints = checkpoints
        self._streams: dict[str, _Stream] = {}

    def add(self, link: Link, record: str) -> Iterator[Flaw]:
        """See one record: its link, and its id."""
        stream = self._streams.setdefault(link.stream, _Stream())
        if any(
            point.stream == link.stream and point.count == link.seq for point in self._checkpoints
        ):
            stream.watched.setdefault(link.seq, record)
        spans = stream.stretches
        mark = sha256(record.encode()).digest()
        # Records mostly come in order, so the last stretch is looked at first.
        if seen := next(
            (span for span in reversed(spans) if span.first <= link.seq <= span.last), None
        ):
            if seen.mark(link.seq) == mark:
                self.copies += 1
            else:
                yield _flaw(link.stream, f"two different records claim to be record {link.seq}")
            return
        new = _Stretch(link.seq, link.seq, link.previous, record, bytearray(mark))
        before = next((span for span in reversed(spans) if span.last == link.seq - 1), None)
        after = next((span for span in spans if span.first == link.seq + 1), None)
        if before is not None:
            yield from _joined(link.stream, before, new)
            spans.remove(before)
            before.marks += new.marks
            new = _Stretch(before.first, new.last, before.before, new.head, before.marks)
        if after is not None:
            yield from _joined(link.stream, new, after)
            spans.remove(after)
            new.marks += after.marks
            new = _Stretch(new.first, after.last, new.before, after.head, new.marks)
        spans.append(new)

    def gaps(self) -> Iterator[Flaw]:
        """When everything was seen: what is missing between records, and after the last, by the checkpoints."""
        for name, stream in sorted(self._streams.items()):
            spans = sorted(stream.stretches, key=lambda span: span.first)
            for earlier, later in pairwise(spans):
                yield _flaw(name, f"{_range(earlier.last + 1, later.first - 1)} missing")
        for point in self._checkpoints:
            yield from self._against(point)
        for name in sorted({point.stream for point in self._checkpoints}):
            yield from self._beginning(name)

    @property
    def seen(self) -> Mapping[str, tuple[int, int]]:
        """The first and the last number of every stream."""
        return {
            name: (
                min(span.first for span in stream.stretches),
                max(span.last for span in stream.stretches),
            )
            for name, stream in sorted(self._streams.items())
        }

    def _against(self, point: Checkpoint) -> Iterator[Flaw]:
        stream = self._streams.get(point.stream, _Stream())
        last = max((span.last for span in stream.stretches), default=0)
        if last < point.count:
            yield _flaw(
                point.stream,
                f"it was cut: the checkpoint counts {point.count} records, and "
                + (f"the last one here is {last}" if last else "none is here"),
            )
        elif stream.watched.get(point.count, point.head) != point.head:
            yield _flaw(
                point.stream,
                f"record {point.count} is another one than the checkpoint names: the chain was rewritten",
            )

    def _beginning(self, name: str) -> Iterator[Flaw]:
        """Whoever gives a checkpoint means all of the chain: from its first record or from an earlier checkpoint on."""
        stream = self._streams.get(name)
        if stream is None:
            return
        first = min(stream.stretches, key=lambda span: span.first)
        earlier = [
            point
            for point in self._checkpoints
            if point.stream == name and point.count < first.first
        ]
        start = max(earlier, key=lambda point: point.count, default=None)
        count = start.count if start else 0
        if first.first > count + 1:
            yield _flaw(name, f"{_range(count + 1, first.first - 1)} missing")
        elif start and first.before != start.head:
            yield _flaw(name, f"record {first.first} does not follow the checkpoint of {count}")


def _joined(stream: str, earlier: _Stretch, later: _Stretch) -> Iterator[Flaw]:
    if later.before != earlier.head:
        yield _flaw(
            stream,
            f"record {later.first} does not follow record {earlier.last}: it names {later.before} as the one before "
            f"it, which is {earlier.head}",
        )


def _range(first: int, last: int) -> str:
    return f"record {first} is" if first == last else f"records {first} to {last} are"


def _flaw(stream: str, text: str) -> Flaw:
    return Flaw(FlawKind.CHAIN, f"stream {stream}: {text}")
