"""Plays pipeline.yml in gitlab-ci-local on this machine, with the component as `assemble.sh` makes it."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.gitlab.server import GitLab

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
PROJECT = "change-gate/change-gate"
SWEEP = "change-gate-follow-up"
# What a runner's machine has; all else of the environment is of whoever runs these tests.
_MACHINE = (
    *("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"),
    *("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"),
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Python modules that the gate imports, as the project being deployed might have them.
_SHADOWS = ("json.py", "click.py", "sitecustomize.py", "gate/__init__.py", "gitlab/__init__.py")
# Not bash: gitlab-ci-local itself would start it.
_PROGRAMS = ("python3", "python", "uv", "pip", "git", "env", "sed", "mktemp", "rm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    """One pipeline: what the includes are given, and what GitLab's settings and its starter set."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    recheck_inputs: Mapping[str, Any] = field(default_factory=dict)
    sweep_inputs: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Keys of jobs that the project writes differently."""
    jobs: Sequence[str] = ()
    """The jobs to run; all that the rules let in, when none is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a pipeline left behind."""

    exit_code: int
    log: str
    ended: Mapping[str, int]
    """The exit status of each job that ran."""
    artifacts: Path
    """Of the gate's job."""
    swept: Path
    """The evidence of the sweep, among the artifacts of its job."""
    deployed: str | None
    """What the deploy job was told, if its script ran."""
    reached: Sequence[str]
    """What of the pipeline around it reached a job."""
    intruders: Sequence[str]
    """The files of the project that ran, which none should but in the job that is open on purpose."""

    def report(self, name: str) -> str:
        """A file of the gate's artifacts."""
        return (self.artifacts / name).read_text(encoding="utf-8")

    def seen(self) -> dict[str, Any]:
        """What the stand-in was given."""
        loaded = json.loads(self.report("evidence/decision.json"))
        assert isinstance(loaded, dict)
        return loaded


def publish(folder: Path, repositories: Path, command: Path | None = None) -> str:
    """Put the component's project among the repositories; `command` takes the place of gate/cli/main.py."""
    assembled = folder / "component"
    _call("bash", str(ROOT / "gitlab-ci/assemble.sh"), str(assembled))
    if command is not None:
        shutil.copy(command, assembled / "gate/cli/main.py")
    return commit(assembled, repositories / f"{PROJECT}.git")


def install(folder: Path) -> Path:
    """The gate as an image has it that was built from the component's project in `folder`."""
    home = folder / "installed"
    home.mkdir()
    _call("bash", str(folder / "component/actions/setup/install.sh"), str(home))
    return home / "gate"


def commit(folder: Path, bare: Path) -> str:
    """Commit everything in a folder, and serve it from `bare`."""
    _call("git", "init", "--quiet", "--initial-branch", "main", cwd=folder)
    _call("git", "add", "--all", "--force", cwd=folder)
    author = ("-c", "user.name=Dave", "-c", "user.email=dave@example.com")
    _call("git", *author, "commit", "--quiet", "--message", "Everything", cwd=folder)
    _call("git", "clone", "--quiet", "--bare", str(folder), str(bare))
    return _call("git", "rev-parse", "HEAD", cwd=folder).strip()


def play(folder: Path, gitlab: GitLab, included: str, deploy: Deploy) -> Run:
    """Run the pipeline once, with the component of the commit `included`.

    The project is the clone in `folder`/shop; where there is none, it is made. Records of an earlier pipeline are gone.
    """
    record = folder / "record"
    shutil.rmtree(record, ignore_errors=True)
    record.mkdir(parents=True)
    shop = _shop(folder / "shop", gitlab, included, deploy, record)
    variables = {"CI_JOB_TOKEN": "job-token-canary", "E2E": str(record), **deploy.variables}
    done = _gitlab_ci_local(
        folder,
        shop,
        *deploy.jobs,
        *("--force-shell-executor", "--shell-isolation"),
        *(part for name, value in variables.items() for part in ("--variable", f"{name}={value}")),
    )
    log = _COLOUR.sub("", done.stdout + done.stderr)
    return Run(
        exit_code=done.returncode,
        log=log,
        ended=_ended(log),
        artifacts=shop / ".gitlab-ci-local/artifacts/change-gate/change-gate-evidence/change-gate",
        swept=shop
        / ".gitlab-ci-local/artifacts"
        / SWEEP
        / "change-gate-follow-up"
        / SWEEP
        / "sweep",
        deployed=_read(record / "deployed"),
        reached=(_read(record / "reached") or "").splitlines(),
        intruders=(_read(record / "intruders") or "").splitlines(),
    )


def preview(
    folder: Path, gitlab: GitLab, included: str, deploy: Deploy
) -> subprocess.CompletedProcess[str]:
    """The pipeline as it is after all includes, in YAML; or why it cannot be."""
    folder.mkdir()
    shop = _shop(folder / "shop", gitlab, included, deploy, folder)
    return _gitlab_ci_local(folder, shop, "--preview")


def preview_of(project: Path, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The pipeline of a project that is already committed."""
    given = [part for pair in variables.items() for part in ("--variable", "=".join(pair))]
    return _gitlab_ci_local(folder, project, "--preview", *given)


def _gitlab_ci_local(
    folder: Path, project: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    if shutil.which("rsync") is None:
        pytest.fail(
            "rsync is not here, and gitlab-ci-local needs it. Install it with apt-get or brew."
        )
    machine = {name: os.environ[name] for name in _MACHINE if name in os.environ}
    return subprocess.run(
        [
            *(_node(), str(HERE / "node_modules/gitlab-ci-local/dist/index.js")),
            *("--home", str(folder), *arguments),
        ],
        cwd=project,
        # Without SHLVL bash takes the socket that Node.js gives it for a login over the network, and runs ~/.bashrc.
        env={**machine, "NO_COLOR": "1", "SHLVL": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _node() -> str:
    own = sorted(HERE.glob("node_modules/node-linux-*/bin/node"))
    found = str(own[0]) if own else shutil.which("node")
    if found is None or not (HERE / "node_modules/gitlab-ci-local").is_dir():
        pytest.fail(
            "gitlab-ci-local, or Node.js 22 or newer for it, is not here. Run: npm ci --prefix tests/e2e/gitlab"
        )
    return found


def _shop(folder: Path, gitlab: GitLab, included: str, deploy: Deploy, record: Path) -> Path:
    """A project to deploy, full of files that write their name to `record` when they run."""
    cloned = folder.exists()
    folder.mkdir(exist_ok=True)
    (folder / ".gitlab-ci.yml").write_text(
        _pipeline(included, gitlab.url, deploy), encoding="utf-8"
    )
    intruders = record / "intruders"
    files = {
        name: f"open({str(intruders)!r}, 'a').write(__file__ + chr(10))\n" for name in _SHADOWS
    }
    files |= {f"bin/{name}": f'#!/bin/sh\necho "$0" >>{intruders}\n' for name in _PROGRAMS}
    files |= {
        "pip.conf": "[global]\nindex-url = http://127.0.0.1:1/\n",
        "uv.toml": 'index-url = "http://127.0.0.1:1/"\n',
        ".gitconfig": '[url "http://127.0.0.1:1/"]\n\tinsteadOf = http\n',
        "hostile.env": "".join(f"{name}={value}\n" for name, value in _hostile(folder).items()),
        "forged/change-gate/outputs.env": "GATE_VERDICT=forged\n",
        "forged/change-gate/evidence/decision.json": "forged",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    if cloned:
        # Known to git, so that jobs see them; but the commit that is deployed stays what it is.
        _call("git", "add", "--all", "--force", ".", ":(exclude).gitlab-ci-local", cwd=folder)
    else:
        commit(folder, folder.parent / "shop.git")
        _call("git", "remote", "add", "origin", f"{gitlab.url}/acme/shop.git", cwd=folder)
    _include(folder, gitlab, included)
    return folder


def _include(shop: Path, gitlab: GitLab, included: str) -> None:
    """Put the templates where gitlab-ci-local keeps what it fetched.

    It would fetch two of one project side by side, and one trips over the folder of the other.
    """
    kept = shop / ".gitlab-ci-local/includes/127.0.0.1" / PROJECT / included / "templates"
    kept.mkdir(parents=True, exist_ok=True)
    for name in ("gate.yml", "recheck.yml", "follow-up.yml"):
        stored = f"{included}:templates/{name}"
        text = _call("git", "show", stored, cwd=gitlab.repositories / f"{PROJECT}.git")
        (kept / name).write_text(text, encoding="utf-8")


def _hostile(folder: Path) -> dict[str, str]:
    """What a job can leave for all later ones, in a dotenv report."""
    here = "http://127.0.0.1:1"
    return {
        "CHANGE_GATE_ENVIRONMENT": "forged",
        "CHANGE_GATE_SERVICE": "forged",
        "CI_API_V4_URL": f"{here}/api/v4",
        "CI_SERVER_URL": here,
        "GATE_EVIDENCE_DIGEST": "sha256:forged",
        "GATE_VERDICT": "forged",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{here}/.insteadOf",
        "GIT_CONFIG_VALUE_0": "http",
        "PIP_INDEX_URL": here,
        "PYTHONPATH": str(folder),
    }


def _pipeline(included: str, url: str, deploy: Deploy) -> str:
    document = yaml.safe_load((HERE / "pipeline.yml").read_text(encoding="utf-8"))
    given = (deploy.inputs, deploy.recheck_inputs, deploy.sweep_inputs)
    for entry, inputs in zip(document["include"], given, strict=True):
        entry["component"] = entry["component"].removesuffix("commit") + included
        entry["inputs"] |= {"gitlab-url": url, **inputs}
    document["variables"]["PATH"] = f"$CI_PROJECT_DIR/bin:{os.environ['PATH']}"
    for job, changes in deploy.changes.items():
        document.setdefault(job, {}).update(changes)
    return str(yaml.safe_dump(document, sort_keys=False))


def _ended(log: str) -> dict[str, int]:
    found = re.findall(r"^(\S+) +finished in (?:.*(?:FAIL|WARN) +(\d+))?", log, re.MULTILINE)
    return {job: int(code or 0) for job, code in found if job != "pipeline"}


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _call(*command: str, cwd: Path | None = None) -> str:
    return subprocess.run(
        command, cwd=cwd, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ).stdout


def stand_in_command(folder: Path) -> Path:
    """The stand-in as an image would have it installed."""
    command = folder / "gate"
    start = f"import sys; sys.path.insert(0, {str(HERE)!r}); sys.argv[0] = 'gate'; import stand_in; stand_in.main()"
    command.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -I -S -c "{start}" "$@"\n', encoding="utf-8"
    )
    command.chmod(0o755)
    return command
