from __future__ import annotations

from typing import Any

import pytest

from gate.adapters.forges.gitlab.differences import changed, read_differences, same, together
from gate.domain.facts import ChangedFile, MergeKind
from tests.adapters.forges.gitlab.canned import comparison, diff
from tests.adapters.forges.gitlab.gaps import code_of
from tests.adapters.forges.gitlab.parts import part


def read(*diffs: Any, **more: Any) -> Any:
    return read_differences(part(comparison(diffs=list(diffs), **more)))


def without(found: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in names}


def test_files_come_with_their_lines_and_old_names() -> None:
    found = read(diff("a"), diff("new", "", old_path="old", renamed_file=True))
    assert changed(found) == (
        ChangedFile(path="a", added=2, removed=1),
        ChangedFile(path="new", previous_path="old"),
    )


@pytest.mark.parametrize("cut", [{"too_large": True}, {"collapsed": True}])
def test_a_file_that_was_cut_makes_all_of_it_unknown(cut: dict[str, bool]) -> None:
    assert read(diff("a"), diff("b", "", **cut)) is None


def test_a_comparison_that_ran_out_of_time_is_unknown() -> None:
    assert read(diff("a"), compare_timeout=True) is None


def test_older_servers_have_no_flags_and_an_empty_difference_must_be_explained() -> None:
    old = without(diff("a"), "too_large", "collapsed")
    assert read(old) is not None
    assert read({**old, "diff": ""}) is None
    assert read({**old, "diff": "", "new_file": True}) is None
    assert read({**old, "diff": "", "renamed_file": True}) is not None
    assert read({**old, "diff": "", "b_mode": "100755"}) is not None
    assert read(diff("a", "", new_file=True)) is not None


@pytest.mark.parametrize(
    "name", ["old_path", "new_path", "diff", "new_file", "renamed_file", "deleted_file"]
)
def test_a_file_without_its_parts_is_a_gap(name: str) -> None:
    assert code_of(lambda: read(without(diff("a"), name))) == "unreadable"


def test_the_same_change_is_the_same_wherever_it_stands() -> None:
    moved = diff("a", "@@ -9 +9,2 @@\n-a\n+b\n+c\n")
    assert same(read(diff("a")), read(moved)) is MergeKind.CLEAN
    assert same(read(), read()) is MergeKind.CLEAN


@pytest.mark.parametrize(
    "other",
    [
        diff("b"),
        diff("a", "@@ -1 +1 @@\n-a\n+x\n"),
        diff("a", b_mode="100755"),
        diff("a", new_file=True),
    ],
)
def test_any_other_change_is_content(other: Any) -> None:
    assert same(read(diff("a")), read(other)) is MergeKind.CONTENT


def test_a_binary_file_is_never_known_to_be_the_same() -> None:
    binary = diff("a", "Binary files a/a and b/a differ\n")
    assert same(read(binary), read(binary)) is MergeKind.UNKNOWN


def test_counts_of_one_path_are_added_up() -> None:
    lists = [
        [ChangedFile(path="a", added=1, removed=2)],
        [ChangedFile(path="a", added=3, previous_path="z"), ChangedFile(path="b")],
    ]
    assert together(lists) == (
        ChangedFile(path="a", added=4, removed=2, previous_path="z"),
        ChangedFile(path="b"),
    )
