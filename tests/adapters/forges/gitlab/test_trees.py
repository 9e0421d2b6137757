from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gate.adapters.forges.gitlab.git_history import files
from gate.adapters.forges.gitlab.object_store import ObjectStore
from gate.adapters.forges.gitlab.trees import Trees
from gate.domain.facts import ChangedFile
from tests.adapters.forges.gitlab.gaps import code_of
from tests.adapters.forges.gitlab.repositories import Repository
from tests.adapters.forges.gitlab.test_object_store import store


@pytest.fixture
def origin(tmp_path: Path) -> Repository:
    return Repository.new(tmp_path / "origin")


def told(origin: Repository, one: str, other: str) -> tuple[ChangedFile, ...]:
    return files(Trees(store(origin)).numbers(one, other))


def test_files_in_folders_are_counted(origin: Repository) -> None:
    one = origin.tree({"a/b/c": "1\n", "a/d": "x\n", "e": "\0"})
    other = origin.tree({"a/b/c": "1\n2\n", "a/d": "x\n", "e": "\0\0"})
    assert told(origin, one, other) == (ChangedFile(path="a/b/c", added=1), ChangedFile(path="e"))
    assert told(origin, one, one) == ()


def test_a_file_is_renamed_where_gitlab_takes_it_to_be(origin: Repository) -> None:
    kept, lines = "".join(f"{n}\n" for n in range(40)), "".join(f"x{n}\n" for n in range(60))
    one = origin.tree({"old": kept + "".join(f"y{n}\n" for n in range(60))})
    other = origin.tree({"new": kept + lines})
    (found,) = told(origin, one, other)
    assert (found.path, found.previous_path, found.added) == ("new", "old", 60)


def test_a_submodule_is_counted_and_not_looked_into(origin: Repository) -> None:
    def at(sha: str) -> str:
        origin.git("read-tree", "--empty")
        origin.git("update-index", "--add", "--cacheinfo", f"160000,{sha * 40},vendor")
        return origin.git("write-tree")

    assert told(origin, at("a"), at("b")) == (ChangedFile(path="vendor", added=1, removed=1),)


def test_a_hint_that_leaves_a_tree_out_is_noticed(origin: Repository) -> None:
    one = origin.tree({"a/b": "1\n"})
    other = origin.tree({"a/b": "2\n"})
    own = store(origin)
    whole = own.hint

    def hint(what: str, *arguments: str, **more: Any) -> bytes:
        return b"" if arguments[0] == "diff-tree" else whole(what, *arguments, **more)

    own.hint = hint
    assert code_of(lambda: Trees(own).prepare(one, other)) == "not-found"
    own.bring(origin.git("rev-parse", f"{one}:a", f"{other}:a").split())
    assert code_of(lambda: Trees(own).prepare(one, other)) == "wrong-object"


def test_a_git_that_cannot_merge_trees_says_so(
    origin: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = store(origin)
    monkeypatch.setattr(own, "ask", lambda *_, fine: b"" if 129 in fine else b"x")
    assert Trees(own).merged("a" * 40, "b" * 40) is None


def test_names_in_a_hint_are_checked(origin: Repository) -> None:
    own: ObjectStore = store(origin)
    line = b":100644 100644 --output=x " + b"a" * 40 + b" M\0path\0"
    own.hint = lambda *_, **__: line
    assert code_of(lambda: Trees(own).numbers("a" * 40, "b" * 40)) == "wrong-object"
