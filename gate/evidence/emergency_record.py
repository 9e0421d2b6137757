"""The reviews that an earlier release owes, from the evidence of its run: believed only when it fits that run."""

from __future__ import annotations

from dataclasses import replace

from gate.domain.emergency_record import EmergencyRecord
from gate.domain.follow_up_marker import marker_fields, read_marker
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import DECISION
from gate.evidence.canonical import digest, loads
from gate.evidence.decision_json import SCHEMA_VERSION
from gate.evidence.emergency_json import records


def read_records(content: bytes, *, run_id: str, url: str) -> tuple[EmergencyRecord, ...]:
    """What the decision.json of run `run_id` says that its release owes; nothing for most decisions.

    `url` is where people find that evidence. EvidenceInvalid when it is not what the gate writes, or of another run.
    """
    match loads(content, name=DECISION):
        case {"schema_version": int(version)} if version == SCHEMA_VERSION:
            found = records(content)
        case _:
            raise EvidenceInvalid(
                f"{DECISION} of run {run_id} has another form than version {SCHEMA_VERSION}.",
                hint="Sweep with the version of the gate that wrote it; it names that itself.",
            )
    for record in found:
        _check(record, run_id)
    return tuple(
        replace(record, evidence_url=url, decision_digest=digest(content)) for record in found
    )


def _check(record: EmergencyRecord, run_id: str) -> None:
    marker = record.marker
    fits = marker.is_notice or marker.run_id == run_id
    if fits and read_marker(marker_fields(marker)) == marker:
        return
    raise EvidenceInvalid(
        f"{DECISION} of run {run_id} says that release {marker.id} owes a review, which does not fit this run.",
        hint="Somebody altered it, or put it into another run. What the run itself logged says what it decided.",
    )
