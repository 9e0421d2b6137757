from __future__ import annotations

from typing import Any

import pytest

from gate.adapters.forges.github.compare import MOST_COMMITS, MOST_FILES, Comparison, compare
from gate.domain.facts import Reach
from tests.adapters.forges.github.canned import (
    C1,
    C2,
    HOME,
    M0,
    M1,
    CannedTransport,
    Raw,
    client,
    comparison,
    file_diff,
)
from tests.adapters.forges.github.gaps import code_of, gap_of

KEY = f"GET {HOME}/compare/{M0}...{M1}"


def compared(answer: Any, *, commits: bool = True, base: str = M0) -> Comparison | None:
    key = f"GET {HOME}/compare/{base}...{M1}"
    return compare(client(CannedTransport({key: answer})), base, M1, commits=commits)


@pytest.mark.parametrize(
    ("answer", "reach", "commits"),
    [
        (comparison("ahead", M0, M0, C1, M1), Reach.AHEAD, (C1, M1)),
        (comparison("behind", M0, M1), Reach.BEHIND, ()),
        (comparison("diverged", M0, C1, C2, M1), Reach.DIVERGED, (C2, M1)),
    ],
)
def test_two_revisions_stand_to_each_other_in_one_way(
    answer: Any, reach: Reach, commits: tuple[str, ...]
) -> None:
    found = compared(answer)
    assert found is not None
    assert (found.reach, found.base, found.commits) == (reach, M0, commits)


def test_the_same_revision_is_identical() -> None:
    found = compare(
        client(
            CannedTransport({f"GET {HOME}/compare/{M1}...{M1}": comparison("identical", M1, M1)})
        ),
        M1,
        M1,
    )
    assert found is not None
    assert found.reach is Reach.IDENTICAL


def test_a_branch_may_be_the_base_and_its_tip_is_told() -> None:
    transport = CannedTransport(
        {f"GET {HOME}/compare/release%2F1...{M1}": comparison("behind", C2, M1)}
    )
    found = compare(client(transport), "release/1", M1)
    assert found is not None
    assert (found.base, found.commits) == (C2, ())
    assert transport.asked[0].parameters == {"per_page": 1}


def test_commits_are_read_from_all_pages() -> None:
    shas = [f"{number:040x}" for number in range(1, 250)] + [M1]
    whole = comparison("ahead", M0, M0, *shas)
    pages = {
        number: {**whole, "commits": whole["commits"][100 * (number - 1) : 100 * number]}
        for number in (1, 2, 3)
    }
    transport = CannedTransport({KEY: lambda given: pages[given["page"]]})
    found = compare(client(transport), M0, M1, commits=True)
    assert found is not None
    assert found.commits == tuple(shas)


def test_commits_that_were_not_asked_for_may_be_any_number() -> None:
    answer = {**comparison("ahead", M0, M0, M1), "ahead_by": MOST_COMMITS + 1}
    found = compared(answer, commits=False)
    assert found is not None
    assert found.commits == ()


def test_too_many_commits_are_too_large() -> None:
    gap = gap_of(
        lambda: compared({**comparison("ahead", M0, M0, M1), "ahead_by": MOST_COMMITS + 1})
    )
    assert (gap.reason_code, gap.remedy) == ("too-large", "deploy in smaller steps")


def test_histories_without_anything_in_common_are_told_as_such() -> None:
    message = f"No common ancestor between {M0} and {M1}."
    assert compared(Raw(404, {"message": message})) is None


@pytest.mark.parametrize(
    ("status", "code"), [(404, "not-found"), (403, "not-permitted"), (500, "unavailable")]
)
def test_a_comparison_that_fails_is_missing(status: int, code: str) -> None:
    assert code_of(lambda: compared(Raw(status, {"message": "Not Found"}))) == code


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "ahead", "behind_by": 3},
        {"status": "behind"},
        {"base_commit": {"sha": C1}},
        {"merge_base_commit": {"sha": C1}},
        {"merge_base_commit": {"sha": M1}},
        {"commits": [{"sha": M1}, {"sha": C1}]},
    ],
)
def test_an_answer_that_contradicts_itself_is_the_wrong_one(wrong: dict[str, Any]) -> None:
    assert (
        code_of(lambda: compared({**comparison("ahead", M0, M0, C1, M1), **wrong}))
        == "wrong-object"
    )


@pytest.mark.parametrize(
    "short",
    [
        {"commits": [{"sha": M1}]},
        {"commits": [{"sha": M1}, {"sha": M1}]},
        {"ahead_by": 3},
        {"ahead_by": 200},
        {"status": "sideways"},
        {"files": None},
    ],
)
def test_a_list_that_is_not_whole_is_unreadable(short: dict[str, Any]) -> None:
    assert (
        code_of(lambda: compared({**comparison("ahead", M0, M0, C1, M1), **short})) == "unreadable"
    )


def test_files_are_read_with_their_old_names() -> None:
    renamed = file_diff("new.py", None, status="renamed", previous_filename="old.py", sha=None)
    found = compared(
        comparison("ahead", M0, M0, M1, files=[renamed, file_diff("a.py", "@@ -1 +1 @@")])
    )
    assert found is not None
    first, second = found.files
    assert (first.path, first.previous_path, first.patch, first.sha) == (
        "new.py",
        "old.py",
        None,
        "",
    )
    assert (second.path, second.previous_path, second.patch) == ("a.py", "", "@@ -1 +1 @@")
    assert found.files_whole


def test_three_hundred_files_may_not_be_all() -> None:
    files = [file_diff(f"{number}.py") for number in range(MOST_FILES)]
    found = compared(comparison("ahead", M0, M0, M1, files=files))
    assert found is not None
    assert not found.files_whole


def test_a_rename_without_its_old_name_is_unreadable() -> None:
    broken = comparison("ahead", M0, M0, M1, files=[file_diff(status="renamed")])
    assert "previous_filename" in gap_of(lambda: compared(broken)).detail
