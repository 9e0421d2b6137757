"""What is known about the reviews that are owed: from evidence, from records of deployments, and from tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from gate.app.gather import World, answer
from gate.domain.emergency_record import EmergencyRecord
from gate.domain.facts import Baseline, Run
from gate.domain.follow_up import Marker
from gate.domain.follow_up_tickets import told_apart
from gate.domain.landing import Landed, landed
from gate.domain.missing import Missing
from gate.domain.ports import Desk, FactMissing, StoredDecision
from gate.domain.sweep import Shelf
from gate.errors import EvidenceInvalid, FactsUnavailable
from gate.evidence.emergency_record import read_records
from gate.render.gaps import problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that a sweep plans on, and why it may not be all."""

    run: Run
    records: tuple[EmergencyRecord, ...]
    landings: Mapping[str, Landed]
    """By id; without the records of deployments nobody knows any, and all of them are owed."""
    shelves: tuple[Shelf, ...]
    problems: tuple[str, ...]


def find(world: World, desks: Sequence[Desk], since: datetime, *, any_run: bool = False) -> Found:
    """Ask all of it at once. FactsUnavailable when not even the repository is known.

    Break-glass is asked for by hand. With `any_run` (compensating mode) a release that owes a review may have come from
    a run that was started otherwise, so those that deployed are looked into as well.
    """
    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="sweep") as pool:
        ran = pool.submit(answer, world.forge.run)
        deployed = pool.submit(answer, world.forge.baseline)
        left = pool.submit(
            _asked,
            lambda: world.forge.emergency_decisions(
                since, _deployed(deployed.result(), since) if any_run else ()
            ),
        )
        tickets = [(desk, pool.submit(_asked, desk.follow_ups)) for desk in desks]
        shelves = tuple(Shelf(system=desk.system, tickets=some.result()) for desk, some in tickets)
        run, baseline, decisions = ran.result(), deployed.result(), left.result()
    if isinstance(run, Missing):
        raise FactsUnavailable(f"{run.source}: {run.detail}.", hint=run.remedy)
    gaps = [baseline, decisions, *(shelf.tickets for shelf in shelves)]
    records, unreadable = _records(() if isinstance(decisions, Missing) else decisions)
    told = [problem(gap) for gap in gaps if isinstance(gap, Missing)]
    return Found(
        run=run,
        records=records,
        landings={}
        if isinstance(baseline, Missing)
        else {
            marker.id: landed(baseline, marker)
            for marker in (*_on_tickets(shelves), *(one.marker for one in records))
        },
        shelves=shelves,
        problems=(*told, *unreadable),
    )


def _deployed(baseline: Baseline | Missing, since: datetime) -> tuple[str, ...]:
    """The runs that deployed since then. What is not known of them is told with the deployments."""
    if isinstance(baseline, Missing):
        return ()
    runs = (past.run_id for past in baseline.history if past.at >= since and past.run_id)
    return tuple(dict.fromkeys(runs))


def _records(
    decisions: Sequence[StoredDecision],
) -> tuple[tuple[EmergencyRecord, ...], tuple[str, ...]]:
    """What the decisions say. One that cannot be believed is told, and hides none of the others."""
    found: list[EmergencyRecord] = []
    problems = []
    for stored in decisions:
        try:
            found += read_records(stored.content, run_id=stored.run_id, url=stored.url)
        except EvidenceInvalid as error:
            problems.append(f"{error.message} {error.hint}")
    return tuple(found), tuple(problems)


def _on_tickets(shelves: Sequence[Shelf]) -> Iterator[Marker]:
    """Of some releases only a ticket tells: the evidence is gone, or the notice is all there is."""
    for shelf in shelves:
        if not isinstance(shelf.tickets, Missing):
            for group in told_apart(shelf.tickets).of_releases.values():
                yield from (marker for _, marker in group)


def _asked(question: Callable[[], T]) -> T | Missing:
    try:
        return question()
    except FactMissing as gap:
        return gap.missing
