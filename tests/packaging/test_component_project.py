"""The project that `gitlab-ci/assemble.sh` makes: what a GitLab needs, and nothing else."""

import subprocess
from pathlib import Path

from tests.packaging.component import COMPONENT, NAMES, ROOT

PARTS = {
    ".gitlab-ci.yml",
    "LICENSE.md",
    "README.md",
    "actions",
    "gate",
    "requirements",
    "templates",
}


def _assemble(*arguments: Path) -> subprocess.CompletedProcess[str]:
    command = ["bash", str(COMPONENT / "assemble.sh"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=D", "-c", "user.email=d@example.com"]
    return subprocess.run(
        [*command, *arguments], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def test_a_new_folder_becomes_the_root_of_the_project(tmp_path: Path) -> None:
    done = _assemble(tmp_path / "new")

    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "new").iterdir()} == PARTS
    made = {str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*.*")}
    assert {f"templates/{name}.yml" for name in NAMES} | {"gate/cli/main.py"} <= made
    assert {path for path in made if path.startswith(("actions/", "requirements/"))} == {
        *("actions/setup/install.sh", "requirements/runtime.txt", "requirements/uv.txt")
    }


def test_every_file_is_the_one_of_this_repository(tmp_path: Path) -> None:
    _assemble(tmp_path / "new")

    files = [path for path in (tmp_path / "new").rglob("*") if path.is_file()]
    assert len(files) > 100
    for path in files:
        name = path.relative_to(tmp_path / "new")
        source = (
            ROOT / name
            if name.parts[0] in ("actions", "gate", "requirements")
            else COMPONENT / name
        )
        assert path.read_bytes() == source.read_bytes(), name
        assert "__pycache__" not in name.parts


def test_the_commit_that_it_comes_from_is_told(tmp_path: Path) -> None:
    done = _assemble(tmp_path / "new")

    head = _git(ROOT, "rev-parse", "HEAD").strip()
    assert done.stdout.startswith("Change Gate ")
    assert f"from {head}" in done.stdout


def test_a_clone_of_the_project_is_brought_up_to_date_and_keeps_its_history(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    _assemble(clone)
    _git(clone, "init", "--quiet")
    (clone / "gate/gone.py").write_text("left by an earlier release\n")
    _git(clone, "add", "--all")
    _git(clone, "commit", "--quiet", "--message", "Earlier")

    assert _assemble(clone).returncode == 0

    assert _git(clone, "log", "--format=%s").strip() == "Earlier"
    assert _git(clone, "status", "--porcelain").split() == ["D", "gate/gone.py"]


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine\n")

    done = _assemble(tmp_path)

    assert done.returncode == 2
    assert "holds something else than a clone" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_without_a_folder_it_says_how_to_call_it() -> None:
    done = _assemble()

    assert (done.returncode, done.stdout) == (2, "")
    assert "gitlab-ci/assemble.sh DIRECTORY" in done.stderr


def test_the_installer_outside_github_names_an_image_where_python_is_missing(
    tmp_path: Path,
) -> None:
    _assemble(tmp_path / "new")
    programs, home = tmp_path / "programs", tmp_path / "home"
    programs.mkdir()
    home.mkdir()
    for name in ("bash", "dirname"):
        (programs / name).symlink_to(f"/usr/bin/{name}")

    done = subprocess.run(
        ["/bin/bash", str(tmp_path / "new/actions/setup/install.sh"), str(home)],
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "Choose an image that has it, such as python:3.14" in done.stderr
    assert "setup-python" not in done.stderr
