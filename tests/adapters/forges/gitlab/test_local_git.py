from __future__ import annotations

import os
from pathlib import Path

import pytest

from gate.adapters.forges.gitlab import local_git
from tests.adapters.forges.gitlab.gaps import code_of, gap_of
from tests.adapters.forges.gitlab.repositories import Repository

GONE = "f" * 40


@pytest.fixture
def origin(tmp_path: Path) -> Repository:
    return Repository.new(tmp_path / "origin")


def clone(origin: Repository, *options: str) -> Repository:
    return origin.clone(origin.path.parent / "clone", *options)


def line(origin: Repository, count: int = 3) -> list[str]:
    found = [origin.commit({"a": "0\n"}, message="0")]
    for number in range(1, count):
        found.append(origin.commit({"a": f"{number}\n"}, found[-1], message=str(number), at=number))
    origin.point("refs/heads/main", found[-1])
    return found


def test_a_shallow_clone_says_what_to_do(origin: Repository) -> None:
    shas = line(origin)
    shallow = clone(origin, "--depth=1").adapter()
    gap = gap_of(lambda: shallow.fetch(shas[-1]))
    assert gap.reason_code == "not-permitted"
    assert 'GIT_DEPTH: "0"' in gap.remedy


def test_a_clone_that_borrows_from_another_folder_is_not_believed(origin: Repository) -> None:
    shas = line(origin)
    borrowing = clone(origin)
    (borrowing.path / ".git/objects/info/alternates").write_text(f"{origin.path}/.git/objects\n")
    gap = gap_of(lambda: borrowing.adapter().contents(shas))
    assert gap.reason_code == "wrong-object"
    assert "GIT_STRATEGY" in gap.remedy


def test_a_clone_that_holds_less_than_it_says_is_a_gap(origin: Repository) -> None:
    m0, m1, m2 = line(origin)
    shallow = clone(origin, "--depth=1")
    (shallow.path / ".git/shallow").unlink()
    assert code_of(lambda: shallow.adapter().lineage(m1, m2)) == "not-found"
    assert code_of(lambda: shallow.adapter().contents([m0])) == "not-found"


def test_what_the_clone_does_not_hold_is_fetched(origin: Repository) -> None:
    shas = line(origin)
    git = clone(origin).adapter()
    side = origin.commit({"b": "1\n"}, shas[0])
    assert code_of(lambda: git.contents([side])) == "not-found"
    git.fetch(side, shas[-1], side)
    assert set(git.contents([side])) == {side}
    assert code_of(lambda: git.fetch(GONE)) == "not-found"


def test_commits_come_after_their_parents(origin: Repository) -> None:
    m0, m1, m2 = line(origin)
    c1 = origin.commit({"a": "0\n", "b": "1\n"}, m0, at=50)
    merge = origin.commit({"a": "2\n", "b": "1\n"}, m2, c1, at=60)
    git = origin.adapter()
    found = git.lineage(m0, merge)
    assert set(found.new) == {m1, m2, c1, merge}
    assert found.new[-1] == merge
    assert found.new.index(m1) < found.new.index(m2)
    assert git.lineage(merge, m0).new == ()


def test_too_many_commits_are_a_gap(origin: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    shas = line(origin)
    monkeypatch.setattr(local_git, "MOST_WALKED", 1)
    assert code_of(lambda: origin.adapter().lineage(shas[0], shas[-1])) == "too-large"


def test_commits_are_proved_by_their_own_names(origin: Repository) -> None:
    shas = line(origin)
    git = origin.adapter()
    assert list(git.contents(shas)) == shas
    assert git.contents([]) == {}
    origin.pretend(shas[1], shas[2])
    assert list(git.contents(shas)) == shas
    gap = gap_of(lambda: origin.adapter().contents(shas))
    assert gap.reason_code == "wrong-object"
    assert "GIT_STRATEGY" in gap.remedy


def test_what_is_no_commit_is_a_gap(origin: Repository) -> None:
    (sha, *_) = line(origin)
    tree = origin.git("rev-parse", f"{sha}^{{tree}}")
    assert code_of(lambda: origin.adapter().contents([tree])) == "not-found"


def test_a_commit_that_hides_others_does_not_hide_them(origin: Repository) -> None:
    # The deployed commit pretends to come after what was pushed later, so that git's own walk leaves that out.
    m0, m1, m2 = line(origin)
    root = origin.commit({"a": "root\n"}, message="root")
    m3 = origin.commit({"a": "3\n"}, m2, at=3)
    side = origin.commit({"b": "1\n"}, root, at=4)
    merge = origin.commit({"a": "3\n", "b": "1\n"}, m3, side, at=5)
    assert set(origin.adapter().lineage(m2, merge).new) == {m3, side, merge, root}
    origin.pretend(m1, origin.commit({"a": "1\n"}, m0, side, message="1", at=1))
    assert side not in origin.git("rev-list", merge, f"^{m2}").split()
    assert code_of(lambda: origin.adapter().lineage(m2, merge)) == "wrong-object"


def test_what_differs_is_counted_in_proved_files_alone(origin: Repository) -> None:
    m0, m1, _ = line(origin)
    tree, blob = (origin.git("rev-parse", name) for name in (f"{m1}^{{tree}}", f"{m1}:a"))
    assert origin.adapter().numbers(m0, m1) == b"1\t1\ta\0"
    with origin.pretending(tree, origin.git("rev-parse", f"{m0}^{{tree}}")):
        assert code_of(lambda: origin.adapter().numbers(m0, m1)) == "wrong-object"
    with origin.pretending(blob, origin.git("rev-parse", f"{m0}:a")):
        assert code_of(lambda: origin.adapter().numbers(m0, m1)) == "wrong-object"


def test_settings_of_the_clone_count_for_nothing(origin: Repository) -> None:
    m0, m1, m2 = line(origin)
    c1 = origin.commit({"a": "0\nx\n"}, m0)
    mark = origin.path / "ran"
    origin.git("config", "merge.evil.driver", f"touch {mark}")
    origin.git("config", "diff.renames", "false")
    (origin.path / ".git/info").mkdir(exist_ok=True)
    (origin.path / ".git/info/attributes").write_text("* -diff merge=evil\n")
    (origin.path / ".git/info/grafts").write_text(f"{m2}\n")
    git = origin.adapter()
    assert git.numbers(m0, m2) == b"1\t1\ta\0"
    assert git.lineage(m0, m2).new == (m1, m2)
    assert git.merged_tree(m2, c1) == ""
    assert not mark.exists()


def test_replaced_commits_are_not_believed(origin: Repository) -> None:
    m0, m1, m2 = line(origin)
    fake = origin.commit({"a": "2\n"}, message="nothing before")
    origin.git("replace", m2, fake)
    assert origin.adapter().lineage(m0, m2).new == (m1, m2)


def test_a_merge_that_the_clone_repeats(origin: Repository) -> None:
    m0, _, m2 = line(origin)
    c1 = origin.commit({"a": "0\n", "b": "1\n"}, m0)
    git = origin.adapter()
    assert git.merged_tree(m2, c1) == origin.tree({"a": "2\n", "b": "1\n"})
    assert git.merged_tree(m0, c1) == git.merged_tree(c1, m0) == git.tree(c1)
    conflict = origin.commit({"a": "x\n"}, m0)
    assert git.merged_tree(m2, conflict) == ""


def test_the_clone_itself_is_not_written_to(origin: Repository) -> None:
    m0, _, m2 = line(origin)
    c1 = origin.commit({"a": "0\n", "b": "1\n"}, m0)
    before = sorted(os.walk(origin.path))
    assert origin.adapter().merged_tree(m2, c1)
    assert sorted(os.walk(origin.path)) == before


def crossed(origin: Repository) -> list[str]:
    """Two branches that were merged into each other, so that they have two best ancestors; those first."""
    m0 = origin.commit({"a": "0\n", "b": "0\n", "c": "0\n"})
    a1 = origin.commit({"a": "1\n", "b": "0\n", "c": "0\n"}, m0, at=1)
    b1 = origin.commit({"a": "0\n", "b": "1\n", "c": "0\n"}, m0, at=2)
    both = {"a": "1\n", "b": "1\n"}
    a2 = origin.commit({**both, "c": "0\n"}, a1, b1, at=3)
    b2 = origin.commit({**both, "c": "0\n"}, b1, a1, at=4)
    a3 = origin.commit({**both, "c": "0\n", "x": "1\n"}, a2, at=5)
    b3 = origin.commit({**both, "c": "1\n"}, b2, at=6)
    return [a1, b1, a3, b3]


def test_branches_that_were_merged_into_each_other_are_merged_as_git_does_it(
    origin: Repository,
) -> None:
    a1, b1, a3, b3 = crossed(origin)
    git = origin.adapter()
    assert git.lineage(a3, b3).bases == (b1, a1)
    merged = origin.tree({"a": "1\n", "b": "1\n", "c": "1\n", "x": "1\n"})
    assert git.merged_tree(a3, b3) == git.merged_tree(b3, a3) == merged
    assert merged == origin.git("merge-tree", "--write-tree", a3, b3)


def test_where_too_much_was_crossed_nobody_can_tell(
    origin: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, a3, b3 = crossed(origin)
    git = origin.adapter()
    assert git._retold(a3, b3, 0) is None
    monkeypatch.setattr(git, "_retold", lambda *_: None)
    assert git.merged_tree(a3, b3) is None


def test_histories_with_nothing_in_common_are_not_merged(origin: Repository) -> None:
    (m0, *_) = line(origin)
    other = origin.commit({"z": "1\n"}, message="another root")
    git = origin.adapter()
    assert git.lineage(m0, other).bases == ()
    assert git.merged_tree(m0, other) is None


@pytest.mark.parametrize("hostile", ["--upload-pack=/tmp/x", "HEAD", "main", "", f"{GONE} "])
def test_only_a_full_sha_is_ever_an_argument(origin: Repository, hostile: str) -> None:
    line(origin)
    git = origin.adapter()
    for question in (
        lambda: git.fetch(hostile),
        lambda: git.lineage(hostile, GONE),
        lambda: git.lineage(GONE, hostile),
        lambda: git.contents([hostile]),
        lambda: git.numbers(hostile, GONE),
        lambda: git.merged_tree(hostile, GONE),
    ):
        assert code_of(question) == "wrong-object"


def test_where_the_clone_came_from(origin: Repository) -> None:
    line(origin)
    assert origin.adapter().remote() == ""
    assert clone(origin).adapter().remote() == f"file://{origin.path}"
