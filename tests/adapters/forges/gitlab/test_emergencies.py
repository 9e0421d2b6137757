from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from gate.domain.ports import StoredDecision
from tests.adapters.forges.gitlab.canned import HOME, WEB, gitlab
from tests.adapters.forges.gitlab.gaps import code_of
from tests.adapters.forges.gitlab.test_prior import JOBS, decided, evidence, gate_job

PIPELINES = f"{HOME}/pipelines"
SINCE = datetime(2026, 11, 1, 8, tzinfo=UTC)
FILES = [{"file_type": "archive"}]


def pipeline(number: int) -> dict[str, Any]:
    return {"id": number, "project_id": 4242}


def ask(changes: dict[str, Any]) -> tuple[StoredDecision, ...]:
    with gitlab({PIPELINES: [pipeline(5000)], **changes}) as (asked, _):
        return asked.emergency_decisions(SINCE)


@pytest.mark.parametrize("status", ["success", "failed", "canceled"])
def test_decisions_of_pipelines_started_by_hand_are_found(status: str) -> None:
    job = gate_job(status=status, artifacts=FILES)
    assert ask({JOBS: [job], evidence(50001): decided()}) == (
        StoredDecision(
            content=json.dumps(decided()).encode(),
            run_id="5000",
            url=f"{WEB}/-/jobs/50001/artifacts/browse/change-gate-evidence/deploy-gate/evidence",
        ),
    )


def test_pipelines_that_deployed_are_looked_into_however_they_were_started() -> None:
    job = gate_job(status="success", artifacts=FILES)
    table = {PIPELINES: [], JOBS: [job], evidence(50001): decided()}
    with gitlab(table) as (asked, _):
        assert asked.emergency_decisions(SINCE) == ()
        (found,) = asked.emergency_decisions(SINCE, ["5000"])
    assert found.run_id == "5000"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "build", "artifacts": FILES},
        {"status": "running", "artifacts": FILES},
        {"artifacts": []},
        {"artifacts": [{"file_type": "trace"}]},
    ],
)
def test_jobs_that_are_not_the_gates_or_left_nothing_are_passed_over(changes: Any) -> None:
    assert ask({JOBS: [gate_job(**changes)]}) == ()


def test_a_job_without_evidence_has_no_decision() -> None:
    assert ask({JOBS: [gate_job(artifacts=FILES)]}) == ()


def test_evidence_that_cannot_be_believed_is_a_gap() -> None:
    changes = {JOBS: [gate_job(artifacts=FILES)], evidence(50001): decided(run="4999")}
    assert code_of(lambda: ask(changes)) == "wrong-object"
