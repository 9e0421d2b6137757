"""The installer of the Actions, with a stand-in for uv so that nothing is downloaded."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_COMMANDS = ("bash", "cp", "dirname", "env", "mkdir", "rm", "chmod")
_MAIN = """
import json, sys, click
def main():
    print(json.dumps({"argv": sys.argv, "path": sys.path, "json": json.__file__, "gate": __file__}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """A machine as a job sees it: its programs, the checkout of the Action and of the caller."""

    checkout: Path
    workspace: Path
    programs: Path
    home: Path

    def install(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the installer with nothing but the given environment."""
        self.home.mkdir()
        return subprocess.run(
            ["bash", str(self.checkout / "actions/setup/install.sh"), str(self.home)],
            cwd=self.workspace,
            env={
                "PATH": str(self.programs),
                "GITHUB_WORKSPACE": str(self.workspace),
                "GITHUB_ACTIONS": "true",
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def gate(self, *arguments: str, **environment: str) -> Mapping[str, object]:
        """Run the installed command inside the caller's workspace."""
        done = subprocess.run(
            [str(self.home / "gate"), *arguments],
            cwd=self.workspace,
            env={"PATH": os.environ["PATH"], **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        seen = json.loads(done.stdout)
        assert isinstance(seen, dict)
        return seen

    def program(self, name: str, script: str, folder: Path | None = None) -> Path:
        """Put a program on this machine."""
        path = (folder or self.programs) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return path


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A runner with a new enough Python and a uv that takes packages from this environment."""
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / "actions", checkout / "actions")
    shutil.copytree(ROOT / "requirements", checkout / "requirements")
    (checkout / "gate/cli").mkdir(parents=True)
    (checkout / "gate/cli/main.py").write_text(_MAIN, encoding="utf-8")
    made = Runner(
        checkout=checkout,
        workspace=tmp_path / "work space",
        programs=tmp_path / "programs",
        home=tmp_path / "it's home",
    )
    made.workspace.mkdir()
    made.programs.mkdir()
    for command in _COMMANDS:
        (made.programs / command).symlink_to(shutil.which(command) or command)
    made.program("python3", f'exec "{sys.executable}" "$@"')
    made.program("uv", _stand_in_for_uv(tmp_path))
    return made


def _stand_in_for_uv(record: Path) -> str:
    packages = sysconfig.get_paths()["purelib"]
    return f"""
env >"{record}/uv-environment"
printf '%s\\n' "$@" >"{record}/uv-arguments"
while [ "$1" != --target ]; do shift; done
/bin/mkdir "$2" && /bin/ln -s "{packages}"/* "$2"
"""


def _hostile(workspace: Path) -> None:
    for name in ("json.py", "click.py", "sitecustomize.py", "gate.py"):
        (workspace / name).write_text("raise SystemExit('intruder')\n", encoding="utf-8")


def test_the_command_takes_its_modules_from_its_own_folder_and_from_python(runner: Runner) -> None:
    assert runner.install().returncode == 0

    seen = runner.gate("check", "a b", "$HOME")

    assert seen["argv"] == ["gate", "check", "a b", "$HOME"]
    assert seen["gate"] == str(runner.home / "site/gate/cli/main.py")
    assert isinstance(seen["path"], list)
    assert seen["path"][0] == str(runner.home / "site")
    assert not [entry for entry in seen["path"][1:] if "site-packages" in entry or not entry]


def test_what_lies_in_the_workspace_does_not_reach_the_command(runner: Runner) -> None:
    _hostile(runner.workspace)
    here = str(runner.workspace)
    assert runner.install(PYTHONPATH=here, PYTHONHOME=here).returncode == 0

    seen = runner.gate("check", PYTHONPATH=here, PYTHONHOME=here, PYTHONSTARTUP=f"{here}/json.py")

    assert not str(seen["json"]).startswith(here)


def test_the_same_workspace_does_reach_a_python_that_is_not_isolated(runner: Runner) -> None:
    _hostile(runner.workspace)

    done = subprocess.run(
        [sys.executable, "-c", "import json"],
        cwd=runner.workspace,
        env={"PYTHONPATH": str(runner.workspace)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "intruder" in done.stderr


def test_the_installer_sees_no_setting_of_the_caller(runner: Runner, tmp_path: Path) -> None:
    kept = {"HTTPS_PROXY": "http://proxy.example", "SSL_CERT_FILE": "/etc/ssl/own.pem"}
    names = ("PIP_TARGET", "PIP_INDEX_URL", "UV_INDEX_URL", "UV_TARGET", "PYTHONPATH")
    settings = dict.fromkeys(names, "canary")

    assert runner.install(**kept, **settings, JIRA_TOKEN="canary").returncode == 0

    seen = (tmp_path / "uv-environment").read_text(encoding="utf-8")
    assert "canary" not in seen
    assert all(f"{name}={value}\n" in seen for name, value in kept.items())


def test_only_files_with_a_recorded_hash_are_installed_and_none_is_built(
    runner: Runner, tmp_path: Path
) -> None:
    assert runner.install().returncode == 0

    arguments = (tmp_path / "uv-arguments").read_text(encoding="utf-8").splitlines()
    assert {"--require-hashes", "--no-deps", "--no-cache"} <= set(arguments)
    assert arguments[arguments.index("--only-binary") + 1] == ":all:"
    assert arguments[-2:] == ["--requirement", str(runner.checkout / "requirements/runtime.txt")]
    assert "--index-url" not in arguments


def test_a_mirror_changes_where_from_and_nothing_else(runner: Runner, tmp_path: Path) -> None:
    assert runner.install(CHANGE_GATE_INDEX_URL="https://mirror.example/simple").returncode == 0

    arguments = (tmp_path / "uv-arguments").read_text(encoding="utf-8").splitlines()
    assert arguments[arguments.index("--index-url") + 1] == "https://mirror.example/simple"
    assert "--require-hashes" in arguments


def test_programs_of_the_workspace_are_not_run(runner: Runner) -> None:
    own = runner.workspace / "bin"
    intruder = runner.workspace / "intruder"
    for name in ("python3", "uv"):
        runner.program(name, f'echo "$0" >>"{intruder}"', own)

    done = runner.install(PATH=f"bin:.:{own}:{runner.programs}")

    assert done.returncode == 0, done.stderr
    assert not intruder.exists()


def test_an_old_python_is_refused_with_the_step_to_add(runner: Runner) -> None:
    runner.program("python3", '[ "$1" = -V ] && echo "Python 3.10.12"; exit 1')

    done = runner.install()

    assert done.returncode == 1
    assert done.stderr.startswith("::error title=Change Gate could not start::")
    assert "needs Python 3.11 or newer and this runner has Python 3.10.12" in done.stderr
    assert "actions/setup-python" in done.stderr
    assert done.stdout == ""


def test_a_runner_without_python_is_told_the_same(runner: Runner) -> None:
    (runner.programs / "python3").unlink()

    done = runner.install(GITHUB_ACTIONS="")

    assert done.returncode == 1
    assert done.stderr.startswith("Change Gate needs Python 3.11 or newer and this runner has no")


@pytest.mark.parametrize("version", ["3.12", "3.14"])
def test_a_newer_python_beside_the_old_one_is_found(runner: Runner, version: str) -> None:
    runner.program("python3", "exit 1")
    runner.program(f"python{version}", f'exec "{sys.executable}" "$@"')

    assert runner.install().returncode == 0


def test_a_newer_python_in_the_runners_tool_cache_is_found(runner: Runner, tmp_path: Path) -> None:
    runner.program("python3", "exit 1")
    cached = tmp_path / "tools/Python/3.12.3/x64/bin"
    runner.program("python3", f'exec "{sys.executable}" "$@"', cached)

    assert runner.install(RUNNER_TOOL_CACHE=str(tmp_path / "tools")).returncode == 0


def test_when_no_way_of_installing_works_the_message_says_what_to_do(
    runner: Runner, tmp_path: Path
) -> None:
    runner.program("uv", "exit 2")

    done = runner.install(CHANGE_GATE_INDEX_URL=f"file://{tmp_path}/no-index")

    assert done.returncode == 1
    assert "set CHANGE_GATE_INDEX_URL to a mirror" in done.stderr
    assert not (runner.home / "gate").exists()


def test_extras_bring_their_own_locks_and_unknown_ones_are_refused(
    runner: Runner, tmp_path: Path
) -> None:
    assert runner.install(CHANGE_GATE_EXTRAS="calendar archive").returncode == 0
    arguments = (tmp_path / "uv-arguments").read_text(encoding="utf-8").splitlines()
    locks = [Path(one).name for one in arguments if one.endswith(".txt")]
    assert locks == ["runtime.txt", "calendar.txt", "archive.txt"]
    shutil.rmtree(runner.home)
    refused = runner.install(CHANGE_GATE_EXTRAS="calender")
    assert refused.returncode == 1
    assert "no extra 'calender': there are archive, calendar and sigstore" in refused.stderr
