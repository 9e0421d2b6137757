from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from gate.adapters.deadline import Deadline
from gate.adapters.forges.gitlab.git_process import GitProcess
from tests.adapters.forges.gitlab.gaps import code_of, gap_of
from tests.adapters.forges.gitlab.repositories import ENVIRON, Repository


def process(path: Path, **more: Any) -> GitProcess:
    return GitProcess(path, **{"deadline": Deadline(60), "environ": ENVIRON, **more})


def recording(*results: Any) -> tuple[list[Any], Any]:
    calls: list[Any] = []

    def run(command: list[str], **more: Any) -> Any:
        calls.append((command, more))
        found = results[0]
        if isinstance(found, Exception):
            raise found
        return found

    return calls, run


def test_a_command_answers(tmp_path: Path) -> None:
    repository = Repository.new(tmp_path / "r")
    assert process(repository.path).ask("x", "rev-parse", "--is-inside-work-tree") == b"true\n"


def test_of_the_environment_only_what_is_needed_is_passed_on(tmp_path: Path) -> None:
    calls, run = recording(subprocess.CompletedProcess([], 0, b"", b""))
    hostile = {
        "GIT_DIR": "/x",
        "GIT_EXTERNAL_DIFF": "/x",
        "GIT_CONFIG_COUNT": "1",
        "CI_JOB_TOKEN": "jt",
        "PATH": "/bin",
    }
    process(tmp_path, environ=hostile, run=run).ask("x", "status")
    ((command, more),) = calls
    assert (
        not {"GIT_DIR", "GIT_EXTERNAL_DIFF", "GIT_CONFIG_COUNT", "CI_JOB_TOKEN"}
        & more["env"].keys()
    )
    assert more["env"]["PATH"] == "/bin"
    assert more["env"]["GIT_NO_REPLACE_OBJECTS"] == "1"
    assert command[:3] == ["git", "-C", str(tmp_path / ".git")]
    assert "shell" not in more


def test_hooks_and_monitors_of_the_clone_do_not_run(tmp_path: Path) -> None:
    repository = Repository.new(tmp_path / "r")
    mark = tmp_path / "ran"
    hostile = tmp_path / "hostile"
    hostile.write_text(f"#!/bin/sh\ntouch {mark}\n")
    hostile.chmod(0o755)
    repository.git("config", "core.fsmonitor", str(hostile))
    repository.git("config", "diff.external", str(hostile))
    process(repository.path).ask("x", "status")
    assert not mark.exists()


def test_a_failure_says_nothing_of_what_git_said(tmp_path: Path) -> None:
    said = subprocess.CompletedProcess(
        [], 128, b"", b"https://gitlab-ci-token:jt@gitlab.example.com"
    )
    gap = gap_of(lambda: process(tmp_path, run=recording(said)[1]).ask("the files", "diff"))
    assert gap.reason_code == "not-found"
    assert "jt" not in gap.detail
    assert "git diff ended with 128" in gap.detail
    assert "GIT_DEPTH" in gap.remedy


def test_ends_that_are_fine_are_answers(tmp_path: Path) -> None:
    said = subprocess.CompletedProcess([], 1, b"no", b"")
    assert process(tmp_path, run=recording(said)[1]).ask("x", "diff", fine=(0, 1)) == b"no"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FileNotFoundError(), "not-installed"),
        (ValueError("embedded null byte"), "not-installed"),
        (subprocess.TimeoutExpired("git", 1), "timed-out"),
    ],
)
def test_git_that_cannot_be_run_or_does_not_end_is_a_gap(
    tmp_path: Path, error: Exception, code: str
) -> None:
    assert code_of(lambda: process(tmp_path, run=recording(error)[1]).ask("x", "diff")) == code


def test_beyond_the_deadline_nothing_is_asked(tmp_path: Path) -> None:
    calls, run = recording(None)
    over = Deadline(0, clock=lambda: 0.0)
    assert (
        code_of(lambda: process(tmp_path, deadline=over, run=run).ask("x", "diff")) == "timed-out"
    )
    assert calls == []


def test_a_clone_that_belongs_to_another_user_is_read_all_the_same(tmp_path: Path) -> None:
    # Runners clone as one user and run the job as another. What git answers then when it has to look for the
    # repository is seen first, with the switch that git's own tests have for this.
    repository = Repository.new(tmp_path / "r")
    made = repository.commit({"a": "1"})
    repository.point("refs/heads/main", made)
    other = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("rev-list", "--all", GIT_TEST_ASSUME_DIFFERENT_OWNER="1")

    def run(command: list[str], *, env: dict[str, str], **more: Any) -> Any:
        return subprocess.run(command, env={**env, **other}, check=False, capture_output=True)

    asked = process(repository.path, run=run)
    assert asked.ask("x", "rev-parse", "--is-shallow-repository") == b"false\n"
    assert asked.ask("x", "config", "--get", "core.hooksPath") == b"/dev/null\n"
    assert asked.ask("x", "rev-list", "--all").decode() == f"{made}\n"
