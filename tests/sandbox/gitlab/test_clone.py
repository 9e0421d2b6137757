"""A world's commits as a real git repository: what git says of it is what the world says."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from gate.sandbox.gitlab_rest.clone import clone
from gate.sandbox.graph import Graph
from gate.sandbox.trees import Trees
from gate.sandbox.world import World, sha
from tests.sandbox.asking import BASE, HOST, RICH, world

HISTORY = {
    "m0": {"author": "ann", "at": "-10d", "files": {"kept": {"added": 2, "status": "added"}}},
    "a": {
        "author": "ann",
        "parents": ["m0"],
        "at": "-3d",
        "message": 'One\n\nSaid "twice" — <b>\n',
        "files": {
            "kept": {"added": 3, "removed": 2},
            "new file": {"added": 4, "status": "added"},
            "old": {"removed": 5},
            'odd"name\\': {"added": 1},
            "shown": {"added": 1, "removed": 1, "patch": "@@ -1 +1 @@\n-lib==1\n+lib==2"},
            "logo.png": {"patch": None},
            "huge": {"added": 4000},
            "whole": {"added": 1, "content": "text\n"},
            "CHANGES": {"added": 2, "removed": 3},
        },
    },
    "b": {
        "author": "gone",
        "parents": ["m0"],
        "at": "-2d",
        "by_forge": True,
        "files": {"kept": {"added": 1, "removed": 1}, "moved": {"status": "renamed", "previous": "before", "added": 1}},
    },
    "m1": {"author": "ben", "parents": ["a", "b"], "at": "-1d"},
    "d": {"author": "ben", "parents": ["m1"], "at": "-1d", "files": {"old": {"status": "removed", "removed": 5}}},
}  # fmt: skip
SECTIONS: dict[str, Any] = {
    "commits": HISTORY,
    "branches": {"main": "m1", "feature/x": "d", "no::name": "a"},
    "tags": {"v1": "m0"},
    "files_on_default_branch": {"CHANGES": "All of them.\n"},
    "run": {"commit": "m1", "started_by": "ann"},
}


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def cloned(tmp_path: Path) -> tuple[World, Path]:
    return clone(world(**SECTIONS), tmp_path, HOST), tmp_path


def named(some: World, headline: str) -> str:
    return next(name for name, one in some.commits.items() if one.headline == headline)


def test_the_commits_have_the_names_that_git_gives_them(cloned: tuple[World, Path]) -> None:
    some, folder = cloned
    head = some.branches["main"]
    assert git(folder, "rev-parse", "HEAD").strip() == head == sha(some.run.commit)
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "rev-parse", "v1", "origin/feature/x").split() == [
        some.tags["v1"],
        some.branches["feature/x"],
    ]
    assert git(folder, "log", "-1", "--format=%P").split() == list(some.commits[head].parents)
    assert git(folder, "remote", "get-url", "origin").strip() == f"{HOST}/gitlab/acme/app.git"
    assert git(folder, "fsck", "--strict") == ""


def test_it_comes_out_the_same_every_time(tmp_path: Path) -> None:
    one, other = (tmp_path / name for name in ("one", "other"))
    one.mkdir()
    other.mkdir()
    some = world(**SECTIONS)
    assert clone(some, one, HOST) == clone(some, other, HOST)


def test_people_and_messages_are_the_worlds(cloned: tuple[World, Path]) -> None:
    some, folder = cloned
    shown = git(folder, "log", "-1", "--format=%an <%ae> %cn <%ce> %aI%n%B", named(some, "One"))
    assert shown.splitlines()[:2] == [
        "Ann <ann@acme.example> Ann <ann@acme.example> 2026-11-22T15:00:00+00:00",
        "One",
    ]
    assert 'Said "twice" — <b>' in shown
    own = git(folder, "log", "--format=%an %cn <%ce>", "HEAD^2", "-1")
    assert own.strip() == "Gone GitLab <noreply@127.0.0.1>"


def test_git_counts_the_lines_that_the_world_counts(cloned: tuple[World, Path]) -> None:
    some, folder = cloned
    numbers = git(folder, "show", "--numstat", "--format=", "-z", named(some, "One"))
    found = {
        path: (added, removed)
        for added, removed, path in (line.split("\t") for line in numbers.split("\0") if line)
    }
    assert found["kept"] == ("3", "2")
    assert found["old"] == ("0", "5")
    assert found['odd"name\\'] == ("1", "0")
    assert found["shown"] == ("1", "1")
    assert found["new file"] == ("4", "0")
    assert found["logo.png"] == ("-", "-")
    assert found["huge"] == ("4000", "0")
    assert found["CHANGES"] == ("0", "3")
    assert git(folder, "show", "HEAD:whole") == "text\n"
    assert git(folder, "show", "HEAD:CHANGES") == "All of them.\n"


def test_a_renamed_file_is_renamed_to_git_as_well(cloned: tuple[World, Path]) -> None:
    _, folder = cloned
    shown = git(folder, "show", "--name-status", "--format=", "-M", "HEAD^2").splitlines()
    assert [line.split("\t")[1:] for line in shown if line.startswith("R")] == [["before", "moved"]]
    files = git(folder, "ls-tree", "--name-only", "HEAD").split("\n")
    assert "moved" in files
    assert "before" not in files


def test_a_clean_merge_is_one_to_git_and_a_removed_file_is_gone(cloned: tuple[World, Path]) -> None:
    some, folder = cloned
    tree = git(folder, "merge-tree", "--write-tree", "HEAD^1", "HEAD^2").split()[0]
    assert tree == git(folder, "rev-parse", "HEAD^{tree}").strip()
    assert "old" not in git(folder, "ls-tree", "--name-only", some.branches["feature/x"]).split(
        "\n"
    )


def test_a_file_that_moved_does_not_come_back_with_a_merge(tmp_path: Path) -> None:
    commits = {
        "m0": {"author": "ann", "at": "-10d", "files": {"old": {"added": 4, "status": "added"}}},
        "a": {"author": "ann", "parents": ["m0"], "files": {"new": {"status": "renamed", "previous": "old"}}},
        "m1": {"author": "ann", "parents": ["m0", "a"]},
    }  # fmt: skip
    clone(world(commits=commits, branches={"main": "m1"}), tmp_path, HOST)
    assert git(tmp_path, "ls-tree", "--name-only", "origin/main").split() == ["new"]


@pytest.mark.parametrize("path", [BASE, RICH])
def test_a_world_under_its_true_names_is_the_same_world(path: Path, tmp_path: Path) -> None:
    some = World.load(path)
    found = clone(some, tmp_path, HOST)
    assert list(found.problems()) == []
    assert (len(found.commits), found.accounts) == (len(some.commits), some.accounts)
    assert found.pull_requests["12"].commits[0] in found.commits
    assert found.deployments["d1"].commit in found.commits
    assert all(check.commit in found.commits for check in found.checks.values())
    before, after = (Graph(one) for one in (some, found))
    assert len(after.order) == len(before.order)
    own = Trees(found, after).own_diff(after.default_head)
    assert [d.path for d in own] == [
        d.path for d in Trees(some, before).own_diff(before.default_head)
    ]


def test_shas_of_commits_that_are_gone_and_of_arguments_are_kept_or_turned(tmp_path: Path) -> None:
    gone = "5c1f0e9b7a4d3c2b1a0f9e8d7c6b5a4938271605"
    deployments = {"d": {"commit": gone, "at": "-1d"}}
    arguments = ["--revision", sha("m0")]
    found = clone(world(deployments=deployments, cli={"args": arguments}), tmp_path, HOST)
    assert found.deployments["d"].commit == gone
    assert found.cli.args == ("--revision", found.branches["main"])
