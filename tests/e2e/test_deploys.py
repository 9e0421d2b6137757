"""Whole deploys: the Action as it is released, in a real runner, against the sandbox."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from gate.adapters.bundles.folder import read
from gate.evidence.bundle import verify
from gate.sandbox.here import here
from gate.sandbox.later import later, with_deployment, with_evidence
from gate.sandbox.runner import environ
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from tests.e2e.runner import HERE, Deploy, Run, checkout, run

pytestmark = pytest.mark.e2e

ALLOWED = HERE / "worlds/clean"
BLOCKED = HERE / "worlds/self-approved"
UNDECIDED = HERE / "worlds/no-checks-permission"
BROKEN_POLICY = HERE / "worlds/broken-policy"
TYPED = {
    "break-glass": "CHANGE_GATE_BREAK_GLASS",
    "reason": "CHANGE_GATE_REASON",
    "incident": "CHANGE_GATE_INCIDENT",
}
EMERGENCY = HERE / "worlds/emergency"


def _play(scenario: Path, folder: Path) -> Run:
    with Sandbox(partial(here, World.load(scenario))) as box:
        return _run(box, checkout(folder / "action"), folder / "run")


def _run(box: Sandbox, action: Path, folder: Path, workflow: str = "workflow.yml") -> Run:
    """Run a workflow as the run of the sandbox's world, as it is now."""
    world = box.world
    told = environ(world, box.url, folder)
    deploy = Deploy(
        repository=told["GITHUB_REPOSITORY"],
        revision=told["GITHUB_SHA"],
        event=told["GITHUB_EVENT_NAME"],
        actor=world.accounts[world.run.started_by].github,
        run_id=told["GITHUB_RUN_ID"],
        attempt=told["GITHUB_RUN_ATTEMPT"],
        api=told["GITHUB_API_URL"],
        variables={
            "ENVIRONMENT": told["CHANGE_GATE_ENVIRONMENT"],
            "JIRA_URL": told["CHANGE_GATE_JIRA_URL"],
            "JIRA_EMAIL": told["CHANGE_GATE_JIRA_EMAIL"],
            "PAGER_EMAIL": told.get("CHANGE_GATE_PAGER_EMAIL", ""),
        },
        secrets={
            "GITHUB_TOKEN": told["GITHUB_TOKEN"],
            "JIRA_TOKEN": told["CHANGE_GATE_JIRA_TOKEN"],
            "PAGER_TOKEN": told["CHANGE_GATE_PAGER_TOKEN"],
        },
        inputs={name: told[variable] for name, variable in TYPED.items() if variable in told},
        workflow=workflow,
    )
    played = run(action, folder, deploy)
    tokens = tuple(deploy.secrets.values())
    _assert_in_no_file(tokens, folder / "record")
    assert not [token for token in tokens if token in played.log]
    return played


def _assert_in_no_file(tokens: Iterable[str], folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files for token in tokens if token.encode() in path.read_bytes()]


def _assert_whole(evidence: Path) -> None:
    """Every file of the evidence is listed with its digest, and nothing else is there."""
    sums = (evidence / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in sums)}
    found = {
        str(path.relative_to(evidence)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in evidence.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert found == listed
    assert {"decision.json", "summary.md", "report.html", "policy.yml"} <= found.keys()


@pytest.mark.parametrize(
    ("scenario", "exit_code", "verdict"),
    [(ALLOWED, 0, "allow"), (BLOCKED, 10, "block"), (UNDECIDED, 4, "undecided")],
    ids=lambda value: value.name if isinstance(value, Path) else str(value),
)
def test_a_deploy_ends_as_the_verdict_says_and_leaves_evidence(
    tmp_path: Path, scenario: Path, exit_code: int, verdict: str
) -> None:
    played = _play(scenario, tmp_path)

    assert played.check_exit == exit_code, played.log
    assert played.outcome == ("success" if exit_code == 0 else "failure")
    assert played.deployed is (exit_code == 0), played.log
    assert played.outputs["verdict"] == verdict
    assert bool(json.loads(played.outputs["reason-codes"])) is (exit_code != 0)
    # Without `checks: read` nobody can say when a commit arrived, so the change itself is not known.
    assert played.outputs["change-type"] == ("" if verdict == "undecided" else "normal")
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", played.outputs["evidence-digest"])
    [(name, evidence)] = played.artifacts.items()
    assert name == played.outputs["evidence-artifact"]
    _assert_whole(evidence)
    decision = json.loads((evidence / "decision.json").read_text(encoding="utf-8"))
    assert decision["verdict"] == verdict
    kept = (evidence / "summary.md").read_text(encoding="utf-8").rstrip()
    assert played.summary.startswith(kept)
    assert played.outputs["evidence-digest"] in played.summary.removeprefix(kept)


def test_a_broken_policy_stops_the_deploy_and_names_the_place(tmp_path: Path) -> None:
    played = _play(BROKEN_POLICY, tmp_path)

    assert played.check_exit == 3, played.log
    assert (played.outcome, played.deployed) == ("failure", False)
    assert played.outputs["verdict"] == "undecided"
    assert json.loads(played.outputs["reason-codes"]) == ["gate.policy-invalid"]
    assert played.artifacts == {}
    assert "workflow.reviews" in played.log


def test_an_emergency_is_released_by_its_inputs_and_the_sweep_finds_what_it_owes(
    tmp_path: Path,
) -> None:
    action = checkout(tmp_path / "action")
    with Sandbox(partial(here, World.load(EMERGENCY))) as box:
        played = _run(box, action, tmp_path / "deploy")
        _assert_released(played)
        [(name, evidence)] = played.artifacts.items()
        assert name == "change-gate-evidence-7001-1-production-break-glass"
        _assert_whole(evidence)

        [key] = box.site.github.written.issues
        page = f"https://github.com/{key.replace('#', '/issues/')}"
        assert played.outputs["follow-up"] == page
        left = with_evidence(box.world, (evidence / "decision.json").read_bytes(), break_glass=True)
        started = replace(left.run, id=7002, event="schedule")
        box.go_on(later(with_deployment(left), datetime.now(UTC) - left.now, started))
        swept = _run(box, action, tmp_path / "sweep", "follow-up.yml")

    assert (swept.exit_code, swept.check_exit, swept.outcome) == (0, 0, "success"), swept.log
    assert (swept.outputs["owed"], swept.outputs["overdue"]) == ("1", "0")
    assert "1 review owed, none overdue" in swept.summary
    assert f"]({page})" in swept.summary, "the ticket that the deploy opened, and no second one"
    assert list(box.site.github.written.issues) == [key]
    [(name, evidence)] = swept.artifacts.items()
    assert name == "change-gate-follow-up-7002-1-production"
    assert verify(read(evidence)).record.verdict == "owed"


def _assert_released(played: Run) -> None:
    assert (played.check_exit, played.outcome) == (0, "success"), played.log
    assert played.deployed, "the recheck lets the same run, revision and attempt go on"
    told = played.outputs
    assert (told["verdict"], told["change-type"]) == ("allow", "emergency")
    assert (told["release-class"], told["emergency"]) == ("emergency", "granted")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["review-due"])
    assert "Released by break-glass" in played.log
