"""A world in memory, behind the ports: each answer is a fact, or the Missing that is raised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from gate.app import gather
from gate.app.gather import Gathered, World
from gate.app.gather_emergency import Emergencies
from gate.domain import facts as f
from gate.domain.emergency_facts import BreakGlass
from gate.domain.identity import Identity
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.policy.emergency import PagerRules
from gate.domain.policy.windows import FREEZE_PERIODS
from gate.domain.policy.workflow import TicketRules
from gate.domain.ports import Desk, FactMissing, Pager, PolicyFile, StoredDecision, Tracker
from gate.domain.schedule import calendar_id
from tests import builders as b

T = TypeVar("T")

FACTS: Mapping[type[f.Fact], f.Fact] = {
    f.Run: b.run(),
    f.Baseline: b.baseline(),
    f.Revision: b.revision(),
    f.Change: b.change(),
    f.Files: b.files(),
    f.EarlierUses: f.EarlierUses(),
    f.Checks: b.checks(b.check()),
    f.DeploymentApprovals: f.DeploymentApprovals(environment="production"),
    f.PriorDecision: f.PriorDecision(verdict="allow"),
}


@dataclass
class MemoryForge:
    """Answers from `answers`; whatever is a Missing is raised."""

    answers: dict[type[f.Fact], f.Fact | Missing] = field(default_factory=lambda: dict(FACTS))
    policy: PolicyFile | Missing = field(
        default_factory=lambda: PolicyFile(
            path=".github/change-policy.yml", branch="main", revision=b.sha("m1"), content=b""
        )
    )
    teams: Mapping[str, tuple[Identity, ...]] = field(default_factory=dict)
    asked_keys: tuple[str, ...] = ()
    decisions: tuple[StoredDecision, ...] = ()

    def policy_file(self, places: Sequence[str]) -> PolicyFile:
        if isinstance(self.policy, Missing):
            raise FactMissing(self.policy)
        return self.policy

    def run(self) -> f.Run:
        return self._answer(f.Run)

    def baseline(self) -> f.Baseline:
        return self._answer(f.Baseline)

    def revision(self, branch: str) -> f.Revision:
        return self._answer(f.Revision)

    def change(self, baseline: f.Baseline, branch: str) -> f.Change:
        return self._answer(f.Change)

    def files(self, change: f.Change) -> f.Files:
        return self._answer(f.Files)

    def earlier_uses(self, change: f.Change, branch: str, keys: Sequence[str]) -> f.EarlierUses:
        self.asked_keys = tuple(keys)
        return self._answer(f.EarlierUses)

    def checks(self) -> f.Checks:
        return self._answer(f.Checks)

    def deployment_approvals(self) -> f.DeploymentApprovals:
        return self._answer(f.DeploymentApprovals)

    def team(self, name: str) -> tuple[Identity, ...]:
        return self.teams[name]

    def freezes(self) -> tuple[f.CalendarSpan, ...]:
        return (f.CalendarSpan(calendar=FREEZE_PERIODS, name="period 1", start=b.NOW, end=b.NOW),)

    def prior_decision(self, baseline: f.Baseline) -> f.PriorDecision:
        return self._answer(f.PriorDecision)

    def emergency_decisions(
        self, since: datetime, deployed: Sequence[str] = ()
    ) -> tuple[StoredDecision, ...]:
        return self.decisions

    def _answer(self, kind: type[T]) -> T:
        found = self.answers[kind]  # type: ignore[index]  # every kind asked for is a fact
        if isinstance(found, Missing):
            raise FactMissing(found)
        assert isinstance(found, kind)
        return found


NO_PAGER = Missing(source="the pager", reason_code="not-configured", detail="there is none")


class MemoryTracker:
    """Knows the tickets that it is given."""

    def __init__(self, *tickets: f.Ticket) -> None:
        self._tickets = {ticket.asked_key: ticket for ticket in tickets}

    def tickets(self, keys: Sequence[str]) -> tuple[f.Ticket, ...]:
        return tuple(self._tickets[key] for key in keys)


class MemoryCalendar:
    """One freeze at every address."""

    def spans(self, address: str) -> tuple[f.CalendarSpan, ...]:
        return (
            f.CalendarSpan(calendar=calendar_id(address), name="freeze", start=b.NOW, end=b.NOW),
        )


def emergencies(pager: Pager | Missing = NO_PAGER, desks: tuple[Desk, ...] = ()) -> Emergencies:
    def choose(_: PagerRules) -> Pager:
        if isinstance(pager, Missing):
            raise FactMissing(pager)
        return pager

    return Emergencies(pager=choose, desks=lambda _: desks, desks_to_write=lambda _: desks)


def world(
    forge: MemoryForge,
    tracker: Tracker | Missing | None = None,
    skew: int | None = 1,
    now: datetime = b.NOW,
) -> World:
    def choose(_: TicketRules) -> Tracker:
        if isinstance(tracker, Missing):
            raise FactMissing(tracker)
        return tracker or MemoryTracker(b.ticket())

    return World(
        repository="acme/app",
        forge=forge,
        tracker=choose,
        calendar=MemoryCalendar(),
        emergencies=emergencies(),
        clock=lambda: now,
        skew=lambda: skew,
        mask=str,
    )


def gathered(
    world: World, policy: Policy, named: tuple[str, ...] = (), said: BreakGlass | None = None
) -> Gathered:
    with ThreadPoolExecutor(max_workers=8) as pool:
        first = gather.start(world, pool)
        source = b.policy_source()
        return gather.finish(world, pool, first, policy, source, named, said or BreakGlass())
