"""The component itself, in a real pipeline: what goes in, what comes out, and what stops the deploy."""

import subprocess
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.gitlab import rig, stand_in
from tests.e2e.gitlab.conftest import Published
from tests.e2e.gitlab.rig import Deploy, Run
from tests.e2e.gitlab.server import serving

pytestmark = pytest.mark.e2e

SHOWN_TO_REACH = [
    "default in build",
    "default in open",
    "http://127.0.0.1:1 forged forged in open",
    "GATE_VERDICT=forged",
]


def _play(
    published: Published,
    folder: Path,
    exit_code: int = 0,
    *,
    inputs: Mapping[str, str] | None = None,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
) -> Run:
    """A pipeline in whose images the stand-in is installed."""
    command = {"command": str(published.command)}
    deploy = Deploy(
        inputs={**command, **(inputs or {})},
        recheck_inputs=command,
        variables={"STAND_IN_EXIT": str(exit_code)},
        changes=changes or {},
    )
    with serving(published.repositories) as gitlab:
        return rig.play(folder / "run", gitlab, published.commit, deploy)


def _value(arguments: list[str], option: str) -> list[str]:
    return [value for name, value in pairwise(arguments) if name == option]


@pytest.fixture(scope="module")
def installed(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """An allowed deploy that fetches and installs the gate, as released."""
    deploy = Deploy(
        inputs={
            "environment": "eu/production",
            "service": "web api",
            "ticket": "SHOP-7 #12",
            "jira-url": "https://acme.example",
            "jira-email": "gate@acme.example",
        },
        recheck_inputs={"environment": "eu/production"},
        variables={
            "STAND_IN_EXIT": "0",
            "CHANGE_GATE_JIRA_TOKEN": "jira-canary",
            "CHANGE_GATE_GITLAB_TOKEN": "gitlab-canary",
            # Set by whoever starts the pipeline:
            "CHANGE_GATE_TICKET": "forged",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "url.http://127.0.0.1:1/.insteadOf",
            "GIT_CONFIG_VALUE_0": "http",
        },
    )
    with serving(published.repositories) as gitlab:
        played = rig.play(tmp_path_factory.mktemp("run") / "run", gitlab, published.commit, deploy)
        assert gitlab.credentials == [], "a public project needs no token, so none is sent"
    return played


def test_an_allowed_check_lets_the_deploy_go_on_with_its_outputs(installed: Run) -> None:
    assert installed.exit_code == 0, installed.log
    assert installed.ended["change-gate"] == 0
    assert installed.deployed == "allow\n"


def test_the_gate_is_told_the_inputs_as_arguments(installed: Run) -> None:
    arguments = installed.seen()["arguments"]

    folder = "change-gate-evidence/change-gate"
    [gitlab] = _value(arguments, "--gitlab-url")
    assert gitlab.startswith("http://127.0.0.1:")
    assert arguments == [
        *("--forge", "gitlab", "--gitlab-url", gitlab, "--environment", "eu/production"),
        *("--jira-url", "https://acme.example", "--jira-email", "gate@acme.example"),
        *(
            "--pager-email",
            "",
            "--evidence",
            f"{folder}/evidence",
            "--outputs",
            f"{folder}/outputs.env",
        ),
        *("--junit", f"{folder}/junit.xml", "--annotations", f"{folder}/annotations.json"),
        *("--service", "web", "--service", "api", "--ticket", "SHOP-7", "--ticket", "#12"),
    ]


def test_tokens_reach_the_gate_and_no_log_and_no_other_setting_does(installed: Run) -> None:
    environment = installed.seen()["environment"]

    assert environment["CI_JOB_TOKEN"] == "job-token-canary"
    assert {key: value for key, value in environment.items() if key.startswith("CHANGE_GATE_")} == {
        "CHANGE_GATE_EXTRAS": "",
        "CHANGE_GATE_GITLAB_TOKEN": "gitlab-canary",
        "CHANGE_GATE_JIRA_TOKEN": "jira-canary",
    }
    assert "canary" not in installed.log


def test_nothing_of_the_project_or_of_an_earlier_job_reaches_the_gate(installed: Run) -> None:
    seen = installed.seen()

    assert installed.reached == SHOWN_TO_REACH, "only the job that is open on purpose"
    assert [Path(name).parts[-3:] for name in installed.intruders] == [("open", "bin", "python3")]
    environment = seen["environment"]
    assert "forged" not in environment.values()
    assert not [name for name in environment if name.startswith(("GATE_", "GIT_CONFIG", "PIP_"))]
    assert "PYTHONPATH" not in environment
    assert environment["CI_SERVER_URL"] == _value(seen["arguments"], "--gitlab-url")[0]


def test_the_gate_runs_from_its_own_folder_inside_the_working_copy(installed: Run) -> None:
    seen = installed.seen()

    here = seen["folder"]
    assert here.endswith("/builds/change-gate")
    assert not seen["modules"]["gate"].startswith(here)
    assert not [
        entry for entry in seen["path"] if entry.startswith(here) or "site-packages" in entry
    ]
    assert not [entry for entry in seen["environment"]["PATH"].split(":") if entry.startswith(here)]
    assert not Path(seen["modules"]["gate"]).exists(), "it is gone with the job"


def test_evidence_and_reports_are_artifacts(installed: Run) -> None:
    found = {path.name for path in installed.artifacts.iterdir()}

    assert found == {"evidence", "outputs.env", "junit.xml", "annotations.json"}
    assert {path.name for path in (installed.artifacts / "evidence").iterdir()} == {
        "decision.json",
        ".hidden",
    }
    assert f"GATE_EVIDENCE_DIGEST={stand_in.DIGEST}\n" in installed.report("outputs.env")
    assert installed.report("junit.xml").startswith("<testsuite ")


@pytest.mark.parametrize("exit_code", [1, 2, 5])
def test_a_check_without_a_decision_stops_the_deploy_and_leaves_nothing(
    published: Published, tmp_path: Path, exit_code: int
) -> None:
    played = _play(published, tmp_path, exit_code)

    assert (played.exit_code, played.ended["change-gate"]) == (1, exit_code), played.log
    assert played.deployed is None
    assert not (played.artifacts / "evidence").exists()


def test_a_deploy_that_does_not_need_the_gate_is_refused(
    published: Published, tmp_path: Path
) -> None:
    played = _play(published, tmp_path, changes={"deploy": {"needs": []}})

    assert (played.ended["deploy"], played.deployed) == (1, None), played.log
    assert "nothing of the check has reached this job" in played.log


def test_a_gate_that_is_made_to_run_nowhere_takes_the_deploy_with_it(
    published: Published, tmp_path: Path
) -> None:
    played = _play(published, tmp_path, changes={"change-gate": {"rules": [{"when": "never"}]}})

    assert (played.exit_code, played.deployed) == (1, None), played.log


def test_a_project_that_is_not_public_is_fetched_with_the_jobs_token(
    published: Published, tmp_path: Path
) -> None:
    with serving(published.repositories, job_token="job-token-canary") as gitlab:
        deploy = Deploy(variables={"STAND_IN_EXIT": "10"})
        played = rig.play(tmp_path / "run", gitlab, published.commit, deploy)

    assert played.ended["change-gate"] == 10, played.log
    assert set(gitlab.credentials) == {"gitlab-ci-token:job-token-canary"}
    assert "job-token-canary" not in played.log


def test_a_project_that_does_not_let_the_job_in_is_named_with_what_to_do(
    published: Published, tmp_path: Path
) -> None:
    with serving(published.repositories) as gitlab:
        deploy = Deploy(inputs={"project": "tools/change-gate"}, variables={"STAND_IN_EXIT": "0"})
        played = rig.play(tmp_path / "run", gitlab, published.commit, deploy)

    assert (played.ended["change-gate"], played.deployed) == (1, None), played.log
    assert f"commit {published.commit} of tools/change-gate could not be fetched" in played.log


def test_a_job_on_another_gitlab_than_the_input_says_sends_its_token_nowhere(
    published: Published, tmp_path: Path
) -> None:
    played = _play(published, tmp_path, inputs={"gitlab-url": "https://gitlab.com"})

    assert (played.ended["change-gate"], played.deployed) == (1, None), played.log
    assert "but the input gitlab-url says https://gitlab.com" in played.log


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("environment", "production'; touch intruder; '"),
        ("environment", "production\ntouch intruder"),
        ("environment", "$(touch intruder)"),
        ("environment", "--policy"),
        ("environment", ""),
        ("service", "web --policy mine.yml"),
        ("ticket", "CHG-7; true"),
        ("jira-url", "http://acme.example"),
        ("jira-email", "gate@acme.example --timeout"),
        ("gitlab-url", "https://gitlab.com@evil.example"),
        ("project", "../evil"),
        ("command", "/opt/gate || true"),
        ("command", "bin/gate"),
        ("image", "python:3.14 --privileged"),
        ("job-name", "../gate"),
        ("retention", "$FOREVER"),
    ],
)
def test_an_input_that_is_no_such_thing_is_refused_before_anything_runs(
    published: Published, tmp_path: Path, name: str, value: str
) -> None:
    with serving(published.repositories) as gitlab:
        done = rig.preview(tmp_path / "run", gitlab, published.commit, Deploy(inputs={name: value}))

    assert done.returncode == 1, done.stdout
    assert f"{name}` input: " in done.stderr
    assert "does not match required regex" in done.stderr


def test_an_environment_must_be_given(published: Published, tmp_path: Path) -> None:
    with serving(published.repositories) as gitlab:
        done = rig.preview(
            tmp_path / "run", gitlab, published.commit, Deploy(inputs={"environment": None})
        )

    assert done.returncode == 1
    assert "required value has not been provided" in done.stderr


def test_the_whole_pipeline_is_valid_by_gitlabs_own_schema(
    published: Published, tmp_path: Path
) -> None:
    with serving(published.repositories) as gitlab:
        done = rig.preview(tmp_path / "run", gitlab, published.commit, Deploy())

    assert done.returncode == 0, done.stderr
    _assert_valid(done.stdout, tmp_path)


@pytest.mark.parametrize("variables", [{}, {"CI_COMMIT_TAG": "1.2.3"}], ids=["branch", "tag"])
def test_the_components_own_pipeline_is_valid(tmp_path: Path, variables: dict[str, str]) -> None:
    rig.publish(tmp_path, tmp_path / "repositories")
    project = tmp_path / "component"
    origin = f"https://gitlab.com/{rig.PROJECT}.git"
    subprocess.run(["git", "remote", "add", "origin", origin], cwd=project, check=True)

    done = rig.preview_of(project, tmp_path, **variables)

    assert done.returncode == 0, done.stderr
    assert f"commit='{_head(project)}'" in done.stdout
    _assert_valid(done.stdout, tmp_path)


def _head(project: Path) -> str:
    command = ["git", "rev-parse", "HEAD"]
    return subprocess.run(
        command, cwd=project, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()


def _assert_valid(pipeline: str, folder: Path) -> None:
    path = folder / "expanded.yml"
    path.write_text(pipeline, encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci"]
    done = subprocess.run(
        [*command, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
