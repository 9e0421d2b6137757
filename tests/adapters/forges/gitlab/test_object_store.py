from __future__ import annotations

import gc
from pathlib import Path

import pytest

from gate.adapters.deadline import Deadline
from gate.adapters.forges.gitlab.git_process import GitProcess
from gate.adapters.forges.gitlab.object_store import ObjectStore
from tests.adapters.forges.gitlab.gaps import code_of
from tests.adapters.forges.gitlab.repositories import ENVIRON, Repository


def store(repository: Repository, algorithm: str = "sha1") -> ObjectStore:
    process = GitProcess(repository.path, deadline=Deadline(60), environ=ENVIRON)
    return ObjectStore(process, repository.path / ".git/objects", algorithm)


@pytest.mark.parametrize("name", ["r", 'odd:"name" \\ of\na folder'])
def test_objects_are_there_once_they_were_brought_over(tmp_path: Path, name: str) -> None:
    repository = Repository.new(tmp_path / name)
    tree = repository.tree({"a": "1\n", "big": "x" * 3_000_000})
    blob = repository.git("rev-parse", f"{tree}:a")
    own = store(repository)
    assert code_of(lambda: own.ask("x", "cat-file", "-p", tree)) == "not-found"
    own.bring([tree])
    assert b"\ta\n" in own.ask("x", "cat-file", "-p", tree)
    assert code_of(lambda: own.ask("x", "cat-file", "-p", blob)) == "not-found"
    own.bring([tree, blob, repository.git("rev-parse", f"{tree}:big")])
    own.bring([tree, blob])
    assert own.ask("x", "cat-file", "-p", f"{tree}:a") == b"1\n"
    assert own.ask("x", "cat-file", "-s", f"{tree}:big") == b"3000000\n"


@pytest.mark.parametrize("size", [b"4", b"2000000"])
def test_what_is_cut_off_is_not_believed(tmp_path: Path, size: bytes) -> None:
    repository = Repository.new(tmp_path / "r")
    sha = "a" * 40
    own = store(repository)

    def hint(*_: str, into: object, **__: object) -> bytes:
        into.write(b"%s blob %s\nabc" % (sha.encode(), size))  # type: ignore[attr-defined]
        return b""

    own.hint = hint  # type: ignore[assignment]
    assert code_of(lambda: own.bring([sha])) == "wrong-object"


@pytest.mark.parametrize("said", [b"", b"x missing\n", b"%s tag 3\nabc\n", b"%s blob x\nabc\n"])
def test_what_is_not_there_is_a_gap(tmp_path: Path, said: bytes) -> None:
    repository = Repository.new(tmp_path / "r")
    sha = "a" * 40
    own = store(repository)

    def hint(*_: str, into: object, **__: object) -> bytes:
        into.write(said.replace(b"%s", sha.encode()))  # type: ignore[attr-defined]
        return b""

    own.hint = hint  # type: ignore[assignment]
    assert code_of(lambda: own.bring([sha])) == "not-found"


def test_commits_of_our_own_tie_trees_together(tmp_path: Path) -> None:
    repository = Repository.new(tmp_path / "r")
    tree = repository.tree({"a": "1\n"})
    own = store(repository)
    own.bring([tree])
    root = own.tie(tree, (), 0)
    top = own.tie(tree, (root,), 7)
    shown = own.ask("x", "log", "--format=%H %T %ct", top).decode().splitlines()
    assert shown == [f"{top} {tree} 7", f"{root} {tree} 0"]


def test_longer_names_are_computed_in_another_way(tmp_path: Path) -> None:
    repository = Repository.new(tmp_path / "r", "--object-format=sha256")
    sha = repository.commit({"a": "1\n"})
    own = store(repository, "sha256")
    assert set(own.commits([sha])) == {sha}
    tree = repository.git("rev-parse", f"{sha}^{{tree}}")
    own.bring([tree])
    assert len(own.tie(tree, (), 0)) == 64
    assert b"\ta\n" in own.ask("x", "cat-file", "-p", tree)
    later = repository.commit({"a": "2\n"}, sha)
    assert repository.adapter().lineage(sha, later).new == (later,)
    assert repository.adapter().numbers(sha, later) == b"1\t1\ta\0"


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    own = store(Repository.new(tmp_path / "r"))
    folder = own._folder
    assert folder.is_dir()
    assert folder.stat().st_mode & 0o077 == 0
    del own
    gc.collect()
    assert not folder.exists()
