from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gate.adapters.forges.gitlab.histories import history_of
from gate.domain.facts import ChangedFile, MergeKind
from tests.adapters.forges.gitlab.canned import HOME, M0, M1, by_pair, commit, comparison, serving
from tests.adapters.forges.gitlab.gaps import gap_of
from tests.adapters.forges.gitlab.repositories import Repository
from tests.adapters.forges.gitlab.test_client import client
from tests.adapters.forges.gitlab.test_history import raw


@pytest.fixture
def origin(tmp_path: Path) -> Repository:
    return Repository.new(tmp_path / "origin")


def cut(base: str, head: str) -> dict[str, Any]:
    answer = comparison(commit(head, base), compare_timeout=True)
    return {
        f"{HOME}/repository/compare": by_pair({(base, head): answer}),
        f"{HOME}/repository/merge_base": commit(base),
    }


def test_files_that_gitlab_cuts_come_from_the_clone(origin: Repository) -> None:
    m0 = origin.commit({"a": "1\n"})
    m1 = origin.commit({"a": "1\n2\n"}, m0)
    origin.point("refs/heads/main", m1)
    whole = origin.clone(origin.path.parent / "whole").adapter()
    shallow = origin.clone(origin.path.parent / "shallow", "--depth=1").adapter()
    with serving(cut(m0, m1)) as canned:
        asker = client(canned, read=True)
        assert history_of(asker, whole).compare(m0, m1).files == (ChangedFile(path="a", added=1),)
        assert history_of(asker, shallow).compare(m0, m1).files is None
        assert history_of(asker, None).compare(m0, m1).files is None


def test_what_the_clone_holds_is_not_asked_of_gitlab(origin: Repository) -> None:
    m0 = origin.commit({"a": "1\n"})
    m1 = origin.commit({"a": "1\n2\n"}, m0)
    origin.point("refs/heads/main", m1)
    whole = origin.clone(origin.path.parent / "whole").adapter()
    with serving({}) as canned:
        history = history_of(client(canned, read=True), whole)
        assert history.merge_base(m0, m1) == m0
        assert [one.sha for one in history.compare(m0, m1).commits] == [m1]
        assert history.commit(m1).parents == (m0,)
    assert canned.asked == []


@pytest.mark.parametrize("changed", ["commit", "tree"])
def test_of_a_clone_that_somebody_changed_nothing_is_taken(
    origin: Repository, changed: str
) -> None:
    m0 = origin.commit({"a": "1\n"})
    m1 = origin.commit({"a": "1\n2\n"}, m0)
    name = {"commit": m1, "tree": origin.git("rev-parse", f"{m1}^{{tree}}")}[changed]
    origin.pretend(name, origin.git("rev-parse", m0 if changed == "commit" else f"{m0}^{{tree}}"))
    told = comparison(commit(m1, m0))
    table = {
        f"{HOME}/repository/compare": by_pair({(m0, m1): told}),
        f"{HOME}/repository/merge_base": commit(m0),
    }
    with serving(table) as canned:
        found = history_of(client(canned, read=True), origin.adapter()).compare(m0, m1)
    assert found.files == (ChangedFile(path="services/api/app.py", added=2, removed=1),)


def test_what_gitlab_tells_whole_needs_no_clone(origin: Repository) -> None:
    table = {
        **cut(M0, M1),
        f"{HOME}/repository/compare": by_pair({(M0, M1): comparison(commit(M1, M0))}),
    }
    with serving(table) as canned:
        found = history_of(client(canned, read=True), origin.adapter()).compare(M0, M1)
    assert found.files == (ChangedFile(path="services/api/app.py", added=2, removed=1),)


def test_a_merge_whose_difference_gitlab_cuts_is_told_by_the_clone(origin: Repository) -> None:
    m0 = origin.commit({"a": "1\n"})
    c1 = origin.commit({"a": "2\n"}, m0)
    clean = origin.commit({"a": "2\n"}, m0, c1)
    slipped = origin.commit({"a": "2\n", "evil": "x\n"}, m0, c1)
    origin.point("refs/heads/main", clean)
    origin.point("refs/heads/other", slipped)
    whole = origin.clone(origin.path.parent / "whole").adapter()
    shallow = origin.clone(origin.path.parent / "shallow", "--depth=1").adapter()
    answer = comparison(commit(clean, m0, c1), compare_timeout=True)
    table = {f"{HOME}/repository/compare": lambda _: answer}
    with serving(table) as canned:
        asker = client(canned, read=True)
        for merge, kind in {clean: MergeKind.CLEAN, slipped: MergeKind.CONTENT}.items():
            found = raw(merge, m0, c1)
            assert history_of(asker, whole).kind(found, frozenset({c1})) is kind
            for less in (shallow, None):
                assert history_of(asker, less).kind(found, frozenset({c1})) is MergeKind.UNKNOWN


def test_a_job_token_without_a_clone_is_blind() -> None:
    with serving({}) as canned:
        history = history_of(client(canned), None)
        for question in (
            lambda: history.commit(M1),
            lambda: history.merge_base(M0, M1),
            lambda: history.compare(M0, M1),
        ):
            gap = gap_of(question)
            assert gap.reason_code == "not-permitted"
            assert "read_api" in gap.remedy
            assert "GIT_DEPTH" in gap.remedy
        assert history.kind(raw(M1, M0), frozenset()) is MergeKind.UNKNOWN
        assert not history.is_by_forge(raw(M1))
    assert canned.asked == []
