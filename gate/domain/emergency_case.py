"""Break-glass, judged: the derived fact, and what each of its conditions adds to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gate.domain.control import Observation, Reason
from gate.domain.emergency_facts import BreakGlass
from gate.domain.facts import Fact, Run
from gate.domain.grant import Grant
from gate.domain.lookup import Facts
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.policy.emergency import Emergency


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyCase(Fact):
    """Whether somebody asked for an emergency, what speaks against it, and the grant when nothing does."""

    asked: bool = False
    reasons: tuple[Reason, ...] = ()
    """Codes are keys of the REASONS of the control `emergency`."""
    observations: tuple[Observation, ...] = ()
    grant: Grant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a condition found: what speaks against the emergency, what is in order, and what could not be told."""

    reasons: tuple[Reason, ...] = ()
    seen: tuple[Observation, ...] = ()
    gaps: tuple[Missing, ...] = ()


def together(findings: Iterable[Findings]) -> Findings:
    """All of them as one, in order."""
    every = tuple(findings)
    return Findings(
        reasons=tuple(reason for one in every for reason in one.reasons),
        seen=tuple(seen for one in every for seen in one.seen),
        gaps=tuple(gap for one in every for gap in one.gaps),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plea:
    """An emergency that was asked for, and everything that its conditions are held against."""

    facts: Facts
    policy: Policy
    rules: Emergency
    said: BreakGlass
    run: Run
    now: datetime
    invokers: tuple[str, ...]
    """Keys of `people`: who started the run, and who started it again."""

    @property
    def incident(self) -> str:
        """What was typed for the incident."""
        return self.said.incident.strip()
