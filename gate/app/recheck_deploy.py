"""One `gate recheck` from the outside."""

from __future__ import annotations

from pathlib import Path

from gate.app import wiring
from gate.app.ask_kept import kept_artifact, upload_of
from gate.app.context import Host
from gate.app.pipeline import Pipeline
from gate.app.recheck import Deploy, recheck
from gate.app.request import Request
from gate.domain.ports import FactMissing
from gate.errors import FactsUnavailable
from gate.evidence.bundle import Bundle
from gate.render.escape import log

BLOCKED = 10


def recheck_deploy(host: Host, request: Request, evidence: Path, *, digest: str) -> int:
    """Return 0 when the decision still holds, 10 when it does not.

    EvidenceInvalid for a bundle that is not whole; FactsUnavailable when nobody can say what is about to be deployed.
    """
    pipeline = wiring.pipeline(host, request)
    files = wiring.read_evidence(evidence)
    deploy = _asked(pipeline, request.environment)
    found = recheck(files, deploy, host.clock(), expected=digest)
    if not found.objections:
        host.out.write(f"The decision still holds, until {log(found.valid_until)}.\n")
        if pipeline.rechecks_artifact:
            upload = upload_of(Bundle(files=files))
            host.out.write(f"{log(kept_artifact(pipeline, upload).sentence)}\n")
        return 0
    text = "; ".join(objection.text for objection in found.objections)
    codes = ", ".join(f"recheck.{objection.code}" for objection in found.objections)
    if found.observing:
        host.out.write(f"Observe mode: the deploy goes on, although {log(text)}.\n")
        return 0
    host.out.write(
        f"\n== Blocked: the decision does not hold for this deploy ==\n   {log(text)}.\n   {pipeline.advice}\n"
        f"   Reason codes: {codes}\n"
    )
    if pipeline.is_running:
        pipeline.tell_objection(f"{text}. {pipeline.advice} ({codes})")
    return BLOCKED


def _asked(pipeline: Pipeline, environment: str) -> Deploy:
    try:
        return pipeline.deploy(environment)
    except FactMissing as gap:
        missing = gap.missing
        raise FactsUnavailable(
            f"What is about to be deployed, and by whom, is not known ({missing.source}): {missing.detail}. The "
            "decision may be for something else, so the deploy must not go on.",
            hint=f"{missing.remedy[:1].upper()}{missing.remedy[1:]}.",
        ) from gap
