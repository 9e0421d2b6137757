from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from gate.adapters.forges.gitlab import stored
from gate.domain.facts import Baseline, Deployment, PriorDecision
from tests.adapters.forges.gitlab.canned import HOME, M0, M1, WEB, Raw, gitlab, job
from tests.adapters.forges.gitlab.gaps import code_of

JOBS = f"{HOME}/pipelines/5000/jobs"


def evidence(number: int) -> str:
    return f"{HOME}/jobs/{number}/artifacts/change-gate-evidence/deploy-gate/evidence/decision.json"


def gate_job(number: int = 50001, name: str = "deploy-gate", **more: Any) -> dict[str, Any]:
    return job(number, name, **{"pipeline": {"id": 5000}, **more})


def decided(
    verdict: str = "allow", revision: str = M1, environment: str = "production", run: str = "5000"
) -> dict[str, Any]:
    return {
        "verdict": verdict,
        "run": {"id": run, "revision": revision, "environment": environment},
    }


def past(revision: str = M1, run_id: str = "5000") -> Baseline:
    at = datetime(2026, 11, 15, tzinfo=UTC)
    made = Deployment(id="1", revision=revision, at=at, run_id=run_id)
    return Baseline(environment="production", history=(made,))


def ask(changes: dict[str, Any], baseline: Baseline | None = None) -> PriorDecision:
    with gitlab({JOBS: [gate_job()], **changes}, read="") as (asked, _):
        return asked.prior_decision(baseline or past())


def test_the_decision_of_the_job_that_let_it_pass() -> None:
    found = ask({evidence(50001): decided()})
    assert found == PriorDecision(
        verdict="allow",
        revision=M1,
        environment="production",
        run_id="5000",
        url=f"{WEB}/-/jobs/50001/artifacts/browse/change-gate-evidence/deploy-gate/evidence",
    )


def test_the_newest_job_of_the_gate_counts() -> None:
    jobs = [gate_job(50001), gate_job(50009)]
    found = ask({JOBS: jobs, evidence(50001): decided("allow"), evidence(50009): decided("block")})
    assert found.verdict == "block"


@pytest.mark.parametrize(
    "odd", [{"name": "other-job"}, {"status": "failed"}, {"status": "running"}]
)
def test_other_jobs_prove_nothing_whatever_they_left(odd: dict[str, Any]) -> None:
    assert ask({JOBS: [gate_job(**odd)], evidence(50001): decided()}) == PriorDecision()


@pytest.mark.parametrize(
    "baseline", [past(M0), past(run_id=""), Baseline(environment="production")]
)
def test_a_revision_of_which_no_pipeline_is_known_has_no_decision(baseline: Baseline) -> None:
    assert ask({evidence(50001): decided()}, baseline) == PriorDecision()


def test_without_the_component_it_lies_where_the_gate_puts_it() -> None:
    path = f"{HOME}/jobs/50001/artifacts/change-gate-evidence/5000-50001/decision.json"
    found = ask({path: decided()})
    assert found.url == f"{WEB}/-/jobs/50001/artifacts/browse/change-gate-evidence/5000-50001"


def test_evidence_that_is_gone_is_none() -> None:
    assert ask({}) == PriorDecision()


@pytest.mark.parametrize("other", [decided(environment="staging"), decided(revision=M0)])
def test_a_decision_about_something_else_is_passed_over(other: Any) -> None:
    jobs = [gate_job(50001), gate_job(50009)]
    assert ask({JOBS: jobs, evidence(50009): other, evidence(50001): decided()}).verdict == "allow"
    assert ask({evidence(50001): other}) == PriorDecision()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Raw(200, b"{", kind="application/json"), "unreadable"),
        (Raw(200, b"\xff", kind="text/plain"), "unreadable"),
        (Raw(200, b'{"verdict": "allow", "verdict": "block"}'), "unreadable"),
        ({"verdict": "allow"}, "unreadable"),
        (decided(run="4999"), "wrong-object"),
        (Raw(403, {"message": "403 Forbidden"}), "not-permitted"),
    ],
)
def test_evidence_that_cannot_be_believed_is_a_gap(answer: Any, code: str) -> None:
    assert code_of(lambda: ask({evidence(50001): answer})) == code


def test_evidence_of_any_content_type_is_read() -> None:
    answer = Raw(200, json.dumps(decided()).encode(), kind="application/octet-stream")
    assert ask({evidence(50001): answer}).verdict == "allow"


def test_evidence_larger_than_any_decision_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "LARGEST", 10)
    assert code_of(lambda: ask({evidence(50001): decided()})) == "too-large"
