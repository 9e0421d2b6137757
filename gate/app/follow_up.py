"""Follow up what emergencies owe: find, plan, carry the plan out, and say how things stand (guide §6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from gate.app.gather import World
from gate.app.sweep_do import carry_out
from gate.app.sweep_find import Found, find
from gate.domain.policy.document import Policy
from gate.domain.sweep import Plan, Question, plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How things stand, and what could not be seen or done."""

    asked: Question
    found: Found
    plan: Plan
    problems: tuple[str, ...]


def follow_up(world: World, policy: Policy, days: int) -> Swept:
    """Look at what the evidence of the last `days` and all tickets tell, and do what is to be done.

    What cannot be read or written keeps nothing else from being done; the next sweep tries again. FactsUnavailable
    when not even the repository is known.
    """
    now = world.clock().replace(microsecond=0)
    found = find(world, world.emergencies.desks(policy), now - timedelta(days=days))
    question = Question(repository_id=found.run.repository_id, now=now, policy=policy)
    made = plan(question, found.records, found.landings, found.shelves)
    undone = tuple(carry_out(world.emergencies, policy, made.actions))
    return Swept(asked=question, found=found, plan=made, problems=(*found.problems, *undone))
