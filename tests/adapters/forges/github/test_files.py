from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gate.adapters.forges.github import files, pulls
from gate.adapters.forges.github.compare import Comparison, compare
from gate.adapters.forges.github.pulls import Pull
from gate.domain.facts import ChangedFile, Commit, MergeKind
from gate.domain.identity import Identity
from tests.adapters.forges.github.canned import (
    C1,
    HOME,
    M0,
    M1,
    CannedTransport,
    changed,
    client,
    comparison,
    file_diff,
    graph,
    page,
    pull,
)
from tests.adapters.forges.github.gaps import code_of

BOB = Identity(system="github", login="bob")
PULL_FILES = f"GET {HOME}/pulls/12/files"
RENAME = file_diff("new.py", status="renamed", previous_filename="old.py")


def compared(*listed: Any) -> Comparison:
    key = f"GET {HOME}/compare/{M0}...{M1}"
    found = compare(
        client(CannedTransport({key: comparison("ahead", M0, M0, M1, files=list(listed))})), M0, M1
    )
    assert found is not None
    return found


def pulled(*nodes: Any, number: int = 12) -> Pull:
    answer = graph(**{f"p{number}": pull(number, files=page(*nodes))})
    return pulls.ask(client(CannedTransport({"MergeRequests": answer})), [number], "main")[0]


def test_the_files_of_comparisons_are_added_up_by_path() -> None:
    first = compared(file_diff("a.py"), RENAME)
    assert files.of_comparisons([first, compared(file_diff("a.py"), file_diff("new.py"))]) == (
        ChangedFile(path="a.py", added=20, removed=4),
        ChangedFile(path="new.py", added=20, removed=4, previous_path="old.py"),
    )


def test_a_list_that_may_be_cut_is_no_list() -> None:
    assert files.of_comparisons([compared(*[file_diff(f"{n}.py") for n in range(300)])]) is None


def commit(**more: Any) -> Commit:
    return replace(
        Commit(sha=M1, headline="", authors=(BOB,), committer=None, brought_by=(12,)), **more
    )


def test_the_files_of_pull_requests_stand_in_for_it() -> None:
    found = files.of_pulls([pulled(changed("a.py")), pulled(changed("b.py"))], [commit()])
    assert found is not None
    assert [file.path for file in found] == ["a.py", "b.py"]


@pytest.mark.parametrize(
    "more",
    [
        {"brought_by": ()},
        {"committer": BOB, "merge": MergeKind.CONTENT},
        {"committer": BOB, "merge": MergeKind.UNKNOWN},
    ],
)
def test_unless_something_came_without_any_of_them(more: Any) -> None:
    assert files.of_pulls([pulled(changed("a.py"))], [commit(**more)]) is None


@pytest.mark.parametrize("more", [{"committer": BOB}, {"committer": BOB, "merge": MergeKind.CLEAN}])
def test_what_brought_nothing_of_its_own_does_not_matter(more: Any) -> None:
    assert files.of_pulls([pulled(changed("a.py"))], [commit(**more)]) is not None


def test_one_pull_request_gets_its_old_names_from_the_comparison() -> None:
    transport = CannedTransport({})
    found = pulled(changed("a.py"), changed("new.py", changeType="RENAMED"))
    (whole,) = files.with_old_names(client(transport), [found], compared(file_diff("a.py"), RENAME))
    assert whole.request.paths == ("a.py", "new.py", "old.py")
    assert transport.asked == []


@pytest.mark.parametrize("count", [1, 2])
def test_otherwise_they_are_asked_for(count: int) -> None:
    transport = CannedTransport({PULL_FILES: [[RENAME, file_diff("a.py")]]})
    found = [pulled(changed("new.py", changeType="RENAMED")), pulled(changed("b.py"), number=13)][
        :count
    ]
    known = compared(RENAME) if count == 2 else None
    whole = files.with_old_names(client(transport), found, known)
    assert whole[0].request.paths == ("new.py", "old.py", "a.py")
    assert [one.request.number for one in whole] == [12, 13][:count]
    assert len(transport.asked) == 1


def test_three_thousand_files_may_not_be_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 2)
    transport = CannedTransport({PULL_FILES: [[RENAME, file_diff("a.py")]]})
    found = pulled(changed("new.py", changeType="RENAMED"))
    assert code_of(lambda: files.with_old_names(client(transport), [found], None)) == "too-large"


def test_the_files_of_one_commit_are_those_against_its_parent() -> None:
    transport = CannedTransport(
        {f"GET {HOME}/commits/{M1}": {"sha": M1, "files": [file_diff("a.py")]}}
    )
    assert files.of_commit(client(transport), M1) == (
        ChangedFile(path="a.py", added=10, removed=2),
    )


def test_another_commit_is_the_wrong_one() -> None:
    transport = CannedTransport({f"GET {HOME}/commits/{M1}": {"sha": C1, "files": []}})
    assert code_of(lambda: files.of_commit(client(transport), M1)) == "wrong-object"
