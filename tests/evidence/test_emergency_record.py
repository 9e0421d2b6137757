import json
from dataclasses import replace
from typing import Any

import pytest

from gate.domain.emergency_record import EmergencyRecord, records_of
from gate.errors import EvidenceInvalid
from gate.evidence.canonical import digest
from gate.evidence.decision_json import decision_json
from gate.evidence.emergency_record import read_records
from gate.evidence.sweep_json import SWEEP
from tests import builders as b
from tests.domain.test_emergency_record import emergency
from tests.evidence.sweeps import sweep
from tests.render.decisions import decision

URL = "https://github.com/acme/app/actions/runs/7001/artifacts/1"


def written(**changes: Any) -> bytes:
    return decision_json(emergency(**changes), facts_digest="sha256:0", gate_version="1")


def read(content: bytes, run_id: str = "7001") -> tuple[EmergencyRecord, ...]:
    return read_records(content, run_id=run_id, url=URL)


def altered(content: bytes, *path: str | int, to: object) -> bytes:
    value = json.loads(content)
    inner = value
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = to
    return json.dumps(value).encode()


def test_evidence_tells_what_the_decision_told() -> None:
    (record,) = records_of(emergency())
    known = replace(record, evidence_url=URL, decision_digest=digest(written()))
    assert read(written()) == (known,)


def test_a_decision_that_owes_nothing_tells_of_nothing() -> None:
    content = decision_json(decision(), facts_digest="sha256:0", gate_version="1")
    assert read(content) == ()


def test_evidence_of_another_run_is_refused() -> None:
    with pytest.raises(EvidenceInvalid, match="does not fit this run"):
        read(written(), run_id="7002")


@pytest.mark.parametrize(
    "content",
    [
        altered(written(), "obligations", 0, "id", to="000000000000"),
        altered(written(), "run", "revision", to=b.sha("other")),
        altered(written(), "run", "revision", to="main"),
        altered(written(), "run", "attempt", to=2),
        altered(written(), "obligations", 0, "due_at", to="2020-01-01T00:00:00Z"),
        altered(written(), "obligations", 0, "not_by", to=["a,b"]),
        altered(written(), "schema_version", to=2),
        altered(written(), "obligations", to=None),
        b"{}",
        b"[]",
        b"not json",
    ],
)
def test_evidence_that_the_gate_did_not_write_is_refused(content: bytes) -> None:
    with pytest.raises(EvidenceInvalid):
        read(content)


def test_a_sweep_that_lies_in_the_place_of_a_decision_is_refused() -> None:
    with pytest.raises(EvidenceInvalid, match="is not what the gate writes"):
        read(sweep().files[SWEEP], run_id="7100")
