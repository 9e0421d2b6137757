import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.sandbox.graph import Comparison, Graph
from gate.sandbox.world import sha
from tests.sandbox.asking import world


def graph(branches: dict[str, str] | None = None, **parents: list[str]) -> Graph:
    commits = {name: {"author": "ann", "parents": above} for name, above in parents.items()}
    return Graph(
        world(
            commits={"m0": None, **commits},
            branches={"main": "a", **(branches or {})},
            run={"commit": "a"},
        )
    )


def compared(found: Graph, base: str, head: str) -> Comparison:
    comparison = found.compare(found.commits[base], found.commits[head])
    assert comparison is not None
    return comparison


FORKED = graph(a=[], b=["a"], c=["b"], x=["a"], y=["x"], m=["c", "y"])


@pytest.mark.parametrize(
    ("base", "head", "status", "ahead", "behind", "merge_base"),
    [
        ("c", "c", "identical", [], 0, "c"),
        ("a", "c", "ahead", ["b", "c"], 0, "a"),
        ("c", "a", "behind", [], 2, "a"),
        ("c", "y", "diverged", ["x", "y"], 2, "a"),
        ("y", "m", "ahead", ["b", "c", "m"], 0, "y"),
    ],
)
def test_commits_are_compared_as_git_does(
    base: str, head: str, status: str, ahead: list[str], behind: int, merge_base: str
) -> None:
    found = compared(FORKED, base, head)
    assert (found.status, found.behind, found.merge_base.name) == (status, behind, merge_base)
    assert [commit.name for commit in found.ahead] == ahead


def test_histories_without_a_common_start_cannot_be_compared() -> None:
    apart = graph(a=[], z=[])
    assert apart.compare(apart.commits["a"], apart.commits["z"]) is None
    assert not apart.contains(apart.commits["a"], apart.commits["z"])


def test_names_resolve_to_commits() -> None:
    found = graph({"feature/x": "b"}, a=[], b=["a"])
    a, b = found.commits["a"], found.commits["b"]
    names = (
        "HEAD",
        "",
        "main",
        "heads/main",
        "refs/heads/main",
        "acme:main",
        sha("a"),
        sha("a")[:7],
    )
    assert [found.resolve(name) for name in names] == [a] * len(names)
    assert found.resolve("feature/x") == found.reference("refs/heads/feature/x") == b
    unknown = ("none", "refs/heads/none", "refs/pull/1/head", "0" * 40, "0" * 7)
    assert [found.resolve(name) for name in unknown] == [None] * len(unknown)


def test_tags_resolve_as_well() -> None:
    found = Graph(world(tags={"v1": "m0"}))
    assert found.resolve("v1") == found.reference("refs/tags/v1") == found.commits["m0"]


@given(st.lists(st.lists(st.integers(0, 30), max_size=3), min_size=1, max_size=30))
def test_whatever_the_history_parents_come_first_and_both_directions_agree(
    shape: list[list[int]],
) -> None:
    parents = {
        f"n{index}": sorted({f"n{parent % index}" for parent in above}) if index else []
        for index, above in enumerate(shape)
    }
    commits = {name: {"author": "ann", "parents": above} for name, above in parents.items()}
    found = Graph(
        world(commits={"m0": None, **commits}, branches={"main": "n0"}, run={"commit": "n0"})
    )
    order = [commit.name for commit in found.order]
    assert sorted(order) == sorted(parents)
    assert all(order.index(up) < order.index(name) for name in parents for up in parents[name])
    there = found.compare(found.order[0], found.order[-1])
    back = found.compare(found.order[-1], found.order[0])
    assert (there is None) == (back is None)
    if there and back:
        assert (len(there.ahead), there.behind) == (back.behind, len(back.ahead))
        assert there.merge_base == back.merge_base
