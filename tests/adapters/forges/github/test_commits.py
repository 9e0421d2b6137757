from __future__ import annotations

from typing import Any

import pytest

from gate.adapters.forges.github import commits
from gate.domain.facts import Commit, MergeKind
from gate.domain.identity import Identity, Kind
from tests.adapters.forges.github.canned import (
    C1,
    C2,
    M0,
    M1,
    CannedTransport,
    association,
    client,
    commit,
    graph,
    page,
    person,
)
from tests.adapters.forges.github.gaps import code_of

BOB = Identity(system="github", login="bob", id="3", name="Bob", email="bob@acme.example")


def found(node: Any, oid: str = M1, **more: Any) -> Commit:
    transport = CannedTransport({"Commits": graph(c0=node, merged=page()), **more})
    return commits.ask(client(transport), [oid], "main").commits[0]


def test_a_commit_has_its_authors_committer_and_parents() -> None:
    assert found(commit(M1, M0)) == Commit(
        sha=M1,
        headline="CHG-7 Add retries",
        authors=(BOB,),
        committer=BOB,
        parents=(M0,),
        merge=MergeKind.NONE,
        brought_by=(12,),
    )


def test_co_authors_come_after_the_author() -> None:
    authors = found(commit(M1, M0, authors=page(person("bob"), person("carol")))).authors
    assert [author.login for author in authors] == ["bob", "carol"]


def test_many_co_authors_are_all_read() -> None:
    first = page(*[person(f"p{number}") for number in range(20)], after="x", total=21)
    rest = graph(object={"authors": page(person("last"), total=21)})
    assert len(found(commit(M1, M0, authors=first), CommitPage=rest).authors) == 21


def test_a_commit_without_an_author_is_unreadable() -> None:
    assert code_of(lambda: found(commit(M1, M0, authors=page()))) == "unreadable"


@pytest.mark.parametrize(
    ("more", "forge"),
    [
        ({}, True),
        ({"committedViaWeb": False}, False),
        ({"signature": None}, False),
        ({"signature": {"isValid": False, "wasSignedByGitHub": True}}, False),
        ({"signature": {"isValid": True, "wasSignedByGitHub": False}}, False),
    ],
)
def test_the_forge_committed_only_when_its_signature_proves_it(more: Any, forge: bool) -> None:
    committer = found(commit(M1, M0, by_forge=True, **more)).committer
    assert (committer is None) == forge
    assert forge or (committer is not None and committer.login == "web-flow")


def test_a_committer_whom_nobody_names_is_unknown() -> None:
    committer = found(commit(M1, M0, committer=None)).committer
    assert committer is not None
    assert committer.kind is Kind.UNKNOWN


def test_a_merge_is_unknown_until_it_was_compared() -> None:
    merge = found(commit(M1, M0, C2))
    assert (merge.parents, merge.merge) == ((M0, C2), MergeKind.UNKNOWN)


def test_the_parents_must_be_all() -> None:
    short = commit(M1, M0, parents={"totalCount": 2, "nodes": [{"oid": M0}]})
    assert code_of(lambda: found(short)) == "unreadable"


@pytest.mark.parametrize(
    "other",
    [
        association(7, merged=False),
        association(7, baseRefName="develop"),
        association(7, repository={"nameWithOwner": "fork/app"}),
    ],
)
def test_only_a_merged_request_of_this_repository_into_the_branch_brought_it(other: Any) -> None:
    node = commit(M1, M0, associatedPullRequests=page(other, association(12), association(9)))
    assert found(node).brought_by == (9, 12)
    assert found(commit(M1, M0, associatedPullRequests=page(other))).brought_by == ()


def test_all_requests_of_a_commit_are_read() -> None:
    first = page(association(7, merged=False), after="x", total=2)
    rest = graph(object={"associatedPullRequests": page(association(12), total=2)})
    assert found(commit(M1, M0, associatedPullRequests=first), CommitPage=rest).brought_by == (12,)


def test_a_message_that_claims_a_request_proves_nothing() -> None:
    node = commit(
        M1, M0, messageHeadline="Merge pull request #12 from x", associatedPullRequests=page()
    )
    assert found(node).brought_by == ()


@pytest.mark.parametrize("wrong", [{"oid": C1}, {"__typename": "Tag"}])
def test_another_object_is_the_wrong_one(wrong: Any) -> None:
    assert code_of(lambda: found({**commit(M1, M0), **wrong})) == "wrong-object"


def test_a_commit_that_is_null_is_unreadable() -> None:
    assert code_of(lambda: found(None)) == "unreadable"


def test_no_commits_still_ask_for_what_was_merged_before() -> None:
    transport = CannedTransport({"Commits": graph(merged=page())})
    result = commits.ask(client(transport), [], "main")
    assert (result.commits, len(transport.asked)) == ((), 1)
    assert result.answer.member("merged").items("nodes") == ()


def test_what_was_merged_before_need_not_be_asked_for() -> None:
    transport = CannedTransport({"Commits": graph(c0=commit(M1, M0))})
    result = commits.ask(client(transport), [M1], "main", merged=False)
    assert [one.sha for one in result.commits] == [M1]
    assert "branch" not in transport.asked[0].parameters
