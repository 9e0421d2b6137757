"""Whole deploys: the component as it is released, in a real pipeline, against the sandbox."""

import base64
import hashlib
import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from gate.adapters.bundles.folder import read
from gate.evidence.bundle import verify
from gate.sandbox.gitlab_rest.clone import clone
from gate.sandbox.gitlab_rest.translate import load
from gate.sandbox.here import here
from gate.sandbox.later import later, with_deployment, with_evidence
from gate.sandbox.runner import gitlab_environ
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World, sha
from tests.e2e.gitlab import rig
from tests.e2e.gitlab.rig import Deploy, Run
from tests.e2e.gitlab.server import BELOW, GitLab, playing, serving

WORLDS = rig.ROOT / "tests/e2e/worlds"
FINDINGS = "Read every line of the fix; the full suite passed on this revision afterwards."
OWN_JOB = "GET /gitlab/api/v4/job"
KEYS = {
    *("VERDICT", "REASON_CODES", "CHANGE_TYPE", "RISK", "RELEASE_CLASS", "EMERGENCY"),
    *("DEPLOY_FROM", "REVIEW_DUE", "FOLLOW_UP", "EVIDENCE_PATH", "EVIDENCE_DIGEST"),
}

pytestmark = pytest.mark.e2e


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A GitLab's repositories with the component as released, and an image that has the same gate installed."""

    repositories: Path
    commit: str
    image: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A pipeline, and how often the sandbox was asked which job it is."""

    run: Run
    asked_for_job: int


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Released:
    """Published and installed once for all tests."""
    folder = tmp_path_factory.mktemp("gitlab")
    commit = rig.publish(folder, folder / "repositories")
    return Released(
        repositories=folder / "repositories",
        commit=commit,
        image={"command": str(rig.install(folder))},
    )


def _play(
    released: Released,
    scenario: str,
    folder: Path,
    *,
    fetched: bool = False,
    withheld: str = "",
    recheck_for: str = "",
    faults: Iterable[Mapping[str, Any]] = (),
) -> Played:
    """The pipeline of a world, in a clone of its repository; `withheld` is a token that is not there."""
    image = {} if fetched else released.image
    with serving(released.repositories) as gitlab:
        world = load(WORLDS / scenario, gitlab.url, over={"faults": list(faults)})
        world = _checked_out(world, folder / "run/shop", gitlab)
        deploy = _deploy(world, gitlab, withheld, image, recheck_for or world.environment)
        with playing(gitlab, world) as box:
            run = rig.play(folder / "run", gitlab, released.commit, deploy)
            asked = [request.path for request in box.requests].count("/gitlab/api/v4/job")
    _assert_no_token(deploy.variables, folder / "run", run)
    return Played(run=run, asked_for_job=asked)


def _checked_out(world: World, folder: Path, gitlab: GitLab) -> World:
    folder.mkdir(parents=True)
    found = clone(world, folder, gitlab.url)
    # gitlab-ci-local takes the name of the branch from there.
    branch = world.repository.default_branch
    subprocess.run(["git", "checkout", "--quiet", "-B", branch], cwd=folder, check=True)
    return found


def _deploy(
    world: World, gitlab: GitLab, withheld: str, image: Mapping[str, str], recheck_for: str
) -> Deploy:
    told = gitlab_environ(world, gitlab.url)
    shared = {**image, "gitlab-url": f"{gitlab.url}{BELOW}"}
    jira = {"jira-url": told["CHANGE_GATE_JIRA_URL"], "jira-email": told["CHANGE_GATE_JIRA_EMAIL"]}
    pager = {"pager-email": told.get("CHANGE_GATE_PAGER_EMAIL", "")}
    asked = {**shared, **jira, **pager, "environment": world.environment}
    # What is deployed is what is checked out, and the rest is for the inputs to say.
    unset = {withheld, "GITLAB_CI", "CI_COMMIT_SHA", "CHANGE_GATE_ENVIRONMENT"}
    return Deploy(
        inputs=asked,
        recheck_inputs={**shared, "environment": recheck_for},
        sweep_inputs={**asked, "gate-job": world.run.job},
        variables={name: value for name, value in told.items() if name not in unset},
    )


def test_an_emergency_is_released_by_variables_and_the_sweep_pays_its_debt(
    released: Released, tmp_path: Path
) -> None:
    with serving(released.repositories) as gitlab:
        world = here(load(WORLDS / "emergency", gitlab.url), gitlab.url)
        world = _checked_out(world, tmp_path / "run/shop", gitlab)
        with playing(gitlab, world) as box:
            run = _pipeline(released, box, gitlab, tmp_path / "run")
            told = _outputs(run)
            assert (run.ended["change-gate"], run.ended["deploy"]) == (0, 0), run.log
            assert (told["CHANGE_TYPE"], told["EMERGENCY"]) == ("emergency", "granted")
            assert "Released by break-glass" in run.log
            _assert_whole(run.artifacts / "evidence")

            decision = (run.artifacts / "evidence/decision.json").read_bytes()
            left = with_deployment(with_evidence(world, decision, break_glass=True))
            started = replace(left.run, id=7002, event="schedule")
            box.go_on(later(left, datetime.now(UTC) - left.now, started))
            [key] = box.site.gitlab.written.issues
            assert unquote(told["FOLLOW_UP"]).endswith(key.replace("#", "/-/issues/"))
            review = f"Reviewed: {sha(world.run.commit)}\nOutcome: confirmed\nFindings: {FINDINGS}"
            box.site.gitlab.written.say(key, "alice", review, box.clock())
            swept = _pipeline(released, box, gitlab, tmp_path / "run", "change-gate-follow-up")
            ticket = box.site.gitlab.written.issues[key]

    assert swept.ended == {"change-gate-follow-up": 0}, swept.log
    assert "No review is owed" in swept.log, swept.log
    assert verify(read(swept.swept)).record.verdict == "clear"
    assert ticket.state == "closed"


def _pipeline(released: Released, box: Sandbox, gitlab: GitLab, folder: Path, *jobs: str) -> Run:
    """One pipeline, as the run of the sandbox's world; `jobs` alone, if any are named."""
    deploy = _deploy(box.world, gitlab, "", released.image, box.world.environment)
    source = {"CI_PIPELINE_SOURCE": box.world.run.event}
    deploy = replace(deploy, jobs=jobs, variables={**deploy.variables, **source})
    run = rig.play(folder, gitlab, released.commit, deploy)
    _assert_no_token(deploy.variables, folder, run)
    return run


def _assert_no_token(variables: Mapping[str, str], folder: Path, run: Run) -> None:
    """Neither what jobs left nor what they said holds a token, however it is written."""
    tokens = [value for name, value in variables.items() if name.endswith("_TOKEN")]
    pair = f"{variables['CHANGE_GATE_JIRA_EMAIL']}:sandbox-jira-token"
    tokens += [base64.b64encode(pair.encode()).decode(), "sandbox-jira-token"]
    files = [path for path in folder.rglob("*/artifacts/**/*") if path.is_file()]
    assert files
    assert not [path for path in files for token in tokens if token.encode() in path.read_bytes()]
    assert not [token for token in tokens if token in run.log]


def _outputs(run: Run) -> dict[str, str]:
    lines = run.report("outputs.env").splitlines()
    found = dict(line.split("=", 1) for line in lines)
    assert all(re.fullmatch(r"GATE_[A-Z_]+", name) for name in found)
    return {name.removeprefix("GATE_"): value for name, value in found.items()}


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
    ("scenario", "withheld", "exit_code", "verdict"),
    [
        ("clean", "", 0, "allow"),
        ("self-approved", "", 10, "block"),
        ("clean", "CHANGE_GATE_JIRA_TOKEN", 4, "undecided"),
    ],
)
def test_a_deploy_ends_as_the_verdict_says_and_leaves_evidence(
    released: Released,
    tmp_path: Path,
    scenario: str,
    withheld: str,
    exit_code: int,
    verdict: str,
) -> None:
    fetched = verdict == "allow"  # as released, in both jobs; the others run in the image
    played = _play(released, scenario, tmp_path, fetched=fetched, withheld=withheld)
    run = played.run

    assert run.ended["change-gate"] == exit_code, run.log
    assert run.ended.get("deploy") == (0 if exit_code == 0 else None)
    assert run.deployed == ("allow\n" if exit_code == 0 else None), run.log
    assert played.asked_for_job == (2 if exit_code == 0 else 1), "by the check, and by the recheck"
    told = _outputs(run)
    assert told.keys() == KEYS
    assert (told["VERDICT"], told["CHANGE_TYPE"]) == (verdict, "normal")
    assert bool(told["REASON_CODES"]) is (exit_code != 0)
    evidence = run.artifacts / "evidence"
    record = (evidence / "record.json").read_bytes()
    assert told["EVIDENCE_DIGEST"] == f"sha256:{hashlib.sha256(record).hexdigest()}"
    _assert_whole(evidence)
    decision = json.loads(run.report("evidence/decision.json"))
    assert decision["verdict"] == verdict
    assert told["REASON_CODES"] == ",".join(decision["reason_codes"])
    _assert_reported(run, decision)


def _assert_reported(run: Run, decision: Mapping[str, Any]) -> None:
    """One test case to each control, and those that stand against the deploy have failed."""
    cases = ElementTree.fromstring(run.report("junit.xml")).iter("testcase")  # noqa: S314 - our own file
    failed = {case.get("name") or "": bool(list(case.iter("failure"))) for case in cases}
    assert len(failed) == len(decision["results"])
    assert any(failed.values()) is (decision["verdict"] == "block")
    assert json.loads(run.report("annotations.json"))


def test_a_broken_policy_stops_the_deploy_and_names_the_place(
    released: Released, tmp_path: Path
) -> None:
    run = _play(released, "broken-policy", tmp_path).run

    assert (run.ended["change-gate"], run.deployed) == (3, None), run.log
    assert "deploy" not in run.ended
    assert _outputs(run) == {"VERDICT": "undecided", "REASON_CODES": "gate.policy-invalid"}
    assert not (run.artifacts / "evidence").exists()
    assert "workflow.reviews" in run.log


def test_a_deploy_job_that_an_approver_plays_is_stopped_by_the_recheck(
    released: Released, tmp_path: Path
) -> None:
    played_by = {"id": 106, "username": "erin-s", "name": "Erin Sato"}
    faults = (
        {"route": OWN_JOB, "times": 1, "merge": {}},  # the gate's job
        {"route": OWN_JOB, "merge": {"user": played_by}},
    )
    run = _play(released, "clean", tmp_path, faults=faults).run

    assert (run.ended["change-gate"], run.ended["deploy"]) == (0, 10), run.log
    assert run.deployed is None
    assert "@erin-s (erin) runs this job, and is among those who approved" in run.log


def test_a_decision_for_one_environment_does_not_open_another(
    released: Released, tmp_path: Path
) -> None:
    run = _play(released, "clean", tmp_path, recheck_for="staging").run

    assert (run.ended["change-gate"], run.ended["deploy"]) == (0, 10), run.log
    assert run.deployed is None
    assert "the decision is for environment production, this deploy is for staging" in run.log


def test_a_gitlab_whose_api_is_down_is_undecided_and_stops_the_deploy(
    released: Released, tmp_path: Path
) -> None:
    given = {"CI_JOB_TOKEN": "job-token-canary", "CI_PIPELINE_ID": "7001"}
    with serving(released.repositories) as gitlab:
        deploy = Deploy(inputs=released.image, variables=given)
        run = rig.play(tmp_path / "run", gitlab, released.commit, deploy)

    assert (run.ended["change-gate"], run.deployed) == (4, None), run.log
    assert _outputs(run)["VERDICT"] == "undecided"
    assert "job-token-canary" not in run.log
