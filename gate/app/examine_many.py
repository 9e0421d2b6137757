"""Examine thousands of bundles: one after the other for the reader, side by side for the machine."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from itertools import chain, islice

from gate.app.examine import Asked, Examined, examine, unreadable
from gate.app.wiring import Place
from gate.errors import EvidenceInvalid
from gate.evidence.flaw import Flaw, FlawKind
from gate.evidence.layout import place_of

_ALONE = 48
"""Up to so many bundles are examined in this process: starting others takes longer."""
_ALONE_WITHOUT_REPLAY = 1_500
"""The same where nothing is decided again: each then takes a tenth of the time."""
_BATCH = 24
_PARTS_OF_A_KEY = 7
_AHEAD = 3
"""Batches that wait for each process, so that none is idle and memory does not grow with the number of bundles."""


def examine_many(places: Iterable[Place], asked: Asked, jobs: int) -> Iterator[Examined]:
    """What came of every place, in their order. `jobs` is how many processes may work side by side."""
    coming = iter(places)
    alone = _ALONE if asked.replay else _ALONE_WITHOUT_REPLAY
    first = list(islice(coming, alone + 1))
    if jobs == 1 or len(first) <= alone:
        yield from (examine_place(place, asked) for place in chain(first, coming))
        return
    # Not forked: this process may have threads, and a forked one could hang on their locks.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=jobs, mp_context=context) as pool:
        waiting: deque[Future[list[Examined]]] = deque()
        for batch in _batches(chain(first, coming)):
            waiting.append(pool.submit(examine_batch, batch, asked))
            if len(waiting) > jobs * _AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def examine_batch(places: tuple[Place, ...], asked: Asked) -> list[Examined]:
    """Examine some bundles; in another process, so without what only this one needs."""
    return [_slim(examine_place(place, asked)) for place in places]


def examine_place(place: Place, asked: Asked) -> Examined:
    """Examine one bundle where it lies."""
    try:
        files = place.read()
    except EvidenceInvalid as error:
        return unreadable(str(place), error)
    found = examine(str(place), files, asked)
    return replace(found, flaws=(*found.flaws, *_misplaced(place, found)))


def _misplaced(place: Place, found: Examined) -> Iterator[Flaw]:
    """In an archive each record lies under its own number: under another one it hides, or stands for another."""
    held = place_of("/".join(place.path.parts[-_PARTS_OF_A_KEY:]))
    if held is None or found.record is None:
        return
    link = found.record.link
    if link is None or (link.stream, link.seq) != (held.stream, held.seq):
        theirs = f"record {link.seq} of {link.stream}" if link else "a record of no chain"
        text = f"it is {theirs}, and lies where record {held.seq} of {held.stream} belongs"
        yield Flaw(FlawKind.CHAIN, text)


def _batches(places: Iterator[Place]) -> Iterator[tuple[Place, ...]]:
    while batch := tuple(islice(places, _BATCH)):
        yield batch


def _slim(found: Examined) -> Examined:
    """Without the list of files, which nobody asks for any more, and which would travel between the processes."""
    return replace(found, record=replace(found.record, files={})) if found.record else found
