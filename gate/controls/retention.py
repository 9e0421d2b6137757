"""The evidence of this decision is kept as long as the policy says (guide §10)."""

from __future__ import annotations

from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason
from gate.domain.policy.document import EvidenceRules
from gate.domain.retention import KeptEvidence

ID = "retention"
TITLE = "The evidence is kept as long as the policy says"
GUIDE = "§10"
SETTINGS = "evidence"
REASONS = {
    "too-short": "every place that the evidence goes to deletes it before the time of the policy is over",
}
Settings = EvidenceRules


def evaluate(kept: KeptEvidence, settings: EvidenceRules) -> Outcome:
    """One place that keeps it long enough suffices; what the others do is shown."""
    seen = tuple(Observation(place.text) for place in kept.places)
    if kept.long_enough:
        return Passed(observations=seen)
    if not settings.archive:
        return NotApplicable(
            reason="the policy names no archive (`evidence.archive`), so the evidence lies in the artifact of the run "
            "alone, for as long as the pipeline keeps that"
        )
    return Failed(
        reasons=(
            Reason(
                code="too-short",
                text=f"The policy keeps evidence for {settings.retain}, and every place that it goes to deletes it "
                "sooner.",
                remedy="Whoever administers the archive keeps it longer, or whoever owns the policy names one that "
                "does under `evidence.archive`.",
            ),
        ),
        observations=seen,
    )
