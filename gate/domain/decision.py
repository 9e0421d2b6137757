"""Judge a change. Pure: the same facts and policy give the same decision, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import assert_never

from gate.domain.compensation import Compensation
from gate.domain.control import Failed, NotApplicable, Outcome, Passed, Unknown
from gate.domain.derived import ChangeType, People, Risk, ScopedChange, Waivers
from gate.domain.emergency_facts import BreakGlass
from gate.domain.facts import Change, PolicySource, Run
from gate.domain.grant import Grant, Obligation
from gate.domain.missing import Missing
from gate.domain.policy.document import Enforcement, Observe, Waiver


class Verdict(Enum):
    """What the gate says."""

    ALLOW = "allow"
    BLOCK = "block"
    UNDECIDED = "undecided"


class ReleaseClass(Enum):
    """Under which rules a release was let through. Each class is counted for itself: auditors ask for that."""

    REGULAR = "regular"
    EMERGENCY = "emergency"
    """By break-glass (guide §6)."""
    COMPENSATING = "compensating"
    """Without an independent approver, under a named exception (guide §4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one control said, and what that does to the decision."""

    control: str
    title: str
    guide: str
    enforcement: Enforcement
    outcome: Outcome | Unknown
    waiver: Waiver | None = None
    """The waiver that sets a failure or an unknown aside."""
    lane: str = ""
    """Why a failure is set aside although nobody waived it: the short lane of a rollback."""
    grant: str = ""
    """Id of the grant of break-glass that sets it aside."""
    notice: str = ""
    """Id of the notice of compensating mode that sets it aside: it only wants an independent approver."""

    @property
    def excused(self) -> bool:
        """Whether what this control said is set aside."""
        return self.waiver is not None or bool(self.lane or self.grant or self.notice)

    @property
    def weight(self) -> Verdict:
        """What this result alone would make of the decision."""
        if self.enforcement is not Enforcement.BLOCK or self.excused:
            return Verdict.ALLOW
        match self.outcome:
            case Passed() | NotApplicable():
                return Verdict.ALLOW
            case Failed():
                return Verdict.BLOCK
            case Unknown():
                return Verdict.UNDECIDED
            case _:
                assert_never(self.outcome)

    @property
    def reason_codes(self) -> tuple[str, ...]:
        """Published codes such as `ticket.not-approved`; empty for a pass and where the question does not arise."""
        match self.outcome:
            case Failed(reasons=reasons):
                codes = [reason.code for reason in reasons]
            case Unknown(missing=missing):
                codes = [fact.reason_code for fact in missing]
            case _:
                codes = []
        return tuple(dict.fromkeys(f"{self.control}.{code}" for code in codes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict, every result that led to it, and what it was about."""

    verdict: Verdict
    results: tuple[Result, ...]
    decided_at: datetime | None
    """None when the clock itself is not to be trusted."""
    valid_until: datetime | None
    """From this moment (UTC) on the decision is void; None unless the verdict is ALLOW."""
    observe: Observe | None
    """Observe mode, while it lasts: the verdict stands, but it does not block."""
    run: Run | Missing
    policy_source: PolicySource | Missing
    change: Change | Missing
    scope: ScopedChange | Missing
    change_type: ChangeType | Missing
    risk: Risk | Missing
    people: People | Missing
    waivers: Waivers | Missing
    frameworks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    emergency: Grant | None = None
    """What break-glass granted; None for every other deploy. The verdict may still be BLOCK: a grant sets aside only
    what the policy lets it.
    """
    compensating: Compensation | None = None
    """What stands in for an independent approver, or will once it has been open long enough; None for every other
    deploy.
    """
    obligations: tuple[Obligation, ...] = ()
    """What is owed after the release. Where the verdict is not ALLOW there is none, but for the review that a notice
    announces: its ticket is opened before.
    """
    break_glass: BreakGlass | Missing = field(default_factory=BreakGlass)
    """What was asked for, granted or not."""

    @property
    def release_class(self) -> ReleaseClass | None:
        """Under which rules the release was let through; None when it was not."""
        if self.verdict is not Verdict.ALLOW:
            return None
        if self.emergency is not None:
            return ReleaseClass.EMERGENCY
        return ReleaseClass.REGULAR if self.compensating is None else ReleaseClass.COMPENSATING

    @property
    def asked_for_emergency(self) -> bool:
        """Whether somebody asked to break the glass, granted or not."""
        return isinstance(self.break_glass, BreakGlass) and self.break_glass.asked

    @property
    def waived(self) -> tuple[str, ...]:
        """Controls that stood against the change, or could not be told, and that the grant really set aside."""
        return tuple(result.control for result in self.results if result.grant)

    @property
    def not_waived(self) -> tuple[str, ...]:
        """All the others: they hold in an emergency as they do on any day."""
        return tuple(result.control for result in self.results if not result.grant)

    @property
    def not_judged(self) -> tuple[str, ...]:
        """Controls that the grant sets aside although the policy lets no emergency waive them: no tracker answered, and
        that stops none. What they would have said is for the review.
        """
        waives = self.emergency.waives if self.emergency else ()
        return tuple(name for name in self.waived if name not in waives)

    @property
    def reason_codes(self) -> tuple[str, ...]:
        """The codes of everything that stands between this change and ALLOW."""
        against = [
            code
            for result in self.results
            if result.weight is not Verdict.ALLOW
            for code in result.reason_codes
        ]
        if against or self.verdict is Verdict.ALLOW:
            return tuple(against)
        return self._unbound or ("gate.nothing-passed",)

    @property
    def _unbound(self) -> tuple[str, ...]:
        """Codes of what a decision is bound to and is not known, whatever the controls said."""
        codes = []
        if isinstance(self.policy_source, Missing):
            codes.append(f"gate.policy-{self.policy_source.reason_code}")
        if self.results and isinstance(self.run, Missing):
            codes.append("gate.run-unknown")
        if self.results and self.decided_at is None:
            codes.append("gate.clock-unknown")
        return tuple(codes)


def settle(results: Sequence[Result]) -> Verdict:
    """Any blocking failure blocks; else any blocking unknown leaves it undecided; else somebody must have said yes."""
    weights = {result.weight for result in results}
    if Verdict.BLOCK in weights:
        return Verdict.BLOCK
    if Verdict.UNDECIDED in weights:
        return Verdict.UNDECIDED
    # Silence is not consent: at least one control that counts must have passed.
    if not any(
        isinstance(r.outcome, Passed) and r.enforcement is Enforcement.BLOCK for r in results
    ):
        return Verdict.UNDECIDED
    return Verdict.ALLOW
