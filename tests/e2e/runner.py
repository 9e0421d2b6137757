"""Runs the workflows of this folder in nektos/act on this machine, with `uses:` taken from this checkout."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
_STAND_INS = {"actions/attest": "attest", "actions/upload-artifact": "upload"}
_PARTS = ("action.yml", "actions", "requirements", "gate")
# Python modules that the gate imports, as the repository being deployed might have them.
_SHADOWS = ("json.py", "click.py", "sitecustomize.py", "gate/__init__.py", "github/__init__.py")
_PROGRAMS = ("bin/python3", "bin/python", "bin/uv", "bin/pip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    """One run of the workflow: where it happens, what started it, and what it is given."""

    repository: str = "acme/shop"
    revision: str = "5" * 40
    event: str = "push"
    actor: str = "dave"
    run_id: str = "4711"
    attempt: str = "1"
    api: str = "http://127.0.0.1:1"
    """Where GitHub's REST API is; GraphQL is below it."""
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    """What was typed into the form of a run that was started by hand."""
    workflow: str = "workflow.yml"
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run left behind."""

    exit_code: int
    log: str
    summary: str
    check_exit: int | None
    outcome: str
    outputs: Mapping[str, str]
    artifacts: Mapping[str, Path]
    deployed: bool
    intruders: Sequence[str]
    """What of the deployed repository ran, and where: the one at the end is let in on purpose."""


def act_binary() -> Path:
    """The runner to use: this project's own copy, or one on the PATH."""
    own = ROOT / ".tools/bin/act"
    found = str(own) if own.is_file() else shutil.which("act")
    if found is None:
        pytest.fail(
            "nektos/act is not here. With Go installed, run: "
            'GOBIN="$PWD/.tools/bin" go install github.com/nektos/act@v0.2.87'
        )
    return Path(found)


def checkout(folder: Path, command: Path | None = None) -> Path:
    """Copy the Action as a tag is checked out; `command` takes the place of gate/cli/main.py."""
    for part in _PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            folder.mkdir(exist_ok=True)
            shutil.copy(source, folder / part)
    if command is not None:
        (folder / "gate/cli").mkdir(exist_ok=True)
        shutil.copy(command, folder / "gate/cli/main.py")
    return folder


def run(action: Path, folder: Path, deploy: Deploy) -> Run:
    """Run the workflow once; everything it needs and leaves is below `folder`."""
    record = folder / "record"
    record.mkdir(parents=True)
    workspace = _repository(folder / "repository", deploy, record / "intruders")
    event = folder / "event.json"
    event.write_text(json.dumps(_event(deploy)), encoding="utf-8")
    done = subprocess.run(
        _arguments(action, folder, event, deploy),
        cwd=workspace,
        env={**os.environ, **deploy.environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return _read(done, record)


def _event(deploy: Deploy) -> Mapping[str, Any]:
    return {
        "after": deploy.revision,
        "ref": "refs/heads/main",
        "repository": {"full_name": deploy.repository, "default_branch": "main", "fork": False},
        "sender": {"login": deploy.actor, "type": "User"},
        "inputs": deploy.inputs,
    }


def _arguments(action: Path, folder: Path, event: Path, deploy: Deploy) -> list[str]:
    steps = yaml.safe_load((action / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    used = [step["uses"] for step in steps if "uses" in step]
    local = {
        "change-gate/change-gate@v1": action,
        **{name: HERE / "artifacts" / _STAND_INS[name.partition("@")[0]] for name in used},
        "actions/download-artifact@v8": HERE / "artifacts/download",
    }
    environment = {
        "E2E": str(folder / "record"),
        "GITHUB_API_URL": deploy.api,
        "GITHUB_GRAPHQL_URL": f"{deploy.api}/graphql",
        "GITHUB_REPOSITORY": deploy.repository,
        "GITHUB_RUN_ATTEMPT": deploy.attempt,
        "GITHUB_RUN_ID": deploy.run_id,
        "GITHUB_TRIGGERING_ACTOR": deploy.actor,
    }
    return [
        *(str(act_binary()), deploy.event, "--json", "--eventpath", str(event)),
        *("--platform", "ubuntu-latest=-self-hosted", "--container-daemon-socket", "-"),
        *("--no-cache-server", "--concurrent-jobs", "1", "--actor", deploy.actor),
        *("--action-cache-path", str(folder / "cache")),
        *_flags("--local-repository", local),
        *_flags("--env", environment),
        *_flags("--var", {"ENVIRONMENT": "production", **deploy.variables}),
        *_flags("--secret", {"GITHUB_TOKEN": "token-of-the-job", **deploy.secrets}),
    ]


def _flags(flag: str, values: Mapping[str, str | Path]) -> Iterator[str]:
    for name, value in values.items():
        yield from (flag, f"{name}={value}")


def _repository(folder: Path, deploy: Deploy, intruders: Path) -> Path:
    """A repository to deploy, full of files that write their name to `intruders` when they run."""
    (folder / ".github/workflows").mkdir(parents=True)
    shutil.copy(HERE / deploy.workflow, folder / ".github/workflows/deploy.yml")
    python = f"open({str(intruders)!r}, 'a').write(__file__ + chr(10))\n"
    shell = f'#!/bin/sh\necho "$0" >>{intruders}\n'
    for name in _SHADOWS:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(python, encoding="utf-8")
    for name in _PROGRAMS:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(shell, encoding="utf-8")
        (folder / name).chmod(0o755)
    (folder / "pip.conf").write_text(
        "[global]\nindex-url = http://127.0.0.1:1/\n", encoding="utf-8"
    )
    (folder / "uv.toml").write_text('index-url = "http://127.0.0.1:1/"\n', encoding="utf-8")
    for command in (
        "init --quiet --initial-branch main",
        "add --all",
        "-c user.name=Dave -c user.email=dave@example.com commit --quiet --message Everything",
        f"remote add origin https://github.com/{deploy.repository}.git",
    ):
        subprocess.run(["git", *command.split()], cwd=folder, check=True)
    # act always takes github.sha from here and never looks for the commit itself.
    (folder / ".git/refs/heads/main").write_text(deploy.revision + "\n", encoding="utf-8")
    return folder


def _read(done: subprocess.CompletedProcess[str], record: Path) -> Run:
    entries = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    log = "".join(str(entry.get("msg", "")).rstrip("\n") + "\n" for entry in entries) + done.stderr
    step_file = record / "step.json"
    step = json.loads(step_file.read_text(encoding="utf-8")) if step_file.is_file() else {}
    intruders = record / "intruders"
    artifacts = record / "artifacts"
    return Run(
        exit_code=done.returncode,
        log=log,
        summary="".join(entry["content"] for entry in entries if entry.get("command") == "summary"),
        check_exit=_exit_of_check(entries),
        outcome=step.get("outcome", ""),
        outputs=step.get("outputs", {}),
        artifacts={path.name: path for path in artifacts.iterdir()} if artifacts.is_dir() else {},
        deployed=(record / "deployed").exists(),
        intruders=intruders.read_text(encoding="utf-8").split() if intruders.is_file() else (),
    )


def _exit_of_check(entries: list[dict[str, Any]]) -> int | None:
    """The exit status of `gate check` or `gate follow-up`: act names it in the line after the step's result."""
    results = [
        (index, entry["stepResult"])
        for index, entry in enumerate(entries)
        if entry.get("stepID") in (["gate", "check"], ["gate", "sweep"])
        and entry.get("stage") == "Main"
        and "stepResult" in entry
    ]
    if not results:
        return None
    index, result = results[-1]
    if result == "success":
        return 0
    later = (str(entry.get("msg", "")) for entry in entries[index:])
    return next(
        (
            int(text.removeprefix("exit status "))
            for text in later
            if text.startswith("exit status ")
        ),
        None,
    )
