from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import partial
from typing import Any

from gate.adapters.forges.github import brought
from gate.adapters.forges.github.brought import Brought
from gate.domain.facts import MergeKind
from tests.adapters.forges.github.canned import (
    C1,
    C2,
    HOME,
    M0,
    M1,
    CannedTransport,
    Raw,
    association,
    client,
    commit,
    comparison,
    graph,
    own,
    page,
    pull,
    review,
)
from tests.adapters.forges.github.gaps import code_of

SHAS = [f"{index:040x}" for index in range(250)]
ASKED_SHA = re.compile(r'(c[0-9]+): object\(oid: "([0-9a-f]{40})"\)')
ASKED_NUMBER = re.compile(r"p([0-9]+): pullRequest")


def commits_of(*numbers: int) -> Any:
    """Answers about commits, each of which came by all these pull requests."""

    def answer(given: Any) -> Any:
        nodes = {
            alias: commit(
                sha, M0, associatedPullRequests=page(*[association(number) for number in numbers])
            )
            for alias, sha in ASKED_SHA.findall(given["query"])
        }
        return graph(**nodes, **({"merged": page()} if "page" in given["variables"] else {}))

    return answer


def pulls_asked(given: Any) -> Any:
    numbers = [int(number) for number in ASKED_NUMBER.findall(given["query"])]
    return graph(**{f"p{number}": pull(number) for number in numbers})


def ask(table: dict[str, Any], *pages: Sequence[str]) -> tuple[Brought, CannedTransport]:
    transport = CannedTransport(table)
    found = brought.ask(client(transport), [partial(tuple, page) for page in pages], "main", None)
    return found, transport


def test_commits_of_all_pages_stay_in_order_and_what_was_merged_is_asked_once() -> None:
    table = {"Commits": commits_of(12), "MergeRequests": pulls_asked}
    found, transport = ask(table, SHAS[:100], SHAS[100:200], SHAS[200:])
    assert [one.sha for one in found.commits] == SHAS
    assert found.merged.member("merged").items("nodes") == ()
    asked = [one for one in transport.asked if one.path == "Commits"]
    assert (len(asked), sum("branch" in one.parameters for one in asked)) == (3, 1)


def test_a_pull_request_of_several_pages_is_asked_about_once_and_they_come_by_number() -> None:
    table = {"Commits": commits_of(30, 7), "MergeRequests": pulls_asked}
    found, transport = ask(table, SHAS[:100], SHAS[100:])
    assert [one.request.number for one in found.pulls] == [7, 30]
    assert len([one for one in transport.asked if one.path == "MergeRequests"]) == 1


def test_a_page_is_followed_up_while_others_still_come() -> None:
    followed = threading.Event()

    def pulls(given: Any) -> Any:
        followed.set()
        return pulls_asked(given)

    def late() -> Sequence[str]:
        assert followed.wait(5)
        return SHAS[100:200]

    transport = CannedTransport({"Commits": commits_of(12), "MergeRequests": pulls})
    found = brought.ask(client(transport), [lambda: SHAS[:100], late], "main", None)
    assert len(found.commits) == 200


def test_merges_are_judged_where_they_landed_and_in_the_pull_request() -> None:
    approved = review("alice")
    request = pull(reviews=page(approved), commits=page(own(C1, M0), own(C2, C1, M0)))
    same = comparison("ahead", M0, M0, C2)
    found, _ = ask(
        {
            "Commits": graph(c0=commit(C2, C1, M0), merged=page()),
            "MergeRequests": graph(p12=request),
            f"GET {HOME}/compare/{M0}...{C1}": same,
            f"GET {HOME}/compare/{M0}...{C2}": same,
        },
        [C2],
    )
    assert found.commits[0].merge is MergeKind.CLEAN
    assert [one.merge for one in found.pulls[0].request.commits] == [
        MergeKind.NONE,
        MergeKind.CLEAN,
    ]


def test_a_page_that_cannot_be_read_makes_all_of_it_missing() -> None:
    table = {"Commits": Raw(403, {"message": "no"}), "MergeRequests": pulls_asked}
    assert code_of(lambda: ask(table, [M1], [C1])) == "not-permitted"
