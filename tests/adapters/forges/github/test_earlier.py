from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gate.domain.facts import Baseline, Deployment, EarlierUse, EarlierUses
from tests.adapters.forges.github.canned import (
    M0,
    M1,
    NOW,
    REPOSITORY,
    commit,
    graph,
    merged_node,
    page,
)
from tests.adapters.forges.github.conftest import Making
from tests.adapters.forges.github.gaps import code_of

BASELINE = Baseline(
    environment="production", history=(Deployment(id="900", revision=M0, at=NOW, run_id="5000"),)
)


def uses(
    github: Making, *nodes: Any, keys: Any = ("CHG-7",), after: str | None = None, **more: Any
) -> EarlierUses:
    answer = graph(c0=commit(M1, M0, by_forge=True), merged=page(*nodes, after=after))
    forge, _ = github({"Commits": answer, **more})
    return forge.earlier_uses(forge.change(BASELINE, "main"), "main", keys)


def test_an_earlier_request_that_names_the_ticket_is_a_use(github: Making) -> None:
    assert uses(github, merged_node()) == EarlierUses(
        uses=(
            EarlierUse(
                reference="#9",
                keys=("CHG-7",),
                merged_at=datetime(2026, 11, 1, 12, tzinfo=UTC),
                merge_commit=M0,
                url="https://github.com/acme/app/pull/9",
            ),
        )
    )


@pytest.mark.parametrize(
    "other",
    [
        merged_node(12),
        merged_node(mergedAt="2026-11-25T13:00:00Z"),
        merged_node(title="CHG-71 Something else", headRefName="other"),
        merged_node(title="Nothing", headRefName="chg-7-is-not-a-key-in-this-case"),
    ],
)
def test_the_change_itself_later_ones_and_other_tickets_are_no_earlier_use(
    github: Making, other: Any
) -> None:
    assert uses(github, other).uses == ()


@pytest.mark.parametrize(
    "named",
    [
        {"title": "Nothing", "headRefName": "CHG-7-retries"},
        {"title": "Nothing", "body": "text\n\nChange-Ticket: CHG-7\n"},
        {"mergeCommit": None},
    ],
)
def test_a_ticket_is_named_where_the_ticket_control_looks_for_it(
    github: Making, named: Any
) -> None:
    assert [use.keys for use in uses(github, merged_node(**named)).uses] == [("CHG-7",)]


def test_issues_are_named_by_what_a_request_closes(github: Making) -> None:
    closing = page({"number": 3, "repository": {"nameWithOwner": REPOSITORY}})
    node = merged_node(title="Nothing", closingIssuesReferences=closing)
    found = uses(github, node, keys=("acme/app#3", "acme/app#4", "CHG-9")).uses
    assert [use.keys for use in found] == [("acme/app#3",)]


def test_all_closed_issues_are_read(github: Making) -> None:
    closing = page(after="x", total=1)
    issue = {"number": 3, "repository": {"nameWithOwner": REPOSITORY}}
    rest = graph(pullRequest={"closingIssuesReferences": page(issue)})
    node = merged_node(title="Nothing", closingIssuesReferences=closing)
    assert len(uses(github, node, keys=("acme/app#3",), MergeRequestPage=rest).uses) == 1


def test_how_far_back_was_read_is_told(github: Making) -> None:
    nodes = (
        merged_node(9),
        merged_node(8, updatedAt="2026-10-01T00:00:00Z", mergedAt="2026-09-01T00:00:00Z"),
    )
    assert uses(github, *nodes, after="x").since == datetime(2026, 10, 1, tzinfo=UTC)
    assert uses(github, *nodes).since is None
    assert uses(github, after="x").since is None


def test_without_a_ticket_nothing_is_asked(github: Making) -> None:
    assert uses(github, merged_node(), keys=()) == EarlierUses()


def test_a_node_that_is_broken_makes_all_of_it_missing(github: Making) -> None:
    assert code_of(lambda: uses(github, merged_node(mergedAt=None))) == "unreadable"
