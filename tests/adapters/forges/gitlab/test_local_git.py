from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from gate.adapters.forges.gitlab import local_git
from gate.adapters.forges.gitlab.local_git import Git
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


def test_a_whole_clone_is_whole_and_a_shallow_one_is_not(origin: Repository) -> None:
    shas = line(origin)
    assert clone(origin).adapter().is_whole()
    shallow = origin.clone(origin.path.parent / "shallow", "--depth=1").adapter()
    assert not shallow.is_whole()
    gap = gap_of(lambda: shallow.ensure(shas[-1]))
    assert gap.reason_code == "not-permitted"
    assert 'GIT_DEPTH: "0"' in gap.remedy


def test_what_the_clone_does_not_hold_is_fetched(origin: Repository) -> None:
    shas = line(origin)
    git = clone(origin).adapter()
    side = origin.commit({"b": "1\n"}, shas[0])
    git.ensure(side, shas[-1], side)
    assert set(git.contents([side])) == {side}
    assert code_of(lambda: git.ensure(GONE)) == "not-found"


def test_commits_come_after_their_parents(origin: Repository) -> None:
    m0, m1, m2 = line(origin)
    c1 = origin.commit({"a": "0\n", "b": "1\n"}, m0, at=50)
    merge = origin.commit({"a": "2\n", "b": "1\n"}, m2, c1, at=60)
    git = origin.adapter()
    found = git.between(m0, merge)
    assert set(found) == {m1, m2, c1, merge}
    assert found[-1] == merge
    assert found.index(m1) < found.index(m2)
    assert git.between(merge, m0) == ()


def test_too_many_commits_are_a_gap(origin: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    shas = line(origin)
    monkeypatch.setattr(local_git, "MOST_COMMITS", 1)
    assert code_of(lambda: origin.adapter().between(shas[0], shas[-1])) == "too-large"


def test_the_merge_base(origin: Repository) -> None:
    m0, m1, m2 = line(origin)
    c1 = origin.commit({"b": "1\n"}, m1)
    other = origin.commit({"z": "1\n"}, message="another root")
    git = origin.adapter()
    assert git.merge_base(m2, c1) == m1
    assert git.merge_base(m0, m2) == m0
    assert git.merge_base(m2, other) is None
    assert code_of(lambda: git.merge_base(m0, GONE)) == "not-found"


def test_commits_are_proved_by_their_own_names(origin: Repository) -> None:
    shas = line(origin)
    git = origin.adapter()
    assert list(git.contents(shas)) == shas
    assert git.contents([]) == {}
    loose = origin.path / ".git/objects" / shas[1][:2] / shas[1][2:]
    other = origin.path / ".git/objects" / shas[2][:2] / shas[2][2:]
    loose.chmod(0o644)
    loose.write_bytes(other.read_bytes())
    gap = gap_of(lambda: git.contents(shas))
    assert gap.reason_code in {"wrong-object", "not-found"}
    content = zlib.decompress(other.read_bytes()).partition(b"\0")[2]
    loose.write_bytes(zlib.compress(b"commit %d\0" % len(content) + content))
    gap_of(lambda: git.contents([shas[1]]))


def test_content_under_another_name_is_a_gap(tmp_path: Path) -> None:
    asked = "a" * 40
    said = b"%s commit 3\nabc\n" % asked.encode()
    git = Git.__new__(Git)
    git._ask = lambda *_, **__: said
    gap = gap_of(lambda: git.contents([asked]))
    assert gap.reason_code == "wrong-object"
    assert "GIT_STRATEGY" in gap.remedy


@pytest.mark.parametrize("said", [b"", b"x missing\n", b"%s tree 3\nabc\n", b"%s commit x\nabc\n"])
def test_a_commit_that_is_not_there_is_a_gap(said: bytes) -> None:
    asked = "a" * 40
    git = Git.__new__(Git)
    git._ask = lambda *_, **__: said.replace(b"%s", asked.encode())
    assert code_of(lambda: git.contents([asked])) == "not-found"


def test_replaced_commits_are_not_believed(origin: Repository) -> None:
    m0, m1, m2 = line(origin)
    fake = origin.commit({"a": "2\n"}, message="nothing before")
    origin.git("replace", m2, fake)
    assert origin.adapter().between(m0, m2) == (m1, m2)


def test_a_merge_that_the_clone_repeats(origin: Repository) -> None:
    m0, _, m2 = line(origin)
    c1 = origin.commit({"a": "0\n", "b": "1\n"}, m0)
    git = origin.adapter()
    assert git.merged_tree(m2, c1) == origin.tree({"a": "2\n", "b": "1\n"})
    conflict = origin.commit({"a": "x\n"}, m0)
    assert git.merged_tree(m2, conflict) == ""


@pytest.mark.parametrize("hostile", ["--upload-pack=/tmp/x", "HEAD", "main", "", f"{GONE} "])
def test_only_a_full_sha_is_ever_an_argument(origin: Repository, hostile: str) -> None:
    line(origin)
    git = origin.adapter()
    for question in (
        lambda: git.ensure(hostile),
        lambda: git.merge_base(hostile, GONE),
        lambda: git.between(GONE, hostile),
        lambda: git.contents([hostile]),
        lambda: git.numbers(hostile, GONE),
        lambda: git.merged_tree(hostile, GONE),
    ):
        assert code_of(question) == "wrong-object"


def test_where_the_clone_came_from(origin: Repository) -> None:
    line(origin)
    assert origin.adapter().remote() == ""
    assert clone(origin).adapter().remote() == f"file://{origin.path}"


def test_longer_hashes_have_another_function() -> None:
    name = local_git._name_of(b"", "a" * 64)
    assert len(name) == 64
