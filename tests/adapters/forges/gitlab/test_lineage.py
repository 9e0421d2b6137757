"""The proof is held against every history that git itself can be asked about, and against hints that lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.adapters.forges.gitlab.lineage import between
from gate.domain.ports import FactMissing
from tests.adapters.forges.gitlab.gaps import code_of

History = Mapping[str, tuple[str, ...]]


@dataclass
class Told:
    """A history, and git's walk through another one: the same, unless somebody changed the clone."""

    true: History
    walked: History = field(default_factory=dict)

    def walk(self, *arguments: str) -> Sequence[str]:
        seen = self.walked or self.true
        if arguments[0] == "--left-right":
            base, head = arguments[1].split("...")
            left, right = above(seen, base), above(seen, head)
            marks = {**dict.fromkeys(left - right, "<"), **dict.fromkeys(right - left, ">")}
            return [marks[sha] + sha for sha in reversed(list(seen)) if sha in marks]
        split = arguments.index("--not")
        tops, rest = arguments[:split], arguments[split + 1 :]
        found = set().union(*(above(seen, sha) for sha in tops))
        found -= set().union(*(above(seen, sha) for sha in rest))
        return [sha for sha in reversed(list(seen)) if sha in found]

    def best(self, *shas: str) -> Sequence[str]:
        return best(self.walked or self.true, *(sha for sha in shas if sha != "--octopus"))

    def parents(self, shas: Sequence[str]) -> History:
        return {sha: self.true[sha] for sha in shas}


def above(history: History, sha: str) -> set[str]:
    """The commit and all its ancestors."""
    found, waiting = set(), [sha]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += history[one]
    return found


def best(history: History, *shas: str) -> list[str]:
    shared = set.intersection(*(above(history, sha) for sha in shas))
    return [
        sha for sha in history
        if sha in shared and not any(sha in above(history, it) for it in shared - {sha})
    ]  # fmt: skip


@st.composite
def histories(draw: st.DrawFn, least: int = 1) -> History:
    """Commits by number, each on top of some before it."""
    count = draw(st.integers(least, 14))
    return {
        str(at): tuple(
            str(parent)
            for parent in sorted(draw(st.sets(st.integers(0, at - 1), max_size=2)) if at else ())
        )
        for at in range(count)
    }


@given(histories(), st.data())
def test_an_honest_hint_is_proved_whatever_the_history(
    history: History, data: st.DataObject
) -> None:
    base, head = (data.draw(st.sampled_from(sorted(history))) for _ in range(2))
    found = between(Told(history), base, head)
    assert set(found.new) == above(history, head) - above(history, base)
    assert set(found.bases) == set(best(history, base, head))


@given(histories(3), st.data())
def test_a_changed_clone_is_seen_through_or_refused(history: History, data: st.DataObject) -> None:
    # Git walks through another history: one commit pretends to have other parents.
    place = data.draw(st.integers(1, len(history) - 1))
    pretended = {str(at) for at in data.draw(st.sets(st.integers(0, place - 1), max_size=3))}
    lie = {**history, str(place): tuple(sorted(pretended))}
    base, head = (data.draw(st.sampled_from(sorted(history))) for _ in range(2))
    try:
        found = between(Told(history, lie), base, head)
    except (FactMissing, KeyError):
        return
    assert set(found.new) == above(history, head) - above(history, base)
    assert set(found.bases) == set(best(history, base, head))


LINE: History = {"0": (), "1": ("0",), "2": ("1",), "3": ("2",)}


@pytest.mark.parametrize(
    ("changed", "base", "head"),
    [
        ({"2": ()}, "1", "3"),
        ({"1": ("3",)}, "1", "3"),
        ({"3": ("0",)}, "1", "3"),
    ],
    ids=["the middle is a root", "a circle", "a step is left out"],
)
def test_a_hint_that_does_not_hang_together_is_a_gap(
    changed: History, base: str, head: str
) -> None:
    assert code_of(lambda: between(Told(LINE, {**LINE, **changed}), base, head)) == "wrong-object"


@dataclass
class Fixed(Told):
    """Says the same whatever it is asked."""

    listed: Sequence[str] = ()
    merged: Sequence[str] = ()

    def walk(self, *arguments: str) -> Sequence[str]:
        return self.listed if arguments[0] == "--left-right" else super().walk(*arguments)

    def best(self, *shas: str) -> Sequence[str]:
        return self.merged


@dataclass
class Changing(Fixed):
    """Lies about two commits alone."""

    ends: tuple[str, str] = ("", "")

    def walk(self, *arguments: str) -> Sequence[str]:
        asked = arguments[1].split("...")
        return super().walk(*arguments) if asked == [*self.ends] else Told.walk(self, *arguments)


FORKED: History = {"0": (), "1": (), "2": ("0", "1"), "3": ("0", "1")}


@pytest.mark.parametrize("merged", [(), ("2",), ("0", "2")])
def test_ancestors_that_are_none_are_not_believed(merged: Sequence[str]) -> None:
    source = Fixed(FORKED, listed=("<2", ">3"), merged=merged)
    assert code_of(lambda: between(source, "2", "3")) == "wrong-object"
    assert set(between(Told(FORKED), "2", "3").bases) == {"0", "1"}


def test_an_ancestor_of_a_best_one_is_no_best_one() -> None:
    history: History = {"0": (), "1": ("0",), "2": ("0", "1"), "3": ("0", "1")}
    source = Changing(history, listed=("<2", ">3"), merged=("0", "1"), ends=("2", "3"))
    assert code_of(lambda: between(source, "2", "3")) == "wrong-object"


def test_what_the_base_has_as_well_does_not_pass_for_new() -> None:
    # Git is led to think that 1 begins a history of its own, so that 0 came with 3.
    history: History = {"0": (), "1": ("0",), "2": ("1",), "3": ("0", "2")}
    source = Fixed(history, listed=(">3", ">0"))
    assert code_of(lambda: between(source, "2", "3")) == "wrong-object"


def test_one_of_two_best_ancestors_that_is_withheld_is_a_gap() -> None:
    source = Fixed(FORKED, listed=("<2", ">3"), merged=("0",))
    assert code_of(lambda: between(source, "2", "3")) == "wrong-object"


def test_where_an_end_has_a_way_out_that_leads_nowhere_in_common_there_is_no_proof() -> None:
    history: History = {"0": (), "1": ("0",), "2": ()}
    source = Fixed(history, listed=("<2", ">1"))
    assert code_of(lambda: between(source, "2", "1")) == "wrong-object"
