"""An emergency that was granted, for the tests of what comes after the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gate.controls import CONTROLS
from gate.domain.decide import decide
from gate.domain.decision import Decision, Verdict
from gate.domain.emergency_facts import Incident
from gate.domain.facts import Fact
from gate.domain.identity import Identity
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.ports import FactMissing
from tests import builders as b
from tests.domain.emergencies import asked


def policy(**rules: Any) -> Policy:
    """One with break-glass."""
    return b.emergency_policy(emergency=b.emergency_rules(**rules))


def granted(*changed: Fact, **rules: Any) -> Decision:
    """An emergency that is let through, and owes its review."""
    found = decide(asked(*changed), policy(**rules), CONTROLS)
    assert found.verdict is Verdict.ALLOW
    assert found.obligations
    return found


@dataclass
class NotingPager:
    """A `Pager` that takes notes, unless it is down."""

    gap: Missing | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)

    def incident(self, key: str) -> Incident:
        raise AssertionError("whoever tells people asks nothing")

    def on_call(self, schedule: str, at: datetime) -> tuple[Identity, ...]:
        raise AssertionError("whoever tells people asks nothing")

    def note(self, key: str, text: str) -> None:
        if self.gap is not None:
            raise FactMissing(self.gap)
        self.notes.append((key, text))


@dataclass
class Listening:
    """A webhook that hears, unless it is down."""

    gap: Missing | None = None
    heard: list[Mapping[str, object]] = field(default_factory=list)

    def __call__(self, told: Mapping[str, object]) -> None:
        if self.gap is not None:
            raise FactMissing(self.gap)
        self.heard.append(told)
