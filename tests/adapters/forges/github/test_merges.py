from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gate.adapters.forges.github import merges, pulls
from gate.adapters.forges.github.commits import ask as ask_commits
from gate.domain.facts import Commit, MergeKind, MergeRequest
from tests.adapters.forges.github.canned import (
    C1,
    C2,
    HOME,
    M0,
    M1,
    CannedTransport,
    Raw,
    client,
    commit,
    comparison,
    file_diff,
    graph,
    own,
    page,
    pull,
    review,
    sha,
)
from tests.adapters.forges.github.gaps import code_of

M2, X = sha("m2"), sha("x")
BEFORE = f"GET {HOME}/compare/{M1}...{C1}"
AFTER = f"GET {HOME}/compare/{M1}...{X}"


def request(*nodes: Any, reviews: Any = None) -> MergeRequest:
    found = pull(commits=page(*nodes), reviews=page(review(oid=X)) if reviews is None else reviews)
    return pulls.ask(client(CannedTransport({"MergeRequests": graph(p12=found)})), [12], "main")[
        0
    ].request


UPDATED = request(own(C1, M0), own(X, C1, M1))
"""Somebody merged main (M1) into the branch as X."""


def before(*files: Any) -> Any:
    return comparison("diverged", M1, M0, C1, files=list(files))


def after(*files: Any) -> Any:
    return comparison("ahead", M1, M1, C1, X, files=list(files))


def kind(old: Any, new: Any, of: MergeRequest = UPDATED) -> MergeKind | None:
    transport = CannedTransport({BEFORE: old, AFTER: new})
    return merges.kinds(client(transport), [of], []).get(X)


def moved(patch: str) -> str:
    """The same patch some lines further down, in a file that is another one by now."""
    return patch.replace("@@ -1 +1 @@", "@@ -41 +41 @@ def f():")


PATCH = "@@ -1 +1 @@\n context\n-a\n+b"


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ([file_diff()], [file_diff()], MergeKind.CLEAN),
        ([file_diff(patch=PATCH)], [file_diff(patch=moved(PATCH), sha=X)], MergeKind.CLEAN),
        ([], [], MergeKind.CLEAN),
        ([file_diff("img.png", None)], [file_diff("img.png", None)], MergeKind.CLEAN),
        ([file_diff(patch=PATCH)], [file_diff(patch=PATCH + "\n+evil", sha=X)], MergeKind.CONTENT),
        (
            [file_diff(patch=PATCH)],
            [file_diff(patch=PATCH.replace("context", "other"), sha=X)],
            MergeKind.CONTENT,
        ),
        ([file_diff()], [file_diff(), file_diff("evil.py")], MergeKind.CONTENT),
        ([file_diff(), file_diff("gone.py")], [file_diff()], MergeKind.CONTENT),
        ([file_diff()], [file_diff(status="removed")], MergeKind.CONTENT),
        (
            [file_diff(status="renamed", previous_filename="a")],
            [file_diff(status="renamed", previous_filename="b")],
            MergeKind.CONTENT,
        ),
        ([file_diff("img.png", None)], [file_diff("img.png", None, sha=X)], MergeKind.UNKNOWN),
        ([file_diff(sha=None)], [file_diff(sha=None)], MergeKind.CLEAN),
        ([file_diff(patch=None, sha=None)], [file_diff(patch=None, sha=None)], MergeKind.UNKNOWN),
    ],
)
def test_a_merge_is_clean_when_the_own_difference_stays_the_same(
    old: Any, new: Any, wanted: MergeKind
) -> None:
    assert kind(before(*old), after(*new)) is wanted


def test_a_list_of_files_that_may_be_cut_proves_nothing() -> None:
    many = [file_diff(f"{number}.py") for number in range(300)]
    assert kind(before(*many), after(*many)) is MergeKind.UNKNOWN


@pytest.mark.parametrize("message", ["No common ancestor", "Not Found"])
def test_what_cannot_be_compared_is_unknown(message: str) -> None:
    assert kind(Raw(404, {"message": message}), after()) is MergeKind.UNKNOWN


def test_a_comparison_that_fails_is_missing_and_not_unknown() -> None:
    assert code_of(lambda: kind(Raw(500, {}), after())) == "unavailable"


def test_the_base_branch_may_be_either_parent() -> None:
    assert (
        kind(before(file_diff()), after(file_diff()), request(own(C1, M0), own(X, M1, C1)))
        is MergeKind.CLEAN
    )


def test_at_the_start_of_a_branch_its_own_side_is_the_first_parent() -> None:
    start = request(own(X, M0, M1))
    old = comparison("behind", M1, M0, files=[])
    new = comparison("ahead", M1, M1, X, files=[])
    transport = CannedTransport({f"GET {HOME}/compare/{M1}...{M0}": old, AFTER: new})
    assert merges.kinds(client(transport), [start], []) == {X: MergeKind.CLEAN}


@pytest.mark.parametrize(
    "nodes", [(own(C1, M0), own(C2, M0), own(X, C1, C2)), (own(C1, M0), own(X, C1, M1, M2))]
)
def test_other_merges_cannot_be_compared(nodes: Any) -> None:
    assert kind(before(), after(), request(*nodes)) is MergeKind.UNKNOWN


@pytest.mark.parametrize(
    "reviews", [page(), page(review(state="COMMENTED")), page(review(state="DISMISSED"))]
)
def test_without_an_approval_nothing_is_compared(reviews: Any) -> None:
    transport = CannedTransport({})
    found = request(own(C1, M0), own(X, C1, M1), reviews=reviews)
    assert merges.kinds(client(transport), [found], []) == {}
    assert transport.asked == []


def test_not_more_merges_are_compared_than_anybody_would_wait_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(merges, "MOST_MERGES", 0)
    transport = CannedTransport({})
    assert merges.kinds(client(transport), [UPDATED], []) == {}


def landed(oid: str, *parents: str, **more: Any) -> Commit:
    transport = CannedTransport({"Commits": graph(c0=commit(oid, *parents, **more), merged=page())})
    return ask_commits(client(transport), [oid], "main").commits[0]


PLAIN = request(own(C1, M0), own(C2, C1))
LANDING = f"GET {HOME}/compare/{M0}...{C2}"
LANDED = f"GET {HOME}/compare/{M0}...{M2}"


def landing(new: Any, by_forge: bool = False) -> dict[str, MergeKind]:
    old = comparison("ahead", M0, M0, C1, C2, files=[file_diff()])
    transport = CannedTransport({LANDING: old, LANDED: new})
    return merges.kinds(client(transport), [PLAIN], [landed(M2, M0, C2, by_forge=by_forge)])


def test_a_merge_into_the_branch_from_a_desk_is_compared_as_well() -> None:
    assert landing(comparison("ahead", M0, M0, C1, C2, M2, files=[file_diff()])) == {
        M2: MergeKind.CLEAN
    }
    evil = [file_diff(), file_diff("evil.py")]
    assert landing(comparison("ahead", M0, M0, C1, C2, M2, files=evil)) == {M2: MergeKind.CONTENT}


def test_the_merge_of_the_forge_itself_is_not() -> None:
    assert landing(Raw(500, {}), by_forge=True) == {}


def test_commits_of_others_are_not() -> None:
    stranger = replace(landed(M2, M0, C2), brought_by=(99,))
    assert merges.kinds(client(CannedTransport({})), [PLAIN], [stranger, landed(M1, M0)]) == {}
