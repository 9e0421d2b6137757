"""Hold a decision against the date on which the artifact with its evidence is really deleted, once that is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gate.app.replay import policy_of
from gate.controls import retention
from gate.domain.control import Passed
from gate.domain.decide import decide
from gate.domain.decision import Decision, Verdict
from gate.domain.lookup import Facts, lookup
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.retention import KeptPlace, Retention
from gate.errors import EvidenceNotWritten
from gate.evidence.bundle import Bundle, decision_in
from gate.evidence.stored_facts import FOLDER, read_facts

SUMMER_TIME = timedelta(hours=1)
"""Runners count the days of an artifact by their wall clock, which loses an hour when summer begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """What the pipeline says about the artifact, and what that means for the decision."""

    artifact: KeptPlace
    retain: str = ""
    """How long the policy keeps evidence; empty where there is no policy."""
    passed: bool = False
    """Whether the decision counted evidence as kept long enough."""
    holds: bool = False
    """Whether it would with what is known now."""
    binding: bool = False
    """Whether the deploy goes on because of it: it was allowed, and not merely let through by observe mode."""

    @property
    def until(self) -> datetime | None:
        """When the artifact is deleted (UTC); None when that is not known, or never."""
        return self.artifact.until if self.artifact.missing is None else None

    @property
    def text(self) -> str:
        """What the pipeline says, and what that lacks."""
        said = self.artifact.sentence
        if self.holds or not self.retain:
            return said
        return f"{said} The policy keeps evidence for {self.retain}, and no place that it goes to is known to."


def read_back(bundle: Bundle, artifact: KeptPlace) -> ReadBack:
    """Judge `retention` again, with the other places as they were found in the run. `bundle` is whole.

    EvidenceInvalid when it is not the evidence of a decision, or of one that this version does not read.
    """
    decision_in(bundle)
    policy = policy_of(bundle)
    if policy is None:
        return ReadBack(artifact=artifact)
    stored = {name: held for name, held in bundle.files.items() if name.startswith(FOLDER)}
    facts = read_facts(stored)
    before, now = _judged(facts, policy), _judged(_told(facts, artifact), policy)
    return ReadBack(
        artifact=artifact,
        retain=policy.evidence.retain,
        passed=_passes(before),
        holds=_passes(now),
        binding=bundle.record.verdict == Verdict.ALLOW.value and before.observe is None,
    )


def refuse_unless_kept(found: ReadBack) -> None:
    """EvidenceNotWritten when the deploy would go on because of a date that is not so."""
    if not found.passed or found.holds or not found.binding:
        return
    missing = found.artifact.missing
    if missing is not None:
        raise EvidenceNotWritten(
            f"{found.artifact.sentence} The decision rests on it: the policy keeps evidence for {found.retain}, and "
            "no other place that it goes to does. So the deploy must not go on.",
            hint=f"{missing.remedy[:1].upper()}{missing.remedy[1:]}. Or whoever owns the policy names an archive under "
            "`evidence.archive` that keeps evidence long enough.",
        )
    raise EvidenceNotWritten(
        f"{found.artifact.sentence} The decision rests on a later day: the policy keeps evidence for {found.retain}, "
        "and no other place that it goes to does. So the decision does not hold, and the deploy must not go on.",
        hint="Whoever administers the repository lets artifacts be kept longer (Settings, Actions, General), or "
        "whoever owns the workflow raises `evidence-retention-days`, or whoever owns the policy names an archive under "
        "`evidence.archive`. Then the deploy is started again.",
    )


def _judged(facts: Facts, policy: Policy) -> Decision:
    return decide(facts, policy, (retention,))


def _passes(decision: Decision) -> bool:
    (result,) = decision.results
    return isinstance(result.outcome, Passed)


def _told(facts: Facts, artifact: KeptPlace) -> Facts:
    known = lookup(facts, Retention)
    if isinstance(known, Missing):
        return facts
    until = artifact.until and artifact.until + SUMMER_TIME
    return {**facts, Retention: known.with_artifact(replace(artifact, until=until))}
