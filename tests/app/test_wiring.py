"""Which pipeline it is, and what happens when that cannot be told."""

import os
import subprocess
from pathlib import Path

import pytest

from gate.app import wiring
from gate.app.on_github import OnGitHub
from gate.app.on_gitlab import OnGitLab
from gate.app.request import Request
from gate.errors import PolicyInvalid, UsageInvalid
from tests.app.hosts import GITHUB, GITLAB, host, on_github, on_gitlab, said


def test_the_environment_tells_the_forge() -> None:
    github, gitlab = on_github(host(GITHUB)), on_gitlab(host(GITLAB))
    assert (type(github), github.folder(), github.is_running) == (OnGitHub, "7001-1", True)
    assert (type(gitlab), gitlab.folder(), gitlab.is_running) == (OnGitLab, "7001-31", True)


def test_an_option_outweighs_the_environment() -> None:
    both = {**GITHUB, **GITLAB}
    assert isinstance(on_gitlab(host(both), forge="gitlab"), OnGitLab)
    assert isinstance(on_github(host(both), forge="github"), OnGitHub)


def test_without_an_option_the_clone_says_which_gitlab_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for path in (os.environ["PATH"], str(tmp_path)):  # the second one holds no git
        with pytest.raises(UsageInvalid, match="Nothing says which GitLab this is"):
            wiring.pipeline(host(GITLAB, PATH=path), Request())
    subprocess.run(["git", "init", "--quiet"], check=True)
    address = "https://gitlab.example/acme/app.git"
    subprocess.run(["git", "remote", "add", "origin", address], check=True)
    assert isinstance(wiring.pipeline(host(GITLAB, PATH=os.environ["PATH"]), Request()), OnGitLab)


def test_at_a_desk_it_is_no_job() -> None:
    assert not on_github(host(GITHUB, GITHUB_ACTIONS="false")).is_running


def test_a_job_that_does_not_say_which_it_is_is_told_so_where_people_look(tmp_path: Path) -> None:
    output, page = tmp_path / "output", tmp_path / "page"
    odd = host(GITHUB, GITHUB_SHA="main", GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(page))
    with pytest.raises(UsageInvalid, match="GITHUB_SHA"):
        on_github(odd)
    assert said(odd).startswith("::error title=Change Gate")
    assert "undecided" in output.read_text()
    assert page.read_text().startswith("## ⛔ Change Gate could not decide")


def test_a_full_disk_does_not_hide_what_is_wrong_with_the_job(tmp_path: Path) -> None:
    odd = host(GITHUB, GITHUB_SHA="main", GITHUB_OUTPUT=str(tmp_path / "gone" / "output"))
    with pytest.raises(UsageInvalid, match="GITHUB_SHA"):
        on_github(odd)


def test_at_a_desk_no_pipeline_is_told() -> None:
    desk = host({})
    with pytest.raises(UsageInvalid, match="does not look like a step"):
        on_github(desk)
    assert said(desk) == ""


def test_a_policy_of_the_desk_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "policy.yml"
    path.write_bytes(b"version: 1\r\n\xff")
    assert wiring.read_policy(path) == b"version: 1\r\n\xff"


@pytest.mark.parametrize("name", ["gone.yml", "."])
def test_a_policy_of_the_desk_that_cannot_be_read_is_invalid(tmp_path: Path, name: str) -> None:
    with pytest.raises(PolicyInvalid, match=r"cannot be read: (No such file|Is a directory)"):
        wiring.read_policy(tmp_path / name)
