"""The scripts inside the Actions, taken out of the YAML and run with a `gate` that only notes."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from gate.adapters.forges.github.emergencies import COMPENSATING, SUFFIX

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How the script of a step ended."""

    exit_code: int
    printed: str
    outputs: Mapping[str, str]
    called: str
    """What `gate` was called with, and the folder of evidence that it was given."""


def _run(action: str, step_name: str, folder: Path, **environment: str) -> Ran:
    steps = yaml.safe_load((ROOT / action).read_text(encoding="utf-8"))["runs"]["steps"]
    [script] = [step["run"] for step in steps if step["name"] == step_name]
    called, outputs = folder / "called", folder / "outputs"
    gate = folder / "gate"
    gate.write_text(
        f'#!/bin/sh\necho "$@" "$CHANGE_GATE_EVIDENCE" >"{called}"\n'
        'printf "$GATE_SAYS" >>"$GITHUB_OUTPUT"; exit 10\n'
    )
    gate.chmod(0o755)
    outputs.touch()
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "GATE_HOME": str(folder),
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_RUN_ATTEMPT": "2",
            "GITHUB_RUN_ID": "71",
            "RUNNER_TEMP": str(folder),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line.partition("=") for line in outputs.read_text(encoding="utf-8").splitlines()]
    return Ran(
        exit_code=done.returncode,
        printed=done.stdout + done.stderr,
        outputs={name: value for name, _, value in lines},
        called=called.read_text(encoding="utf-8").strip() if called.exists() else "",
    )


def _check(folder: Path, **environment: str) -> Ran:
    names = ("EVIDENCE_NAME", "CHANGE_GATE_SERVICE", "CHANGE_GATE_ENVIRONMENT")
    empty = dict.fromkeys((*names, "CHANGE_GATE_BREAK_GLASS"), "")
    return _run("action.yml", "Check the change", folder, **{**empty, **environment})


def _recheck(folder: Path, **environment: str) -> Ran:
    name = "Check that the decision still holds"
    return _run("actions/recheck/action.yml", name, folder, **environment)


@pytest.mark.parametrize(
    ("environment", "service", "name"),
    [
        ("production", "", "change-gate-evidence-71-2-production"),
        ("eu/production", "api web", "change-gate-evidence-71-2-eu-production-api-web"),
        ("p\nverdict=allow", "", "change-gate-evidence-71-2-p-verdict-allow"),
        ("$(touch intruder)", "a:b*?", "change-gate-evidence-71-2---touch-intruder--a-b--"),
        ("", "", "change-gate-evidence-71-2-"),
    ],
)
def test_the_name_of_the_artifact_is_safe_whatever_is_deployed(
    tmp_path: Path, environment: str, service: str, name: str
) -> None:
    ran = _check(tmp_path, CHANGE_GATE_ENVIRONMENT=environment, CHANGE_GATE_SERVICE=service)

    assert ran.outputs == {"evidence-artifact": name}
    assert not (tmp_path / "intruder").exists()


def test_a_name_that_is_given_is_taken_and_cut_to_what_github_accepts(tmp_path: Path) -> None:
    ran = _check(tmp_path, EVIDENCE_NAME="my evidence" * 30, CHANGE_GATE_ENVIRONMENT="production")

    assert ran.outputs["evidence-artifact"] == ("my-evidence" * 30)[:200]


def test_what_an_archive_did_not_take_is_uploaded_although_the_check_failed(
    tmp_path: Path,
) -> None:
    left = tmp_path / "evidence"
    left.mkdir()
    assert "evidence-left" not in _check(tmp_path, CHANGE_GATE_EVIDENCE=str(left)).outputs
    (left / "record.json").touch()
    ran = _check(tmp_path, CHANGE_GATE_EVIDENCE=str(left))

    assert (ran.exit_code, ran.outputs["evidence-left"]) == (10, str(left))


EMERGENCY = "change-gate-evidence-71-2-production-break-glass"


@pytest.mark.parametrize("said", ["true", "TRUE", "yes", "on", "1", "t"])
def test_the_evidence_of_an_emergency_is_found_by_its_name_however_it_was_asked_for(
    tmp_path: Path, said: str
) -> None:
    ran = _check(tmp_path, CHANGE_GATE_ENVIRONMENT="production", CHANGE_GATE_BREAK_GLASS=said)

    assert ran.outputs["evidence-artifact"] == EMERGENCY
    assert EMERGENCY.endswith(SUFFIX)


@pytest.mark.parametrize("said", ["", "false"])
def test_a_deploy_that_is_no_emergency_is_not_called_one(tmp_path: Path, said: str) -> None:
    ran = _check(tmp_path, CHANGE_GATE_BREAK_GLASS=said)

    assert ran.outputs["evidence-artifact"] == "change-gate-evidence-71-2-"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (r"verdict<<x\nallow\nx\nrelease-class<<x\ncompensating\nx\n", "production-compensating"),
        (r"release-class<<x\nregular\nx\ntold<<x\ncompensating\nx\n", "production"),
    ],
)
def test_the_evidence_of_a_release_in_compensating_mode_is_found_by_its_name(
    tmp_path: Path, said: str, name: str
) -> None:
    ran = _check(tmp_path, CHANGE_GATE_ENVIRONMENT="production", GATE_SAYS=said)

    assert ran.outputs["evidence-artifact"] == f"change-gate-evidence-71-2-{name}"
    assert COMPENSATING == "-compensating"


def test_a_long_name_keeps_the_end_by_which_it_is_found(tmp_path: Path) -> None:
    ran = _check(tmp_path, EVIDENCE_NAME="evidence" * 30, CHANGE_GATE_BREAK_GLASS="true")

    assert ran.outputs["evidence-artifact"].startswith("evidence" * 22)
    assert ran.outputs["evidence-artifact"].endswith(SUFFIX)
    assert len(ran.outputs["evidence-artifact"]) <= 200


def test_the_sweep_ends_as_the_gate_does_outside_the_working_copy(tmp_path: Path) -> None:
    ran = _run("actions/follow-up/action.yml", "Follow up", tmp_path)

    assert (ran.exit_code, ran.called) == (10, "follow-up")
    lost = _run("actions/follow-up/action.yml", "Follow up", tmp_path, RUNNER_TEMP="/nowhere")
    assert lost.exit_code == 1


def test_the_step_ends_as_the_gate_does(tmp_path: Path) -> None:
    ran = _check(tmp_path, CHANGE_GATE_EVIDENCE="/somewhere")

    assert (ran.exit_code, ran.called) == (10, "check /somewhere")


def test_a_step_without_a_folder_to_run_in_fails(tmp_path: Path) -> None:
    ran = _check(tmp_path, RUNNER_TEMP=str(tmp_path / "missing"))

    assert (ran.exit_code, ran.called) == (1, "")


def test_a_recheck_without_the_digest_of_the_check_is_refused(tmp_path: Path) -> None:
    ran = _recheck(tmp_path, CHANGE_GATE_EVIDENCE_DIGEST="", CHANGE_GATE_EVIDENCE="evidence")

    assert (ran.exit_code, ran.called) == (2, "")
    assert "evidence-digest is empty" in ran.printed


@pytest.mark.parametrize("given", ["evidence", "/mnt/evidence"])
def test_a_recheck_finds_the_evidence_from_the_workspace(tmp_path: Path, given: str) -> None:
    ran = _recheck(tmp_path, CHANGE_GATE_EVIDENCE_DIGEST="sha256:1", CHANGE_GATE_EVIDENCE=given)

    assert (ran.exit_code, ran.called) == (10, f"recheck {tmp_path / given}")


GATE_CALL = {
    "Archive the attestation": "evidence archive the evidence --if-chained --sign none "
    "--github-api-url https://api.github.com",
    "Read back until when the evidence is kept": "evidence retention the evidence --forge github "
    "--artifact-id 11 --artifact-name name --artifact-digest 55",
}


@pytest.mark.parametrize("name", GATE_CALL)
def test_a_step_after_the_check_calls_the_gate_and_ends_as_it_does(
    tmp_path: Path, name: str
) -> None:
    ran = _run(
        "action.yml",
        name,
        tmp_path,
        EVIDENCE="the evidence",
        GITHUB_API_URL="https://api.github.com",
        ARTIFACT_ID="11",
        ARTIFACT_NAME="name",
        ARTIFACT_DIGEST="55",
    )

    assert (ran.exit_code, ran.called) == (10, GATE_CALL[name])
