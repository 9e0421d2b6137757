"""Ask the forge until when it keeps the evidence of a run, once the run left it there."""

from __future__ import annotations

from gate.app.pipeline import Pipeline, Upload
from gate.domain.ports import FactMissing
from gate.domain.retention import ARTIFACT, KeptPlace
from gate.evidence.bundle import DECISION, Bundle, decision_in
from gate.evidence.canonical import loads


def upload_of(bundle: Bundle, *, name: str = "", number: str = "", sha256: str = "") -> Upload:
    """Where the run of this decision put its evidence; without a `name`, in the artifact of its own job.

    EvidenceInvalid when it is not the evidence of a decision.
    """
    match loads(decision_in(bundle), name=DECISION):
        case {"run": {"id": str(run_id), "workflow": str(job)}}:
            return Upload(run_id=run_id, name=name or job, number=number, sha256=sha256)
        case _:
            return Upload(run_id="", name=name, number=number, sha256=sha256)


def kept_artifact(pipeline: Pipeline, upload: Upload) -> KeptPlace:
    """What the forge says; also when it does not say."""
    try:
        return pipeline.kept_artifact(upload)
    except FactMissing as gap:
        return KeptPlace(place=ARTIFACT, missing=gap.missing)
