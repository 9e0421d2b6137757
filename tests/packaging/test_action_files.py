"""What the YAML of the Actions and workflows promises, read from the files themselves."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from gate.app.evidence_retention import ARTIFACT_DAYS, UPLOAD
from gate.app.request import SIGNING_KEY
from gate.cli import check, follow_up
from gate.evidence.record import RECORD, RECORD_TYPE, SWEEP_TYPE

ROOT = Path(__file__).parents[2]
ACTIONS = [ROOT / "action.yml", *sorted(ROOT.glob("actions/*/action.yml"))]
WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))
_READ_ONLY = {
    *("actions", "checks", "contents", "deployments", "issues", "pull-requests", "statuses"),
}


FOLLOW_UP = ROOT / "actions/follow-up/action.yml"
WEBHOOK = "CHANGE_GATE_WEBHOOK_URL"
"""An address that is a secret, so that no option takes it."""
KEPT = "evidence-kept-until"
"""Known once the evidence is uploaded, and not when it is decided."""


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _load(path: Path) -> dict[str, Any]:
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def _steps(path: Path) -> Iterator[dict[str, Any]]:
    document = _load(path)
    if "runs" in document:
        yield from document["runs"]["steps"]
    for job in document.get("jobs", {}).values():
        yield from job["steps"]


def _step(path: Path, step_id: str) -> dict[str, Any]:
    [step] = [step for step in _steps(path) if step.get("id") == step_id]
    return step


@pytest.mark.parametrize("path", [*ACTIONS, *WORKFLOWS], ids=_name)
def test_no_expression_is_pasted_into_a_script(path: Path) -> None:
    scripts = [step["run"] for step in _steps(path) if "run" in step]

    assert scripts
    assert not [script for script in scripts if "${{" in script]


@pytest.mark.parametrize("path", [*ACTIONS, *WORKFLOWS], ids=_name)
def test_every_action_used_is_pinned_to_a_commit_and_names_its_version(path: Path) -> None:
    pinned = re.compile(r"[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    used = re.findall(r"^\s*(?:- )?uses: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)

    assert not [
        value for value in used if not value.startswith("./ ") and not pinned.fullmatch(value)
    ]


@pytest.mark.parametrize("path", ACTIONS, ids=_name)
def test_every_script_of_an_action_runs_in_bash_without_the_callers_start_up_file(
    path: Path,
) -> None:
    for step in _steps(path):
        if "run" in step:
            assert (step["shell"], step["env"]["BASH_ENV"]) == ("bash", "")


@pytest.mark.parametrize("path", ACTIONS, ids=_name)
def test_every_input_reaches_a_step_and_is_described(path: Path) -> None:
    document = _load(path)
    text = path.read_text(encoding="utf-8")
    used = set(re.findall(r"inputs\.([\w-]+)", text))

    assert used == set(document["inputs"])
    assert all(entry["description"] for entry in document["inputs"].values())


def _passed(path: Path, step_id: str) -> dict[str, str]:
    """The inputs that a step is given, by variable."""
    return {
        name: value.removeprefix("${{ inputs.").removesuffix(" }}")
        for name, value in _step(path, step_id)["env"].items()
        if "inputs." in value
    }


def test_every_input_of_the_check_has_the_variable_that_the_command_reads() -> None:
    assert _passed(ROOT / "action.yml", "check") == {
        "CHANGE_GATE_ARCHIVE_TOKEN": "archive-token",
        "CHANGE_GATE_ARTIFACT_DAYS": "evidence-retention-days",
        "CHANGE_GATE_ATTEST": "attest",
        "CHANGE_GATE_BREAK_GLASS": "break-glass",
        "CHANGE_GATE_ENVIRONMENT": "environment",
        "CHANGE_GATE_INCIDENT": "incident",
        "CHANGE_GATE_JIRA_EMAIL": "jira-email",
        "CHANGE_GATE_JIRA_TOKEN": "jira-token",
        "CHANGE_GATE_JIRA_URL": "jira-url",
        "CHANGE_GATE_NOTE": "note",
        "CHANGE_GATE_PAGER_EMAIL": "pager-email",
        "CHANGE_GATE_PAGER_TOKEN": "pager-token",
        "CHANGE_GATE_PUBLIC_LOG": "public-log",
        "CHANGE_GATE_REASON": "reason",
        "CHANGE_GATE_REVISION": "revision",
        "CHANGE_GATE_SERVICE": "service",
        "CHANGE_GATE_SIGN": "sign",
        "CHANGE_GATE_SIGNING_KEY": "signing-key",
        "CHANGE_GATE_TEAM_TOKEN": "team-token",
        "CHANGE_GATE_TICKET": "ticket",
        "CHANGE_GATE_TRACKER_TOKEN": "tracker-token",
        "CHANGE_GATE_UPLOAD": "upload-evidence",
        "CHANGE_GATE_WEBHOOK_URL": "webhook-url",
        "EVIDENCE_NAME": "evidence-name",
        "GITHUB_TOKEN": "github-token",
    }


def test_every_input_of_the_sweep_has_the_variable_that_the_command_reads() -> None:
    assert _passed(FOLLOW_UP, "sweep") == {
        "CHANGE_GATE_ARCHIVE_TOKEN": "archive-token",
        "CHANGE_GATE_ATTEST": "attest",
        "CHANGE_GATE_DAYS": "days",
        "CHANGE_GATE_ENVIRONMENT": "environment",
        "CHANGE_GATE_JIRA_EMAIL": "jira-email",
        "CHANGE_GATE_JIRA_TOKEN": "jira-token",
        "CHANGE_GATE_JIRA_URL": "jira-url",
        "CHANGE_GATE_PAGER_EMAIL": "pager-email",
        "CHANGE_GATE_PAGER_TOKEN": "pager-token",
        "CHANGE_GATE_PUBLIC_LOG": "public-log",
        "CHANGE_GATE_SIGN": "sign",
        "CHANGE_GATE_SIGNING_KEY": "signing-key",
        "CHANGE_GATE_TEAM_TOKEN": "team-token",
        "CHANGE_GATE_TRACKER_TOKEN": "tracker-token",
        "CHANGE_GATE_WEBHOOK_URL": "webhook-url",
        "GITHUB_TOKEN": "github-token",
    }


@pytest.mark.parametrize(
    ("path", "step_id"), [(ROOT / "action.yml", "check"), (FOLLOW_UP, "sweep")]
)
def test_variables_are_those_that_the_command_reads_and_no_other(path: Path, step_id: str) -> None:
    command = {"check": check.command, "sweep": follow_up.command}[step_id]
    options = {option.envvar for option in command.params if isinstance(option, click.Option)}
    given = {name for name in _step(path, step_id)["env"] if name.startswith("CHANGE_GATE_")}

    assert {name for name in given - options if not name.endswith("_TOKEN")} <= {
        WEBHOOK,
        SIGNING_KEY,
        ARTIFACT_DAYS,
        UPLOAD,
    }


@pytest.mark.parametrize(
    ("path", "step_id"), [(ROOT / "action.yml", "check"), (FOLLOW_UP, "sweep")]
)
def test_every_output_is_the_output_of_that_name_of_the_step_that_decides(
    path: Path, step_id: str
) -> None:
    for name, output in _load(path)["outputs"].items():
        step = "kept" if name == KEPT else step_id
        assert output["value"] == f"${{{{ steps.{step}.outputs.{name} }}}}"


def test_an_emergency_is_never_the_default_and_its_reason_never_written_for_anybody() -> None:
    inputs = _load(ROOT / "action.yml")["inputs"]

    assert inputs["break-glass"]["default"] == "false"
    assert {inputs[name]["default"] for name in ("reason", "incident")} == {""}


def test_the_action_has_the_promised_outputs() -> None:
    assert set(_load(ROOT / "action.yml")["outputs"]) == {
        *("verdict", "reason-codes", "change-type", "risk", "emergency", "review-due", "follow-up"),
        *("release-class", "deploy-from"),
        *("evidence-path", "evidence-digest", "evidence-artifact", KEPT),
    }


def test_the_recheck_needs_no_token() -> None:
    text = (ROOT / "actions/recheck/action.yml").read_text(encoding="utf-8")

    assert not re.search(r"github\.token|secrets\.|GITHUB_TOKEN", text)


EVIDENCE = {
    ROOT / "action.yml": ("steps.check.outputs.evidence-path", RECORD_TYPE),
    FOLLOW_UP: ("steps.sweep.outputs.sweep-evidence", SWEEP_TYPE),
}
"""The folder with the evidence, and the type of its record."""


def _using(action: str, path: Path = ROOT / "action.yml") -> list[dict[str, Any]]:
    return [step for step in _steps(path) if step.get("uses", "").startswith(action)]


@pytest.mark.parametrize("path", EVIDENCE, ids=_name)
def test_the_record_is_attested_as_the_gate_writes_and_verifies_it(path: Path) -> None:
    [attest] = _using("actions/attest@", path)

    folder, kind = EVIDENCE[path]
    assert attest["with"] == {
        "subject-path": f"${{{{ {folder} }}}}/{RECORD}",
        "predicate-path": f"${{{{ {folder} }}}}/{RECORD}",
        "predicate-type": kind,
        "github-token": "${{ inputs.github-token }}",
    }
    assert attest["if"] == f"${{{{ always() && inputs.attest == 'true' && {folder} != '' }}}}"
    assert "continue-on-error" not in attest


@pytest.mark.parametrize("path", EVIDENCE, ids=_name)
def test_the_attestation_lies_with_the_evidence_before_it_is_uploaded(path: Path) -> None:
    names = [step["name"] for step in _steps(path)]

    first = names.index("Attest the evidence")
    assert names[first : first + 4] == [
        "Attest the evidence",
        "Keep the attestation with the evidence",
        "Archive the attestation",
        "Upload the evidence",
    ]


@pytest.mark.parametrize("path", EVIDENCE, ids=_name)
def test_evidence_is_uploaded_whatever_the_verdict_and_whole_or_not_at_all(path: Path) -> None:
    [upload] = _using("actions/upload-artifact@", path)

    # Of a check also what an archive did not take.
    folder = EVIDENCE[path][0].replace("evidence-path", "evidence-left")
    assert "always()" in upload["if"]
    assert f"{folder} != ''" in upload["if"]
    assert upload["with"]["path"] == f"${{{{ {folder} }}}}"
    assert upload["with"]["if-no-files-found"] == "error"
    assert upload["with"]["include-hidden-files"] is True
    assert "continue-on-error" not in upload


@pytest.mark.parametrize("path", EVIDENCE, ids=_name)
def test_the_archive_gets_the_attestation_with_what_the_evidence_was_archived_with(
    path: Path,
) -> None:
    [step] = [one for one in _steps(path) if one["name"] == "Archive the attestation"]
    first = _step(path, EVIDENCE[path][0].split(".")[1])["env"]

    assert step["if"] == "${{ always() && steps.attach.outcome == 'success' }}"
    for name in ("CHANGE_GATE_ARCHIVE_TOKEN", "GITHUB_TOKEN", "GATE_HOME"):
        assert step["env"][name] == first[name]


def test_what_was_uploaded_is_what_is_read_back() -> None:
    step = _step(ROOT / "action.yml", "kept")
    [upload] = _using("actions/upload-artifact@")

    assert step["if"].startswith("${{ always() && steps.upload.outcome == 'success' && ")
    assert upload["id"] == "upload"
    assert step["env"]["ARTIFACT_NAME"] == upload["with"]["name"]
    assert step["env"]["EVIDENCE"] == "${{ steps.check.outputs.evidence-path }}"
    assert step["env"]["ARTIFACT_ID"] == "${{ steps.upload.outputs.artifact-id }}"
    assert step["env"]["ARTIFACT_DIGEST"] == "${{ steps.upload.outputs.artifact-digest }}"


@pytest.mark.parametrize("path", EVIDENCE, ids=_name)
def test_signing_with_sigstore_brings_its_library_and_agrees_to_nothing(path: Path) -> None:
    inputs, install = _load(path)["inputs"], _step(path, "install")

    assert (inputs["sign"]["default"], inputs["public-log"]["default"]) == ("", "false")
    assert "format('{0} sigstore', inputs.extras)" in install["env"]["CHANGE_GATE_EXTRAS"]


def test_nothing_in_an_action_turns_a_failure_into_a_success() -> None:
    for path in ACTIONS:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"continue-on-error|set \+e|\|\| true|; true", text)


def _documented(path: Path) -> dict[str, str]:
    text = path.read_text(encoding="utf-8")
    return dict(re.findall(r"^#     ([a-z-]+): (\w+)(?: .*)?$", text, re.MULTILINE))


def test_the_permissions_that_the_action_documents_are_read_only_and_exactly_these() -> None:
    assert _documented(ROOT / "action.yml") == dict.fromkeys(_READ_ONLY, "read")


def test_the_sweep_may_write_issues_and_nothing_else() -> None:
    assert _documented(FOLLOW_UP) == {
        **dict.fromkeys(("actions", "contents", "deployments"), "read"),
        "issues": "write",
    }


def test_the_end_to_end_workflow_asks_for_the_documented_permissions() -> None:
    gate = _load(ROOT / "tests/e2e/workflow.yml")["jobs"]["gate"]

    assert gate["permissions"] == dict.fromkeys(_READ_ONLY, "read")


def test_ci_tests_every_python_that_the_package_claims() -> None:
    claimed = re.findall(
        r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    )
    [workflow] = [path for path in WORKFLOWS if path.name == "ci.yml"]

    assert _load(workflow)["jobs"]["test"]["strategy"]["matrix"]["python"] == claimed
