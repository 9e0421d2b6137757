"""Whole deploys: the component as it is released, in a real pipeline, against the sandbox."""

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from gate.sandbox.server import Sandbox
from gate.sandbox.world import World, sha
from tests.e2e.gitlab import rig
from tests.e2e.gitlab.rig import Deploy, Run
from tests.e2e.gitlab.server import serving

SANDBOX_SPEAKS_GITLAB = False
"""Turns the deploys of worlds on; see `_deploy` for what the sandbox is expected to know a job by."""

WORLDS = rig.ROOT / "tests/e2e/worlds"
TOKENS = {
    "CI_JOB_TOKEN": "sandbox-job-token",
    "CHANGE_GATE_GITLAB_TOKEN": "sandbox-read-token",
    "CHANGE_GATE_JIRA_TOKEN": "sandbox-jira-token",
}

pytestmark = pytest.mark.e2e
of_worlds = pytest.mark.skipif(
    not SANDBOX_SPEAKS_GITLAB, reason="the sandbox does not speak GitLab's REST API yet"
)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The repositories of a GitLab with the component as released, and its commit."""
    folder = tmp_path_factory.mktemp("gitlab")
    return folder / "repositories", rig.publish(folder, folder / "repositories")


def _deploy(world: World, box: str, withheld: str) -> Deploy:
    environment = {"environment": world.environment}
    tokens = {name: token for name, token in TOKENS.items() if name != withheld}
    return Deploy(
        inputs={**environment, "jira-url": f"{box}/jira", "jira-email": "gate@acme.example"},
        recheck_inputs=environment,
        variables={
            **tokens,
            "CI_COMMIT_SHA": sha(world.run.commit),
            "CI_PIPELINE_ID": str(world.run.id),
            "CI_PROJECT_PATH": world.repository.name,
        },
    )


def _play(released: tuple[Path, str], scenario: str, folder: Path, *, withheld: str = "") -> Run:
    world = World.load(WORLDS / scenario)
    repositories, commit = released
    with Sandbox(world) as box, serving(repositories, api=f"{box.url}/gitlab") as gitlab:
        played = rig.play(folder / "run", gitlab, commit, _deploy(world, box.url, withheld))
    _assert_in_no_file(TOKENS.values(), folder / "run/shop/.gitlab-ci-local/artifacts")
    assert not [token for token in TOKENS.values() if token in played.log]
    return played


def _assert_in_no_file(tokens: Iterable[str], folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files for token in tokens if token.encode() in path.read_bytes()]


def _outputs(played: Run) -> dict[str, str]:
    lines = played.report("outputs.env").splitlines()
    return dict(line.split("=", 1) for line in lines)


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


@of_worlds
@pytest.mark.parametrize(
    ("scenario", "withheld", "exit_code", "verdict"),
    [
        ("clean", "", 0, "allow"),
        ("self-approved", "", 10, "block"),
        ("clean", "CHANGE_GATE_JIRA_TOKEN", 4, "undecided"),
    ],
)
def test_a_deploy_ends_as_the_verdict_says_and_leaves_evidence(
    released: tuple[Path, str],
    tmp_path: Path,
    scenario: str,
    withheld: str,
    exit_code: int,
    verdict: str,
) -> None:
    played = _play(released, scenario, tmp_path, withheld=withheld)

    assert played.ended["change-gate"] == exit_code, played.log
    assert (played.deployed is not None) is (exit_code == 0), played.log
    told = _outputs(played)
    assert told["GATE_VERDICT"] == verdict
    assert bool(told["GATE_REASON_CODES"]) is (exit_code != 0)
    assert told["GATE_CHANGE_TYPE"] == "normal"
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", told["GATE_EVIDENCE_DIGEST"])
    _assert_whole(played.artifacts / "evidence")
    decision = json.loads(played.report("evidence/decision.json"))
    assert decision["verdict"] == verdict
    assert played.report("junit.xml").count("<testcase ") == len(decision["results"])
    assert json.loads(played.report("annotations.json"))


@of_worlds
def test_a_broken_policy_stops_the_deploy_and_names_the_place(
    released: tuple[Path, str], tmp_path: Path
) -> None:
    played = _play(released, "broken-policy", tmp_path)

    assert (played.ended["change-gate"], played.deployed) == (3, None), played.log
    assert _outputs(played)["GATE_VERDICT"] == "undecided"
    assert not (played.artifacts / "evidence").exists()
    assert "workflow.reviews" in played.log


def test_a_gitlab_whose_api_is_down_is_undecided_and_stops_the_deploy(
    released: tuple[Path, str], tmp_path: Path
) -> None:
    repositories, commit = released
    with serving(repositories) as gitlab:
        deploy = Deploy(variables={**TOKENS, "CI_PIPELINE_ID": "7001"})
        played = rig.play(tmp_path / "run", gitlab, commit, deploy)

    assert (played.ended["change-gate"], played.deployed) == (4, None), played.log
    assert _outputs(played)["GATE_VERDICT"] == "undecided"
    assert not [token for token in TOKENS.values() if token in played.log]
