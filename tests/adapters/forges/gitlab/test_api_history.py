from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from gate.adapters.forges.gitlab.api_history import ApiHistory
from gate.domain.facts import ChangedFile, MergeKind
from tests.adapters.forges.gitlab.canned import (
    C1,
    C2,
    HOME,
    M0,
    M1,
    Canned,
    Raw,
    by_pair,
    commit,
    comparison,
    diff,
    serving,
    sha,
)
from tests.adapters.forges.gitlab.gaps import code_of
from tests.adapters.forges.gitlab.test_client import client
from tests.adapters.forges.gitlab.test_history import raw

COMPARE, BASE = f"{HOME}/repository/compare", f"{HOME}/repository/merge_base"
MAIN = sha("main")


@contextmanager
def history(table: Mapping[str, Any]) -> Iterator[tuple[ApiHistory, Canned]]:
    with serving(table) as canned:
        yield ApiHistory(client(canned, read=True)), canned


def test_a_commit_and_no_other() -> None:
    path = f"{HOME}/repository/commits/{C1}"
    with history({path: commit(C1, M0)}) as (asked, _):
        assert asked.commit(C1).parents == (M0,)
    with history({path: commit(C2, M0)}) as (asked, _):
        assert code_of(lambda: asked.commit(C1)) == "wrong-object"


@pytest.mark.parametrize(
    "odd",
    [
        {"parent_ids": None},
        {"parent_ids": [1]},
        {"id": "main"},
        {"author_email": None},
        {"message": 1},
    ],
)
def test_what_is_no_commit_is_a_gap(odd: dict[str, Any]) -> None:
    with history({f"{HOME}/repository/commits/{C1}": {**commit(C1, M0), **odd}}) as (asked, _):
        assert code_of(lambda: asked.commit(C1)) == "unreadable"


def test_the_merge_base_or_none() -> None:
    with history({BASE: commit(M0)}) as (asked, canned):
        assert asked.merge_base(M0, C1) == M0
        assert asked.merge_base(M0, C1) == M0
    assert canned.count(BASE) == 1
    with history({BASE: Raw(404, {"message": "404 Merge Base Not Found"})}) as (asked, _):
        assert asked.merge_base(M0, C1) is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Raw(404, {"message": "404 Project Not Found"}), "not-found"),
        (Raw(400, {"message": "400 Bad request - Could not find ref: x"}), "unreadable"),
        ({"id": None}, "unreadable"),
    ],
)
def test_a_merge_base_that_cannot_be_told_is_a_gap(answer: Any, code: str) -> None:
    with history({BASE: answer}) as (asked, _):
        assert code_of(lambda: asked.merge_base(M0, C1)) == code


def compare(answer: Any, base: Any = None) -> Any:
    table = {COMPARE: by_pair({(M0, C2): answer}), BASE: base or commit(M0)}
    with history(table) as (asked, _):
        return asked.compare(M0, C2)


def test_commits_and_files_of_a_comparison() -> None:
    found = compare(comparison(commit(C2, C1), commit(C1, M0), diffs=[diff("a")]))
    assert [one.sha for one in found.commits] == [C1, C2]
    assert found.files == (ChangedFile(path="a", added=2, removed=1),)


def test_files_that_were_cut_are_unknown_and_the_commits_are_not() -> None:
    found = compare(comparison(commit(C1, M0), commit(C2, C1), compare_timeout=True))
    assert (len(found.commits), found.files) == (2, None)


def test_nothing_new_is_no_commit() -> None:
    found = compare(comparison(diffs=[]), commit(C2))
    assert (found.commits, found.files) == ((), ())


@pytest.mark.parametrize(
    "commits",
    [
        [],
        [commit(C1, M0)],
        [commit(C2, C1)],
        [commit(C1, M0), commit(C2, C1), commit(sha("more"), C2)],
        [commit(C1, M0), commit(C2, sha("left out"))],
        [commit(M0), commit(C1, M0), commit(C2, C1)],
    ],
    ids=["none", "no head", "cut at the end", "another head", "a hole", "the base itself"],
)
def test_commits_that_do_not_hang_together_are_a_gap(commits: list[Any]) -> None:
    assert code_of(lambda: compare(comparison(*commits))) == "wrong-object"


def test_no_history_in_common_is_a_gap() -> None:
    gone = Raw(404, {"message": "404 Merge Base Not Found"})
    assert code_of(lambda: compare(comparison(commit(C2, C1)), gone)) == "not-found"


# --- merges -----------------------------------------------------------------------------------


def kind(merge: Any, own: set[str], before: Any = None, after: Any = None) -> MergeKind:
    pairs = {(MAIN, C1): before or comparison(), (MAIN, M1): after or comparison()}
    with history({COMPARE: by_pair(pairs)}) as (asked, _):
        return asked.kind(merge, frozenset(own))


@pytest.mark.parametrize("own", [{C1}, set()])
def test_a_merge_that_changes_nothing_of_its_own_side_is_clean(own: set[str]) -> None:
    assert kind(raw(M1, C1, MAIN), own) is MergeKind.CLEAN


def test_its_own_side_is_the_one_among_the_merge_requests_commits() -> None:
    assert kind(raw(M1, MAIN, C1), {C1}) is MergeKind.CLEAN


def test_a_merge_that_brings_more_is_content() -> None:
    more = comparison(diffs=[diff(), diff("evil")])
    assert kind(raw(M1, C1, MAIN), {C1}, after=more) is MergeKind.CONTENT


def test_what_cannot_be_compared_is_unknown() -> None:
    cut = comparison(compare_timeout=True)
    assert kind(raw(M1, C1, MAIN), {C1}, before=cut) is MergeKind.UNKNOWN
    assert kind(raw(M1, C1, MAIN), {C1}, after=cut) is MergeKind.UNKNOWN
    assert kind(raw(M1, C1, MAIN, C2), {C1}) is MergeKind.UNKNOWN
    assert kind(raw(M1, C1, C2), {C1, C2}) is MergeKind.UNKNOWN


# --- the forge's own signature ----------------------------------------------------------------


def by_forge(answer: Any, committer: str = "GitLab") -> bool:
    found = {**commit(C1, M0), "committer_name": committer}
    table = {
        f"{HOME}/repository/commits/{C1}": found,
        f"{HOME}/repository/commits/{C1}/signature": answer,
    }
    with history(table) as (asked, _):
        return asked.is_by_forge(asked.commit(C1))


def test_only_gitlabs_own_valid_signature_proves_that_it_committed() -> None:
    assert by_forge({"verification_status": "verified_system"})
    assert not by_forge({"verification_status": "verified"})
    assert not by_forge({"verification_status": "unverified"})
    assert not by_forge(Raw(404, {"message": "404 Signature Not Found"}))
    assert not by_forge(Raw(500, {}), committer="Bob")


def test_a_signature_that_cannot_be_read_is_a_gap() -> None:
    assert code_of(lambda: by_forge({})) == "unreadable"
