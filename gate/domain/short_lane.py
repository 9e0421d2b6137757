"""The short lane of a rollback: back to what was once deployed with an allow decision."""

from __future__ import annotations

from dataclasses import dataclass

from gate.domain.facts import Baseline, Change, ChangeKind, Fact, PriorDecision, Run
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortLane(Fact):
    """Whether this deploy is a rollback that the policy lets through on the strength of an earlier decision."""

    controls: tuple[str, ...] = ()
    """Controls that need not be met; empty when the lane is not granted."""
    why: str = ""


def short_lane(facts: Facts, policy: Policy) -> ShortLane | Missing:
    """Grant the lane of `rollback.short_lane` when this is such a rollback; anything less grants nothing."""
    change, run = lookup(facts, Change), lookup(facts, Run)
    baseline, prior = lookup(facts, Baseline), lookup(facts, PriorDecision)
    if isinstance(change, Missing):
        return depends(change, "whether this is a rollback")
    if change.kind is not ChangeKind.ROLLBACK or not policy.rollback.short_lane:
        return ShortLane()
    if isinstance(run, Missing) or isinstance(baseline, Missing) or isinstance(prior, Missing):
        gap = next(fact for fact in (run, baseline, prior) if isinstance(fact, Missing))
        return depends(gap, "whether this revision was once deployed with an allow decision")
    return _lane(policy, run, baseline, prior)


def _lane(policy: Policy, run: Run, baseline: Baseline, prior: PriorDecision) -> ShortLane:
    allowed = ("allow", run.revision, run.environment)
    # The decision must be that of a run which did deploy this revision: evidence alone is no deploy.
    deployed = [
        past
        for past in baseline.history
        if past.revision == run.revision and past.run_id and past.run_id == prior.run_id
    ]
    if not deployed or (prior.verdict, prior.revision, prior.environment) != allowed:
        return ShortLane(
            why="no allow decision of the gate is known for this revision in this environment"
        )
    return ShortLane(
        controls=policy.rollback.short_lane,
        why=f"rollback to {run.revision[:12]}, deployed on {deployed[0].at:%Y-%m-%d %H:%M} UTC "
        f"with an allow decision of run {prior.run_id}",
    )
