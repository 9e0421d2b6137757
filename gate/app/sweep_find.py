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


def find(world: World, desks: Sequence[Desk], since: datetime) -> Found:
    """Ask all of it at once. FactsUnavailable when not even the repository is known."""
    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="sweep") as pool:
        ran = pool.submit(answer, world.forge.run)
        deployed = pool.submit(answer, world.forge.baseline)
        left = pool.submit(_asked, lambda: world.forge.emergency_decisions(since))
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
        else dict(_landings([*(one.marker for one in records), *_notices(shelves)], baseline)),
        shelves=shelves,
        problems=(*told, *unreadable),
    )


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


def _notices(shelves: Sequence[Shelf]) -> Iterator[Marker]:
    """Notices are known from their tickets alone: a release that has none is not let through."""
    for shelf in shelves:
        if not isinstance(shelf.tickets, Missing):
            for group in told_apart(shelf.tickets).of_releases.values():
                yield from (marker for _, marker in group if marker.is_notice)


def _landings(markers: Sequence[Marker], baseline: Baseline) -> Iterator[tuple[str, Landed]]:
    for marker in markers:
        yield (
            marker.id,
            landed(
                baseline,
                environment=marker.environment,
                revision=marker.revision,
                run_id=marker.run_id,
                issued_at=marker.issued_at,
            ),
        )


def _asked(question: Callable[[], T]) -> T | Missing:
    try:
        return question()
    except FactMissing as gap:
        return gap.missing
