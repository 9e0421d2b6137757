from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from gate.domain.ports import StoredDecision
from tests.adapters.forges.github.canned import HOME, Raw
from tests.adapters.forges.github.conftest import Making
from tests.adapters.forges.github.gaps import code_of
from tests.adapters.forges.github.test_prior import LIST, artifact, evidence, listing, zip_of

RUNS = f"GET {HOME}/actions/runs"
SINCE = datetime(2026, 11, 1, 8, tzinfo=UTC)
NAME = "change-gate-evidence-5000-1-production-break-glass"


def content_of(packed: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        return opened.read("decision.json")


def runs(*numbers: int, total: int | None = None) -> dict[str, Any]:
    listed = [{"id": number} for number in numbers]
    return {"total_count": len(numbers) if total is None else total, "workflow_runs": listed}


def test_decisions_of_runs_started_by_hand_are_found(github: Making) -> None:
    content = evidence()
    table = {
        RUNS: runs(5000),
        LIST: listing(artifact(1, name=NAME), artifact(2)),
        zip_of(1): Raw(200, content, {}),
    }
    forge, transport = github(table)
    assert forge.emergency_decisions(SINCE) == (
        StoredDecision(
            content=content_of(content),
            run_id="5000",
            url="https://github.com/acme/app/actions/runs/5000/artifacts/1",
        ),
    )
    parameters = next(asked.parameters for asked in transport.asked if asked.path == RUNS)
    assert parameters["event"] == "workflow_dispatch"
    assert parameters["created"] == ">=2026-11-01T08:00:00Z"


def test_evidence_under_a_name_of_the_workflows_own_is_found_as_well(github: Making) -> None:
    table = {
        RUNS: runs(5000),
        LIST: listing(artifact(1, name="audit-trail-break-glass"), artifact(2, name="coverage")),
        zip_of(1): Raw(200, evidence(), {}),
    }
    (found,) = github(table)[0].emergency_decisions(SINCE)
    assert found.run_id == "5000"


def test_releases_in_compensating_mode_are_found_in_every_run_that_deployed(github: Making) -> None:
    """Whoever started it. Of regular releases nothing is downloaded."""
    announced = artifact(1, name="change-gate-evidence-5000-1-production-compensating")
    table = {
        RUNS: runs(),
        LIST: listing(announced, artifact(2), artifact(3, name=NAME)),
        zip_of(1): Raw(200, evidence(), {}),
    }
    forge, transport = github(table)
    (found,) = forge.emergency_decisions(SINCE, ["5000"])
    assert found.run_id == "5000"
    assert not {zip_of(2), zip_of(3)} & {asked.path for asked in transport.asked}
    by_hand, asked = github({**table, RUNS: runs(5000), zip_of(3): Raw(200, evidence(), {})})
    assert len(by_hand.emergency_decisions(SINCE, ["5000"])) == 2
    assert [one.path for one in asked.asked].count(LIST) == 1


def test_the_decision_of_another_run_is_none_of_this_one(github: Making) -> None:
    table = {
        RUNS: runs(5000),
        LIST: listing(artifact(1, name=NAME)),
        zip_of(1): Raw(200, evidence(run={"id": "4999"}), {}),
    }
    assert github(table)[0].emergency_decisions(SINCE) == ()


def test_without_runs_by_hand_there_are_none(github: Making) -> None:
    assert github({RUNS: runs()})[0].emergency_decisions(SINCE) == ()


def test_evidence_of_an_emergency_that_is_gone_is_a_gap(github: Making) -> None:
    forge, _ = github({RUNS: runs(5000), LIST: listing(artifact(1, name=NAME, expired=True))})
    assert code_of(lambda: forge.emergency_decisions(SINCE)) == "not-found"


def test_more_runs_than_github_lists_are_a_gap(github: Making) -> None:
    def page(asked: Mapping[str, Any]) -> dict[str, Any]:
        first = (asked["page"] - 1) * 100 + 1
        return runs(*range(first, min(first + 100, 1002)), total=1001)

    forge, _ = github({RUNS: page})
    assert code_of(lambda: forge.emergency_decisions(SINCE)) == "too-large"


@pytest.mark.parametrize(
    "broken", [{"workflow_runs": []}, {"total_count": 1, "workflow_runs": [{}]}]
)
def test_a_list_that_github_does_not_write_is_a_gap(github: Making, broken: Any) -> None:
    forge, _ = github({RUNS: broken})
    assert code_of(lambda: forge.emergency_decisions(SINCE)) == "unreadable"
