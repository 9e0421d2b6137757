from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gate.adapters.forges.github import pulls
from gate.adapters.forges.github.pulls import Pull
from gate.domain.facts import ChangedFile, MergeRequest
from gate.domain.identity import Identity, Kind
from tests.adapters.forges.github.canned import (
    C1,
    C2,
    M0,
    M1,
    REPOSITORY,
    CannedTransport,
    account,
    changed,
    client,
    errors,
    graph,
    own,
    page,
    pull,
    review,
)
from tests.adapters.forges.github.gaps import code_of, gap_of

ALICE = Identity(system="github", login="alice", id="101")
BOB = Identity(system="github", login="bob", id="3")


def read(**more: Any) -> Pull:
    transport = CannedTransport({"MergeRequests": graph(p12=pull(**more))})
    return pulls.ask(client(transport), [12], "main")[0]


def test_a_pull_request_becomes_a_merge_request() -> None:
    found = read().request
    assert found == MergeRequest(
        number=12,
        reference="#12",
        url="https://github.com/acme/app/pull/12",
        title="CHG-7 Add retries",
        body="Because.",
        branch="retries",
        author=BOB,
        merged_by=ALICE,
        merged_at=datetime(2026, 11, 25, 12, tzinfo=UTC),
        merge_commit=M1,
        head=C2,
        commits=found.commits,
        reviews=found.reviews,
        labels=("api",),
        paths=("services/api/app.py",),
        linked_issues=("acme/app#3",),
    )
    assert [commit.sha for commit in found.commits] == [C1, C2]
    assert [len(commit.brought_by) for commit in found.commits] == [1, 1]


def test_a_commit_arrived_when_github_first_saw_it() -> None:
    commits = read(commits=page(own(C1, M0), own(C2, C1, seen=None))).request.commits
    assert [commit.arrived_at for commit in commits] == [
        datetime(2026, 11, 24, 15, tzinfo=UTC),
        None,
    ]


def test_a_commit_without_any_suites_has_no_arrival() -> None:
    node = own(C2, C1)
    node["commit"]["checkSuites"] = None
    assert read(commits=page(node)).request.commits[0].arrived_at is None


@pytest.mark.parametrize("wrong", [{"number": 13}, {"merged": False}, {"baseRefName": "develop"}])
def test_what_was_not_merged_into_the_branch_is_the_wrong_one(wrong: Any) -> None:
    assert code_of(lambda: read(**wrong)) == "wrong-object"


def test_a_request_without_commits_is_unreadable() -> None:
    assert code_of(lambda: read(commits=page())) == "unreadable"


def test_deleted_accounts_are_unknown() -> None:
    found = read(author=None, mergedBy=None, mergeCommit=None).request
    assert found.merged_by is not None
    assert (found.author.kind, found.merged_by.kind, found.merge_commit) == (
        Kind.UNKNOWN,
        Kind.UNKNOWN,
        "",
    )


def test_no_labels_may_be_null() -> None:
    assert read(labels=None).request.labels == ()


@pytest.mark.parametrize(
    "part", ["reviews", "commits", "timelineItems", "files", "closingIssuesReferences"]
)
def test_no_other_list_may_be_null(part: str) -> None:
    assert code_of(lambda: read(**{part: None})) == "unreadable"


@pytest.mark.parametrize(
    ("part", "node", "size"),
    [
        ("reviews", review("dave"), lambda found: len(found.request.reviews)),
        ("commits", own(C2, C1), lambda found: len(found.request.commits)),
        ("files", changed("b.py"), lambda found: len(found.request.paths)),
        ("labels", {"name": "b"}, lambda found: len(found.request.labels)),
        (
            "closingIssuesReferences",
            {"number": 4, "repository": {"nameWithOwner": REPOSITORY}},
            lambda found: len(found.request.linked_issues),
        ),
        (
            "timelineItems",
            {
                "__typename": "HeadRefForcePushedEvent",
                "createdAt": "2026-11-25T10:00:00Z",
                "actor": account("bob"),
                "beforeCommit": None,
                "afterCommit": None,
            },
            lambda found: len(found.request.force_pushes),
        ),
    ],
)
def test_every_list_is_read_to_its_end(part: str, node: Any, size: Any) -> None:
    first = {**pull()[part], "totalCount": len(pull()[part]["nodes"]) + 1}
    first["pageInfo"] = {"hasNextPage": True, "endCursor": "x"}
    transport = CannedTransport(
        {
            "MergeRequests": graph(p12={**pull(), part: first}),
            "MergeRequestPage": graph(pullRequest={part: page(node)}),
        }
    )
    whole = pulls.ask(client(transport), [12], "main")[0]
    assert size(whole) == size(read()) + 1
    assert transport.asked[1].parameters["after"] == "x"


def test_ten_requests_fit_into_one_question() -> None:
    numbers = list(range(1, 26))

    def answer(given: Any) -> Any:
        asked = [number for number in numbers if f"p{number}: " in given["query"]]
        return graph(**{f"p{number}": pull(number) for number in asked})

    transport = CannedTransport({"MergeRequests": answer})
    found = pulls.ask(client(transport), numbers, "main")
    assert [one.request.number for one in found] == numbers
    assert len(transport.asked) == 3


def test_no_request_is_no_question() -> None:
    transport = CannedTransport({})
    assert pulls.ask(client(transport), [], "main") == []
    assert transport.asked == []


def test_one_request_that_may_not_be_read_makes_all_missing() -> None:
    broken = errors(
        ("FORBIDDEN", "no", ["p12", "closingIssuesReferences"]),
        p12=pull(closingIssuesReferences=None),
    )
    gap = gap_of(
        lambda: pulls.ask(client(CannedTransport({"MergeRequests": broken})), [12], "main")
    )
    assert (gap.reason_code, "`issues: read`" in gap.detail) == ("not-permitted", True)


def test_files_are_told_with_what_was_renamed() -> None:
    found = read(files=page(changed("a.py"), changed("new.py", changeType="RENAMED")))
    assert found.files == (
        ChangedFile(path="a.py", added=10, removed=2),
        ChangedFile(path="new.py", added=10, removed=2),
    )
    assert found.renamed == ("new.py",)


def test_old_names_become_paths_once_they_are_known() -> None:
    found = read(files=page(changed("new.py", changeType="RENAMED")))
    whole = found.with_files((ChangedFile(path="new.py", previous_path="old.py"),))
    assert (whole.request.paths, whole.renamed) == (("new.py", "old.py"), ())
