"""One `gate recheck` from the outside."""

from __future__ import annotations

from pathlib import Path

from gate.app import wiring
from gate.app.context import Host
from gate.app.recheck import Deploy, recheck
from gate.render.annotations import error_line
from gate.render.escape import log

BLOCKED = 10


def recheck_deploy(
    host: Host, evidence: Path, *, digest: str, environment: str, revision: str
) -> int:
    """Return 0 when the decision still holds, 10 when it does not. EvidenceInvalid for a bundle that is not whole."""
    context = wiring.read_context(host.environ, revision=revision)
    deploy = Deploy(
        repository=context.repository,
        environment=environment,
        revision=context.revision,
        run_id=context.run_id,
        attempt=context.attempt,
    )
    found = recheck(wiring.read_evidence(evidence), deploy, host.clock(), expected=digest)
    if not found.objections:
        host.out.write(f"The decision still holds, until {log(found.valid_until)}.\n")
        return 0
    text = "; ".join(found.objections)
    advice = "Run the check again, in this attempt of this run, then deploy at once."
    if found.observing:
        host.out.write(f"Observe mode: the deploy goes on, although {log(text)}.\n")
        return 0
    host.out.write(
        f"\n== Blocked: the decision does not hold for this deploy ==\n   {log(text)}.\n   {advice}\n"
    )
    if wiring.running_in_ci(host.environ):
        host.out.write(f"{error_line(f'{text}. {advice}')}\n")
    return BLOCKED
