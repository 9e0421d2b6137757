"""The Action itself, in a real runner: what goes in, what comes out, and what stops the deploy."""

import json
from pathlib import Path

import pytest

from tests.e2e import stand_in
from tests.e2e.runner import HERE, Deploy, Run, checkout, run

pytestmark = pytest.mark.e2e

OUTPUTS = {
    *("verdict", "reason-codes", "change-type", "risk", "release-class"),
    *("emergency", "deploy-from", "review-due", "follow-up"),
    *("evidence-path", "evidence-digest", "evidence-artifact", "evidence-kept-until"),
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
    assert played.outputs["evidence-kept-until"] == (
        "--forge github --artifact-id 11 --artifact-name change-gate-evidence-4711-1-production "
        f"--artifact-digest {5:064}"
    )


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
    assert {path.name for path in evidence.iterdir()} == {"decision.json", ".hidden", "record.json"}


def test_evidence_that_an_archive_did_not_take_outlives_the_runner(tmp_path: Path) -> None:
    played = _play(tmp_path, 5)

    assert (played.check_exit, played.outcome, played.deployed) == (5, "failure", False)
    assert (played.outputs["evidence-path"], played.outputs["evidence-kept-until"]) == ("", "")
    [evidence] = played.artifacts.values()
    assert [path.name for path in evidence.iterdir()] == ["record.json"]


@pytest.mark.parametrize("exit_code", [1, 2, 3])
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
    assert played.outputs["evidence-kept-until"] == ""
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
        "CHANGE_GATE_ARCHIVE_TOKEN": "",
        "CHANGE_GATE_ARTIFACT_DAYS": "",
        "CHANGE_GATE_ATTEST": "false",
        "CHANGE_GATE_BREAK_GLASS": "",
        "CHANGE_GATE_ENVIRONMENT": "eu/production",
        "CHANGE_GATE_EVIDENCE": played.outputs["evidence-path"],
        "CHANGE_GATE_INCIDENT": "",
        "CHANGE_GATE_JIRA_EMAIL": "",
        "CHANGE_GATE_JIRA_TOKEN": "jira-canary",
        "CHANGE_GATE_JIRA_URL": "https://acme.example",
        "CHANGE_GATE_NOTE": "false",
        "CHANGE_GATE_PAGER_EMAIL": "",
        "CHANGE_GATE_PAGER_TOKEN": "",
        "CHANGE_GATE_PUBLIC_LOG": "false",
        "CHANGE_GATE_REASON": "",
        "CHANGE_GATE_REVISION": "5" * 40,
        "CHANGE_GATE_SIGN": "",
        "CHANGE_GATE_SIGNING_KEY": "",
        "CHANGE_GATE_SERVICE": "web api",
        "CHANGE_GATE_TICKET": "SHOP-7",
        "CHANGE_GATE_TRACKER_TOKEN": "",
        "CHANGE_GATE_TEAM_TOKEN": "",
        "CHANGE_GATE_UPLOAD": "true",
        "CHANGE_GATE_WEBHOOK_URL": "",
    }
    assert seen["environment"]["GITHUB_TOKEN"] == "token-of-the-job"
    assert seen["environment"]["GITHUB_SHA"] == "5" * 40
    workspace = seen["environment"]["GITHUB_WORKSPACE"]
    assert seen["folder"] == seen["environment"]["RUNNER_TEMP"]
    assert not [
        entry for entry in seen["path"] if entry.startswith(workspace) or "site-packages" in entry
    ]
    assert "jira-canary" not in played.log


def test_a_sweep_that_finds_something_overdue_fails_and_tells_its_numbers(tmp_path: Path) -> None:
    action = checkout(tmp_path / "action", HERE / "stand_in.py")
    deploy = Deploy(
        event="schedule",
        workflow="follow-up.yml",
        variables={"JIRA_URL": "https://acme.example"},
        secrets={"JIRA_TOKEN": "jira-canary", "WEBHOOK_URL": "https://hooks.example/canary"},
        environment={"STAND_IN_EXIT": "7"},
    )

    played = run(action, tmp_path / "run", deploy)

    assert (played.exit_code, played.check_exit, played.outcome) == (1, 7, "failure"), played.log
    assert played.intruders == ()
    # act tells the summary of a composite action's last step twice when that step fails.
    assert set(played.summary.splitlines()) == {"# follow-up"}
    assert played.outputs["overdue"] == "2"
    seen = json.loads(played.outputs["owed"])
    assert not Path(seen.pop("CHANGE_GATE_EVIDENCE")).is_relative_to(tmp_path / "run/repository")
    assert seen == {
        "CHANGE_GATE_ARCHIVE_TOKEN": "",
        "CHANGE_GATE_ATTEST": "false",
        "CHANGE_GATE_DAYS": "30",
        "CHANGE_GATE_ENVIRONMENT": "production",
        "CHANGE_GATE_JIRA_EMAIL": "",
        "CHANGE_GATE_JIRA_TOKEN": "jira-canary",
        "CHANGE_GATE_JIRA_URL": "https://acme.example",
        "CHANGE_GATE_PAGER_EMAIL": "",
        "CHANGE_GATE_PAGER_TOKEN": "",
        "CHANGE_GATE_PUBLIC_LOG": "false",
        "CHANGE_GATE_SIGN": "",
        "CHANGE_GATE_SIGNING_KEY": "",
        "CHANGE_GATE_TEAM_TOKEN": "",
        "CHANGE_GATE_TRACKER_TOKEN": "",
        "CHANGE_GATE_WEBHOOK_URL": "https://hooks.example/canary",
    }
    assert "canary" not in played.log.replace("***", "")
