from typing import Any

import pytest

from gate.sandbox.world import World, WorldInvalid
from tests.sandbox.asking import raw


@pytest.mark.parametrize(
    ("over", "problem"),
    [
        (
            {"branches": {"main": None, "trunk": "m0"}},
            "branches: the default branch 'main' is missing",
        ),
        (
            {"run": {"started_by": "gone"}},
            "run.started_by: gone has no `github` account, so no run can be theirs",
        ),
        (
            {
                "commits": {
                    "a": {"author": "ann", "parents": ["b"]},
                    "b": {"author": "ann", "parents": ["a"]},
                }
            },
            "commits.a.parents: the commit is its own ancestor",
        ),
        (
            {"pull_requests": {1: {"author": "ann", "commits": ["m0"]}}},
            "pull_requests.1.merged: goes together with `state: merged`, and only with it",
        ),
        (
            {"pull_requests": {1: {"author": "ann", "state": "open", "commits": []}}},
            "pull_requests.1.commits: must name at least one commit",
        ),
        (
            {"tickets": {"chg-7": {}}},
            "tickets.chg-7: 'chg-7' is neither a Jira key (CHG-7) nor an issue (acme/app#3)",
        ),
        (
            {"tickets": {"CHG-7": {"key": "moved"}}},
            "tickets.CHG-7: 'moved' is neither a Jira key (CHG-7) nor an issue (acme/app#3)",
        ),
        (
            {"tickets": {"CHG-7": {"adf": {}, "description": "x"}}},
            "tickets.CHG-7.adf: stands instead of `description`, not beside it",
        ),
        (
            {"tickets": {"CHG-7": {"reporter": "gone"}}},
            "tickets.CHG-7: gone acts in Jira and has no `jira` account",
        ),
        ({"tickets": {"app#3": {}}}, "tickets.app#3: must be owner/name#number"),
        ({"teams": {"security": ["ann"]}}, "teams.security: must be organisation/team"),
        ({"teams": {"acme/x": ["gone"]}}, "teams.acme/x: gone has no `github` account"),
        (
            {"faults": [{"route": "**"}]},
            "faults.1: does nothing; give it status, reset, delay, truncate, wrong or merge",
        ),
    ],
)
def test_what_cannot_hold_together_is_refused(over: dict[str, Any], problem: str) -> None:
    with pytest.raises(WorldInvalid) as caught:
        World.of(raw(**over))
    assert caught.value.problems == (problem,)
