from __future__ import annotations

from pathlib import Path

import pytest

from gate.adapters.forges.gitlab import git_history
from gate.adapters.forges.gitlab.git_history import GitHistory, files
from gate.adapters.forges.gitlab.history import Signed
from gate.domain.facts import ChangedFile, MergeKind
from tests.adapters.forges.gitlab.gaps import code_of
from tests.adapters.forges.gitlab.repositories import Repository


@pytest.fixture
def origin(tmp_path: Path) -> Repository:
    return Repository.new(tmp_path / "origin")


def test_a_commit_is_read_from_its_raw_form(origin: Repository) -> None:
    root = origin.commit({"a": "1\n"}, author="alice")
    sha = origin.commit({"a": "2\n"}, root, message="One\n\nTwo\n")
    found = GitHistory(origin.adapter()).commit(sha)
    assert (found.sha, found.parents, found.headline) == (sha, (root,), "One")
    assert found.author == found.committer == Signed(name="Bob", email="bob@acme.example")


def test_what_differs_is_told_against_the_merge_base(origin: Repository) -> None:
    m0 = origin.commit({"a": "1\n2\n", "old": "x\n" * 20})
    m1 = origin.commit({"a": "1\n2\n", "old": "x\n" * 20, "main": "1\n"}, m0)
    c1 = origin.commit({"a": "1\n3\n4\n", "new": "x\n" * 20}, m0)
    found = GitHistory(origin.adapter()).compare(m1, c1)
    assert [commit.sha for commit in found.commits] == [c1]
    assert found.files == (
        ChangedFile(path="a", added=2, removed=1),
        ChangedFile(path="new", previous_path="old"),
    )


def test_no_attribute_makes_lines_uncounted(origin: Repository) -> None:
    m0 = origin.commit({".gitattributes": "* binary\n", "a": "1\n"})
    m1 = origin.commit({".gitattributes": "* binary\n", "a": "1\n2\n3\n"}, m0)
    origin.point("refs/heads/main", m1)
    clone = origin.clone(origin.path.parent / "c")
    clone.git("checkout", "--quiet", "main")
    found = GitHistory(clone.adapter()).compare(m0, m1)
    assert found.files == (ChangedFile(path="a", added=2),)


def test_unrelated_histories_are_a_gap(origin: Repository) -> None:
    one, other = origin.commit({"a": "1\n"}), origin.commit({"b": "1\n"}, message="x")
    history = GitHistory(origin.adapter())
    assert history.merge_base(one, other) is None
    assert code_of(lambda: history.compare(one, other)) == "not-found"


def test_too_many_commits_are_a_gap(origin: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    m0 = origin.commit({"a": "1\n"})
    c1 = origin.commit({"a": "2\n"}, m0)
    c2 = origin.commit({"a": "3\n"}, c1)
    monkeypatch.setattr(git_history, "MOST_COMMITS", 1)
    history = GitHistory(origin.adapter())
    assert len(history.compare(c1, c2).commits) == 1
    assert code_of(lambda: history.compare(m0, c2)) == "too-large"


def test_what_is_not_there_is_not_fetched_where_gitlab_can_be_asked(origin: Repository) -> None:
    m0 = origin.commit({"a": "1\n"})
    origin.point("refs/heads/main", m0)
    clone = origin.clone(origin.path.parent / "c").adapter()
    side = origin.commit({"a": "2\n"}, m0)
    assert code_of(lambda: GitHistory(clone, fetches=False).commit(side)) == "not-found"
    assert GitHistory(clone).commit(side).parents == (m0,)


def test_a_merge_that_git_cannot_repeat_is_unknown(
    origin: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    m0 = origin.commit({"a": "1\n"})
    c1 = origin.commit({"a": "2\n"}, m0)
    git = origin.adapter()
    history = GitHistory(git)
    merge = history.commit(origin.commit({"a": "2\n"}, m0, c1))
    assert history.kind(merge, frozenset()) is MergeKind.CLEAN
    monkeypatch.setattr(git, "merged_tree", lambda *_: None)
    assert history.kind(merge, frozenset()) is MergeKind.UNKNOWN


def test_a_merge_is_clean_when_repeating_it_gives_the_very_same(origin: Repository) -> None:
    m0 = origin.commit({"a": "1\n"})
    m1 = origin.commit({"a": "1\n", "main": "1\n"}, m0)
    c1 = origin.commit({"a": "2\n"}, m0)
    history = GitHistory(origin.adapter())
    clean = origin.commit({"a": "2\n", "main": "1\n"}, c1, m1)
    slipped = origin.commit({"a": "2\n", "main": "1\n", "evil": "x"}, c1, m1)
    conflict = origin.commit({"a": "3\n"}, m0)
    resolved = origin.commit({"a": "2 or 3\n"}, c1, conflict)
    octopus = origin.commit({"a": "2\n", "main": "1\n"}, c1, m1, m0)

    def kind(sha: str) -> MergeKind:
        return history.kind(history.commit(sha), frozenset())

    assert kind(clean) is MergeKind.CLEAN
    assert kind(slipped) is MergeKind.CONTENT
    assert kind(resolved) is MergeKind.CONTENT
    assert kind(octopus) is MergeKind.UNKNOWN


def test_a_clone_does_not_know_what_the_forge_committed(origin: Repository) -> None:
    history = GitHistory(origin.adapter())
    assert not history.is_by_forge(history.commit(origin.commit({"a": "1\n"})))


def test_numbers_are_read_with_old_names_and_odd_paths() -> None:
    assert files(b"") == ()
    assert files(b"1\t2\ta\tb\nc\0-\t-\tpicture\0" + b"0\t0\t\0old\0n\xff\0") == (
        ChangedFile(path="a\tb\nc", added=1, removed=2),
        ChangedFile(path="picture"),
        ChangedFile(path="n\\xff", previous_path="old"),
    )
