"""The client on a mock that Prism makes of GitHub's own description: a fact or a clear Missing, never a crash.

Prism knows REST and no GraphQL, answers with the description's examples, and knows nothing of our run: so most facts
end as Missing. What is tested is that no answer that fits the description is more than the client can take.
"""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.github.forge import GitHub
from gate.adapters.forges.github.reference import Reference
from gate.app.context import Host
from gate.cli.main import run
from gate.domain import facts as f
from gate.domain.facts import Baseline, Deployment
from gate.domain.missing import REASONS, Missing
from gate.domain.ports import FactMissing
from gate.policy.places import PLACES

pytestmark = pytest.mark.contract

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
SHA, OTHER = "6dcb09b5b57875f334f61aebed695e2e4193db5e", "7fd1a60b01f91b314f59955a4e4d4e80d8edf11d"
BASELINE = Baseline(
    environment="production", history=(Deployment(id="1", revision=OTHER, at=NOW, run_id="5000"),)
)
QUESTIONS: dict[str, Callable[[GitHub], object]] = {
    "policy_file": lambda forge: forge.policy_file(PLACES),
    "run": GitHub.run,
    "baseline": GitHub.baseline,
    "revision": lambda forge: forge.revision("main"),
    "change": lambda forge: forge.change(BASELINE, "main"),
    "first change": lambda forge: forge.change(Baseline(environment="production"), "main"),
    "checks": GitHub.checks,
    "deployment_approvals": GitHub.deployment_approvals,
    "team": lambda forge: forge.team("acme/security"),
    "prior_decision": lambda forge: forge.prior_decision(BASELINE),
}


def forge_at(url: str) -> GitHub:
    asked = Reference(
        repository="octocat/Hello-World",
        environment="production",
        revision=SHA,
        run_id="30433642",
        attempt=1,
        ref="refs/heads/main",
        event="push",
    )
    recorder = Recorder(lambda: NOW)
    return GitHub(
        asked,
        api_url=url,
        token="t",
        recorder=recorder,
        deadline=Deadline(60),
        pause=lambda _: None,
    )


def test_the_mock_answers_with_the_shapes_of_the_description(prism: str) -> None:
    answer = requests.get(f"{prism}/repos/acme/app/commits/main/check-runs", timeout=20)
    assert answer.status_code == 200
    assert "check_runs" in answer.json()


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_ends_in_a_fact_or_a_clear_missing(prism: str, name: str) -> None:
    found = ended(lambda: QUESTIONS[name](forge_at(prism)))
    if isinstance(found, Missing):
        assert found.reason_code in REASONS
        assert found.detail
        assert found.source.startswith("GitHub")
    else:
        assert isinstance(found, f.Fact | tuple)


def ended(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except FactMissing as gap:
        return gap.missing


def test_a_whole_check_ends_in_a_verdict(prism: str, tmp_path: Path) -> None:
    environ = {
        "GITHUB_API_URL": prism,
        "GITHUB_REPOSITORY": "octocat/Hello-World",
        "GITHUB_RUN_ID": "30433642",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_SHA": SHA,
        "GITHUB_TOKEN": "t",
    }
    out = io.StringIO()
    host = Host(environ=environ, clock=lambda: NOW, out=out)
    folder = tmp_path / "evidence"
    code = run(["check", "--environment", "production", "--evidence", str(folder)], host)
    assert code == 4, out.getvalue()
    assert "== Undecided" in out.getvalue()
    assert (folder / "decision.json").exists()
