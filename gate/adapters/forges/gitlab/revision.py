"""Where the revision stands: against the protected branch, and against the ref that the pipeline was started for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gate.adapters.forges.gitlab.branches import Branch
from gate.adapters.forges.gitlab.history import History
from gate.adapters.side_by_side import both
from gate.domain.facts import Reach, Revision


def read(
    history: History,
    revision: str,
    ref: str,
    name: str,
    branch: Callable[[str], Branch],
    head_of: Callable[[str], str | None],
) -> Revision:
    """Only IDENTICAL and BEHIND prove that the branch holds the revision: commits of forks are found here as well.

    `revision` is a full SHA, `ref` a full ref, `name` the protected branch; the last two ask for a branch, and for what
    a ref points to.
    """
    own = ref == f"refs/heads/{name}"
    protected, ref_sha = both(partial(branch, name), lambda: None if own else head_of(ref))
    return Revision(
        sha=revision,
        branch=protected.name,
        branch_head=protected.head,
        branch_protected=protected.protected,
        reach=_reach(history, revision, protected.head),
        ref=ref,
        ref_sha=protected.head if own else ref_sha,
    )


def _reach(history: History, revision: str, head: str) -> Reach:
    if revision == head:
        return Reach.IDENTICAL
    common = history.merge_base(head, revision)
    return {revision: Reach.BEHIND, head: Reach.AHEAD, None: Reach.UNRELATED}.get(
        common, Reach.DIVERGED
    )
