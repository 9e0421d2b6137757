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
from gate.evidence.misplaced import misplaced

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
    key = "/".join(place.path.absolute().parts[-_PARTS_OF_A_KEY:])
    return replace(found, flaws=(*found.flaws, *misplaced(key, found.record)))


def _batches(places: Iterator[Place]) -> Iterator[tuple[Place, ...]]:
    while batch := tuple(islice(places, _BATCH)):
        yield batch


def _slim(found: Examined) -> Examined:
    """Without the list of files, which nobody asks for any more, and which would travel between the processes."""
    return replace(found, record=replace(found.record, files={})) if found.record else found
