"""The Action itself, in a real runner: what goes in, what comes out, and what stops the deploy."""

import json
from pathlib import Path

import pytest

from tests.e2e import stand_in
from tests.e2e.runner import HERE, Deploy, Run, checkout, run

pytestmark = pytest.mark.e2e

OUTPUTS = {
    *("verdict", "reason-codes", "change-type", "risk"),
    *("evidence-path", "evidence-digest", "evidence-artifact"),
}


def _play(folder: Path, exit_code: int, **variables: str) -> Run:
    action = checkout(folder / "action", HERE / "stand_in.py")
    deploy = Deploy(
        variables={"JIRA_URL": "https://acme.example", **variables},
        secrets={"JIRA_TOKEN": "jira-canary"},
        environment={"STAND_IN_EXIT": str(exit_code)},
    )
    return run(action, folder / "run", deploy)


def test_an_allowed_check_lets_the_deploy_go_on(tmp_path: Path) -> None:
    played = _play(tmp_path, 0)

    assert (played.exit_code, played.check_exit, played.outcome, played.deployed) == (
        0,
        0,
        "success",
        True,
    ), played.log
    assert played.summary == "# allow\n"
    assert played.outputs["verdict"] == "allow"
    assert played.outputs["evidence-digest"] == stand_in.DIGEST
    assert set(played.outputs) == OUTPUTS


def test_nothing_of_the_repository_runs_inside_the_gate(tmp_path: Path) -> None:
    played = _play(tmp_path, 0)

    assert [Path(name).name for name in played.intruders] == ["python3"], played.log


@pytest.mark.parametrize(("exit_code", "verdict"), [(10, "block"), (4, "undecided")])
def test_what_is_not_allowed_stops_the_deploy_and_leaves_evidence(
    tmp_path: Path, exit_code: int, verdict: str
) -> None:
    played = _play(tmp_path, exit_code)

    assert (played.exit_code, played.check_exit, played.outcome, played.deployed) == (
        1,
        exit_code,
        "failure",
        False,
    )
    assert played.outputs["verdict"] == verdict
    assert played.summary == f"# {verdict}\n"
    [evidence] = played.artifacts.values()
    assert {path.name for path in evidence.iterdir()} == {"decision.json", ".hidden"}


@pytest.mark.parametrize("exit_code", [1, 2, 3, 5])
def test_a_check_without_a_decision_stops_the_deploy_and_uploads_nothing(
    tmp_path: Path, exit_code: int
) -> None:
    played = _play(tmp_path, exit_code)

    assert (played.exit_code, played.check_exit, played.outcome, played.deployed) == (
        1,
        exit_code,
        "failure",
        False,
    )
    assert played.outputs["verdict"] == ""
    assert played.artifacts == {}


def test_the_gate_is_told_the_inputs_and_nothing_of_the_repository_reaches_it(
    tmp_path: Path,
) -> None:
    played = _play(tmp_path, 0, ENVIRONMENT="eu/production", SERVICE="web api", TICKET="SHOP-7")

    name = "change-gate-evidence-4711-1-eu-production-web-api"
    assert played.outputs["evidence-artifact"] == name, played.log
    seen = json.loads((played.artifacts[name] / "decision.json").read_text(encoding="utf-8"))
    given = {
        key: value for key, value in seen["environment"].items() if key.startswith("CHANGE_GATE_")
    }
    assert given == {
        "CHANGE_GATE_ENVIRONMENT": "eu/production",
        "CHANGE_GATE_EVIDENCE": played.outputs["evidence-path"],
        "CHANGE_GATE_JIRA_EMAIL": "",
        "CHANGE_GATE_JIRA_TOKEN": "jira-canary",
        "CHANGE_GATE_JIRA_URL": "https://acme.example",
        "CHANGE_GATE_REVISION": "5" * 40,
        "CHANGE_GATE_SERVICE": "web api",
        "CHANGE_GATE_TICKET": "SHOP-7",
        "CHANGE_GATE_TRACKER_TOKEN": "",
        "CHANGE_GATE_TEAM_TOKEN": "",
    }
    assert seen["environment"]["GITHUB_TOKEN"] == "token-of-the-job"
    assert seen["environment"]["GITHUB_SHA"] == "5" * 40
    workspace = seen["environment"]["GITHUB_WORKSPACE"]
    assert seen["folder"] == seen["environment"]["RUNNER_TEMP"]
    assert not [
        entry for entry in seen["path"] if entry.startswith(workspace) or "site-packages" in entry
    ]
    assert "jira-canary" not in played.log
