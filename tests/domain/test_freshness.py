"""Every row of the table in docs/controls/review.md, and the invariants behind it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.facts import Commit, MergeKind, Push
from gate.domain.freshness import content, staleness
from gate.domain.policy.workflow import Freshness
from tests.domain.who import CAROL, commit, push, request, review

STRICT, LENIENT = Freshness.STRICT, Freshness.ALLOW_REANCHORED
CLEAN, CONFLICT, UNKNOWN = MergeKind.CLEAN, MergeKind.CONTENT, MergeKind.UNKNOWN

# The review is always given at hour -4.
BEFORE, AFTER, SAME = -6.0, -3.5, -4.0

CASES: dict[str, tuple[list[Commit], str, tuple[Push, ...], str, str]] = {
    # name: own commits, the commit that the forge names, forced pushes, strict, allow_reanchored
    "1 approval of the last commit": ([commit("c1", arrived=BEFORE)], "c1", (), "", ""),
    "2 arrival unknown, the forge had no occasion to move it": ([commit("c1")], "c1", (), "", ""),
    "3 content pushed after": ([commit("c1", arrived=BEFORE), commit("c2", arrived=AFTER)], "c1", (), "stale", "stale"),
    "4 clean base merge after": (
        [commit("c1", arrived=BEFORE), commit("c2", merge=CLEAN, arrived=AFTER)], "c1", (), "", ""
    ),
    "5 clean base merge after, moved there": (
        [commit("c1", arrived=BEFORE), commit("c2", merge=CLEAN, arrived=AFTER)], "c2", (), "", ""
    ),
    "6 clean base merge after, moved there, arrival of the content unknown": (
        [commit("c1"), commit("c2", merge=CLEAN, arrived=AFTER)], "c2", (), "reanchored", ""
    ),
    "7 as before, but given after the merge arrived": (
        [commit("c1"), commit("c2", merge=CLEAN, arrived=BEFORE)], "c2", (), "", ""
    ),
    "8 conflict resolved after": (
        [commit("c1", arrived=BEFORE), commit("c2", merge=CONFLICT, arrived=AFTER)], "c1", (), "stale", "stale"
    ),
    "9 conflict resolved after, moved there": (
        [commit("c1", arrived=BEFORE), commit("c2", merge=CONFLICT, arrived=AFTER)], "c2", (), "reanchored", ""
    ),
    "10 conflict resolved at an unknown time": (
        [commit("c1", arrived=BEFORE), commit("c2", merge=CONFLICT)], "c2", (), "reanchored", ""
    ),
    "11 merge that could not be compared": (
        [commit("c1", arrived=BEFORE), commit("c2", merge=UNKNOWN)], "c1", (), "stale", "stale"
    ),
    "12 conflict resolved before": (
        [commit("c1", arrived=-7), commit("c2", merge=CONFLICT, arrived=BEFORE)], "c2", (), "", ""
    ),
    "13 unknown merge before, then content that arrived in time": (
        [commit("c1", merge=UNKNOWN), commit("c2", arrived=BEFORE)], "c2", (), "", ""
    ),
    "14 unknown merge before, then content of unknown arrival": (
        [commit("c1", merge=UNKNOWN), commit("c2")], "c2", (), "reanchored", ""
    ),
    "15 rewritten by force before": ([commit("c1", arrived=BEFORE)], "c1", (push(-5),), "", ""),
    "16 rewritten by force after": ([commit("c1", arrived=BEFORE)], "c1", (push(AFTER),), "reanchored", ""),
    "17 rewritten by force in the same second": ([commit("c1", arrived=BEFORE)], "c1", (push(SAME),), "reanchored", ""),
    "18 rewritten by force after the merge": ([commit("c1", arrived=BEFORE)], "c1", (push(-1),), "", ""),
    "19 the commit is gone": ([commit("c2", arrived=BEFORE)], "c1", (push(-3),), "stale", "stale"),
    "20 content arrived later than the review that stands on it": (
        [commit("c1", arrived=AFTER)], "c1", (), "reanchored", ""
    ),
    "21 content arrived in the same second": ([commit("c1", arrived=SAME)], "c1", (), "reanchored", ""),
    "22 nothing but clean merges": ([commit("c1", merge=CLEAN)], "c1", (), "", ""),
    "23 no commits at all": ([], "c1", (), "stale", "stale"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_table(name: str) -> None:
    commits, sha, pushes, strict, lenient = CASES[name]
    one = request(commits=commits, force_pushes=pushes)
    for freshness, code in ((STRICT, strict), (LENIENT, lenient)):
        found = staleness(review(sha=sha), one, commits, freshness)
        assert (found.code if found else "") == code, freshness


def test_a_merge_made_on_a_desk_after_the_approval_is_content_that_nobody_saw() -> None:
    one = request()
    merged = commit("m1", CAROL, committer=CAROL, merge=UNKNOWN)
    assert [item.sha for item in content(one, [merged])] == ["c1", "m1"]
    for freshness in Freshness:
        found = staleness(review(), one, [*one.commits, merged], freshness)
        assert found is not None
        assert found.code == "stale"
        assert "1 commit with new content came after it, the last one m1" in found.why


def test_the_forges_own_merge_voids_nothing() -> None:
    one = request()
    merged = commit("m1", CAROL, merge=UNKNOWN)
    assert staleness(review(), one, [*one.commits, merged], STRICT) is None


def test_the_reason_says_what_happened_and_when() -> None:
    one = request(force_pushes=(push(-3),))
    found = staleness(review(), one, one.commits, STRICT)
    assert found is not None
    assert (
        "given at 2026-11-25 08:00 UTC, before the branch was rewritten by force at 2026-11-25 09:00 UTC"
        in found.why
    )


def test_two_parents_are_a_merge_whatever_the_kind_says() -> None:
    odd = replace(commit("c2"), parents=("p1", "p2"))
    one = request(commits=[odd])
    found = staleness(review(sha="c2"), one, one.commits, STRICT)
    assert found is not None
    assert "does not say when the content arrived" in found.why


# --- invariants -----------------------------------------------------------------------------------

hours = st.one_of(st.none(), st.floats(-9, -1))
kinds = st.sampled_from(list(MergeKind))
histories = st.lists(st.tuples(kinds, hours), min_size=1, max_size=5).map(
    lambda items: [
        commit(f"c{n}", merge=kind, arrived=when) for n, (kind, when) in enumerate(items)
    ]
)
pushes = st.lists(st.floats(-9, -1).map(push), max_size=2).map(tuple)
freshnesses = st.sampled_from(list(Freshness))


def fresh(
    sha: str, commits: list[Commit], rewritten: tuple[Push, ...], freshness: Freshness
) -> bool:
    one = request(commits=commits, force_pushes=rewritten)
    return staleness(review(sha=sha), one, commits, freshness) is None


@given(histories, pushes, freshnesses, st.data(), hours)
def test_content_after_an_approval_never_makes_it_count(
    commits: list[Commit],
    rewritten: tuple[Push, ...],
    freshness: Freshness,
    data: st.DataObject,
    when: float | None,
) -> None:
    sha = data.draw(st.sampled_from([item.sha for item in commits]))
    kind = data.draw(st.sampled_from([MergeKind.NONE, CONFLICT, UNKNOWN]))
    more = [*commits, commit("new", merge=kind, arrived=when)]
    assert not fresh(sha, more, rewritten, freshness)


@given(
    histories, pushes, st.sampled_from([CONFLICT, UNKNOWN]), st.one_of(st.none(), st.floats(-4, -1))
)
def test_a_review_moved_on_to_later_content_never_counts_when_strict(
    commits: list[Commit], rewritten: tuple[Push, ...], kind: MergeKind, when: float | None
) -> None:
    assert not fresh("new", [*commits, commit("new", merge=kind, arrived=when)], rewritten, STRICT)


@given(histories, pushes, freshnesses, st.data(), hours)
def test_a_clean_merge_never_changes_whether_an_approval_counts(
    commits: list[Commit],
    rewritten: tuple[Push, ...],
    freshness: Freshness,
    data: st.DataObject,
    when: float | None,
) -> None:
    sha = data.draw(st.sampled_from([item.sha for item in commits]))
    more = [*commits, commit("new", merge=CLEAN, arrived=when)]
    assert fresh(sha, more, rewritten, freshness) == fresh(sha, commits, rewritten, freshness)


@given(histories, pushes, freshnesses, st.floats(-9, -1), hours)
def test_nor_does_one_to_which_the_forge_moved_it_while_the_arrival_of_the_content_is_known(
    commits: list[Commit],
    rewritten: tuple[Push, ...],
    freshness: Freshness,
    known: float,
    when: float | None,
) -> None:
    ends = [*commits, commit("last", arrived=known)]
    more = [*ends, commit("new", merge=CLEAN, arrived=when)]
    assert fresh("new", more, rewritten, freshness) == fresh("last", ends, rewritten, freshness)


@given(histories, pushes, st.data())
def test_what_is_fresh_when_strict_is_fresh_when_the_forge_is_believed(
    commits: list[Commit], rewritten: tuple[Push, ...], data: st.DataObject
) -> None:
    sha = data.draw(st.sampled_from([item.sha for item in commits]))
    assert not fresh(sha, commits, rewritten, STRICT) or fresh(sha, commits, rewritten, LENIENT)
