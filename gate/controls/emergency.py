"""An emergency leaves the normal way only as the guide lets it: two people, a scope, an end (guide §6)."""

from __future__ import annotations

from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed
from gate.domain.emergency_case import EmergencyCase
from gate.domain.phrases import listed, moment
from gate.domain.policy.emergency import Emergency

ID = "emergency"
TITLE = "Break-glass is used only for an emergency that the policy grants"
GUIDE = "§6"
SETTINGS = "emergency"
REASONS = {
    "not-allowed": "the policy has no break-glass",
    "not-by-hand": "the run was not started by a person, by hand",
    "second-attempt": "this is not the first attempt of the run",
    "used": "this run released to this environment already, and a grant is for one release",
    "rejected": "somebody rejected the deployment in the forge",
    "not-invoker": "whoever asks does not hold the role that may break the glass",
    "no-incident": "no incident was named, and the policy asks for one",
    "incident-resolved": "the incident is over",
    "incident-test": "the incident is a test, a drill or a retrospective",
    "incident-other-service": "the incident is about another service",
    "incident-by-invoker": "whoever asks for the emergency raised its incident",
    "no-second-person": "nobody but the invoker acknowledged the incident or approved, in a way that counts",
    "acknowledged-by-invoker": "whoever asks for the emergency acknowledged or approved it",
    "not-on-call": "whoever acknowledged or approved was not on call then, or does not hold the role",
    "acknowledged-too-long-ago": "the acknowledgement or review is older than the policy allows, or than the trouble",
    "not-by-hand-ack": "a machine acknowledged or approved, or it was done over the API",
    "reason-too-short": "the reason is shorter than the policy asks for",
    "reason-not-typed": "the reason is a default, a placeholder, or the same words again and again",
    "scope-exceeded": "the change is larger than an emergency may be, or touches other paths",
}
Settings = Emergency | None


def evaluate(case: EmergencyCase, settings: Emergency | None) -> Outcome:
    """Say what became of the case. Without one the question does not arise."""
    if not case.asked:
        return NotApplicable(reason="nobody asked for an emergency")
    grant = case.grant
    if grant is None:
        return Failed(reasons=case.reasons, observations=case.observations)
    waives = listed(grant.waives) if grant.waives else "nothing"
    said = f"granted until {moment(grant.expires_at)} ({grant.id}); it can waive {waives}"
    return Passed(observations=(*case.observations, Observation(said)), until=grant.expires_at)
