"""One `gate recheck` from the outside."""

from __future__ import annotations

from pathlib import Path

from gate.app import wiring
from gate.app.context import Host
from gate.app.recheck import recheck
from gate.app.request import Request
from gate.render.escape import log

BLOCKED = 10
_ADVICE = "Run the check again, in this attempt of this run, then deploy at once."


def recheck_deploy(host: Host, request: Request, evidence: Path, *, digest: str) -> int:
    """Return 0 when the decision still holds, 10 when it does not. EvidenceInvalid for a bundle that is not whole."""
    pipeline = wiring.pipeline(host, request)
    deploy = pipeline.deploy(request.environment)
    found = recheck(wiring.read_evidence(evidence), deploy, host.clock(), expected=digest)
    if not found.objections:
        host.out.write(f"The decision still holds, until {log(found.valid_until)}.\n")
        return 0
    text = "; ".join(found.objections)
    if found.observing:
        host.out.write(f"Observe mode: the deploy goes on, although {log(text)}.\n")
        return 0
    host.out.write(
        f"\n== Blocked: the decision does not hold for this deploy ==\n   {log(text)}.\n   {_ADVICE}\n"
    )
    if pipeline.is_running:
        pipeline.tell_objection(f"{text}. {_ADVICE}")
    return BLOCKED
