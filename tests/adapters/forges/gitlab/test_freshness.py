"""What the rules of `gate.domain.freshness` make of GitLab's versions: a row for each way that content can move."""

from __future__ import annotations

from typing import Any

import pytest

from gate.domain.facts import Change
from gate.domain.freshness import REANCHORED, STALE, staleness
from gate.domain.policy.workflow import Freshness
from tests.adapters.forges.gitlab.canned import (
    C1,
    C2,
    COMPARISONS,
    HOME,
    M0,
    approvals,
    by_pair,
    commit,
    comparison,
    diff,
    gitlab,
    note,
    pushed,
    request,
    sha,
    version,
)

REQUESTS = f"{HOME}/merge_requests"
GONE, B1, C3 = sha("gone"), sha("b1"), sha("c3")
EARLY, PUSHED, LATE = "2026-11-24T14:00:00Z", "2026-11-24T15:00:00Z", "2026-11-24T16:00:00Z"
BACK = "2026-11-24T15:30:00Z"


def versions(*found: Any) -> dict[str, Any]:
    return {f"{REQUESTS}/12/versions": list(found)}


def rebased(patch: str) -> dict[str, Any]:
    """The whole branch was rewritten: its difference is the same when the patch is."""
    return {
        **versions(
            version(1, GONE, "2026-11-23T15:00:01Z", sha("p")), version(2, C2, PUSHED, patch)
        ),
        f"{REQUESTS}/12/notes": [pushed(1, GONE, C1, C2)],
    }


def there_and_back() -> dict[str, Any]:
    """The branch was rewritten to something else, and then to the same difference again."""
    return {
        **versions(
            version(1, GONE, "2026-11-23T15:00:01Z", sha("p")),
            version(2, C3, PUSHED, sha("q")),
            version(3, C2, BACK, sha("p")),
        ),
        f"{REQUESTS}/12/notes": [pushed(1, GONE, C3), pushed(2, C3, C1, C2, at=BACK)],
    }


def merged_base(*extra: Any) -> dict[str, Any]:
    """The base branch was merged into the branch; with `extra` the merge brought more than that."""
    pairs = {
        **COMPARISONS,
        (B1, C3): comparison(
            commit(C1, M0), commit(C2, C1), commit(C3, C2, B1), diffs=[diff(), *extra]
        ),
        (B1, C2): comparison(),
    }
    for base in (M0, B1):
        found = [
            commit(B1, M0),
            commit(C1, M0),
            commit(C2, C1),
            commit(C3, C2, B1),
            commit(sha("m1"), B1, C3),
        ]
        pairs[base, sha("m1")] = comparison(
            *found[0 if base == M0 else 1 :], diffs=[diff(), *extra]
        )
    return {
        f"{HOME}/repository/compare": by_pair(pairs),
        f"{HOME}/repository/merge_base": lambda query: commit(B1 if query["refs[]"] == C3 else M0),
        f"{HOME}/repository/commits/{B1}/merge_requests": [],
        REQUESTS: [request(sha=C3)],
        **versions(
            version(1, C2, "2026-11-23T15:00:01Z"), version(2, C3, PUSHED, start_commit_sha=B1)
        ),
        f"{REQUESTS}/12/notes": [pushed(1, C2, C3)],
    }


def fresh(changes: dict[str, Any], at: str, freshness: Freshness) -> str:
    """Empty when the approval of that time counts, else why it does not."""
    table = {**changes, f"{REQUESTS}/12/approvals": approvals(("carol", at))}
    with gitlab(table) as (asked, _):
        change: Change = asked.change(asked.baseline(), "main")
    (merged,) = change.merge_requests
    (review,) = merged.reviews
    why = staleness(review, merged, change.commits, freshness)
    return why.code if why else ""


PLAIN = versions(version(1, C1, "2026-11-23T15:00:01Z"), version(2, C2, PUSHED))
RETARGETED = {
    f"{REQUESTS}/12/notes": [
        pushed(1, C1, C2),
        note(2, "changed target branch from `x` to `main`", at=LATE),
    ]
}


@pytest.mark.parametrize(
    ("changes", "at", "strict", "allowing"),
    [
        (PLAIN, LATE, "", ""),
        (PLAIN, EARLY, STALE, STALE),
        (PLAIN, PUSHED, REANCHORED, ""),
        (rebased(sha("p")), EARLY, "", ""),
        (rebased(sha("q")), EARLY, STALE, STALE),
        (rebased(sha("p")), LATE, "", ""),
        (rebased(sha("p")), PUSHED, "", ""),
        (there_and_back(), EARLY, REANCHORED, ""),
        (there_and_back(), BACK, REANCHORED, ""),
        (there_and_back(), LATE, "", ""),
        (merged_base(), EARLY, "", ""),
        (merged_base(), LATE, "", ""),
        (merged_base(diff("evil")), EARLY, STALE, STALE),
        (merged_base(diff("evil")), LATE, "", ""),
        (RETARGETED, EARLY, STALE, STALE),
        (RETARGETED, "2026-11-24T17:00:00Z", "", ""),
    ],
    ids=[
        "of the last push", "before a push", "in the moment of the push", "before a rebase that changed nothing",
        "before a rebase that changed something", "after a rebase", "in the moment of the rebase",
        "before something else and back", "in the moment of going back", "after going back",
        "before a clean merge of the base", "after a clean merge of the base", "before a merge that brought more",
        "after a merge that brought more", "before it was pointed at another branch", "after that",
    ],
)  # fmt: skip
def test_an_approval_counts_when_it_was_for_what_was_merged(
    changes: dict[str, Any], at: str, strict: str, allowing: str
) -> None:
    assert fresh(changes, at, Freshness.STRICT) == strict
    assert fresh(changes, at, Freshness.ALLOW_REANCHORED) == allowing
