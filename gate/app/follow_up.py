"""Follow up what emergencies owe: find, plan, carry the plan out, and say how things stand (guide §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from gate.app.found_as_kept import found_as_kept
from gate.app.gather import World
from gate.app.sweep_do import carry_out
from gate.app.sweep_find import Found, find
from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.policy.document import Policy
from gate.domain.sweep import Plan, Question, plan
from gate.domain.sweep_actions import Open
from gate.domain.sweep_release import Row
from gate.evidence.stored_facts import as_kept

FRESH = timedelta(days=2)
"""For so long after it was written a review is news, whoever closed its ticket. Sweeps run more often than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How things stand, and what could not be seen or done."""

    asked: Question
    found: Found
    plan: Plan
    """With the tickets that were opened in its table."""
    opened: Mapping[str, FollowUpTicket]
    """Tickets that were opened, by the id of their release."""
    problems: tuple[str, ...]


def follow_up(world: World, policy: Policy, days: int) -> Swept:
    """Look at what the evidence of the last `days` and all tickets tell, and do what is to be done.

    What cannot be read or written keeps nothing else from being done; the next sweep tries again. FactsUnavailable
    when not even the repository is known.
    """
    now = world.clock().replace(microsecond=0)
    since = now - timedelta(days=days)
    desks, exception = world.emergencies.desks(policy), policy.separation_of_duties.compensating
    found = found_as_kept(find(world, desks, since, any_run=exception is not None), world.mask)
    question = Question(repository_id=found.run.repository_id, now=now, policy=policy)
    made = plan(question, found.records, found.landings, found.shelves)
    opened: dict[str, FollowUpTicket] = {}

    def remember(action: Open, ticket: FollowUpTicket) -> None:
        opened[action.record.marker.id] = as_kept(ticket, world.mask)

    undone = tuple(carry_out(world.emergencies, policy, made.actions, remember))
    return Swept(
        asked=question,
        found=found,
        plan=replace(made, rows=tuple(_as_opened(row, opened) for row in made.rows)),
        opened=opened,
        problems=(*found.problems, *undone),
    )


def is_worth_archiving(swept: Swept) -> bool:
    """Whether a sweep says something that the archive does not hold already.

    It does when it had something to do, could not see or do something, found something overdue, or saw a review that
    was written in the last `FRESH`. Of hourly sweeps where nothing happened there would be 8,760 records a year.
    """
    since = swept.asked.now - FRESH
    reviewed = any(row.review is not None and row.review.at > since for row in swept.plan.rows)
    return bool(swept.plan.actions or swept.problems or swept.plan.overdue or reviewed)


def _as_opened(row: Row, opened: Mapping[str, FollowUpTicket]) -> Row:
    """The line of a release whose ticket was opened just now."""
    ticket = opened.get(row.name)
    if ticket is None:
        return row
    note = row.note_with_ticket
    return replace(row, system=ticket.system, key=ticket.key, url=ticket.url, note=note)
