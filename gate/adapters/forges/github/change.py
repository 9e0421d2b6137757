"""Everything between what runs now and what is about to run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from gate.adapters.forges.github import brought, files
from gate.adapters.forges.github.brought import Brought
from gate.adapters.forges.github.client import Client
from gate.adapters.forges.github.compare import Beginning, begin
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.forges.github.reference import Reference
from gate.adapters.part import Part
from gate.adapters.side_by_side import both, side_by_side
from gate.domain.facts import Baseline, Change, ChangedFile, ChangeKind, Reach
from gate.domain.ports import FactMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The change, and what was learnt on the way that other facts are made of."""

    change: Change
    files: tuple[ChangedFile, ...] | None
    """None when GitHub does not list them all."""
    merged: Part | None = None
    """The newest merged pull requests of the branch, where commits were asked about."""


def gather(client: Client, asked: Reference, baseline: Baseline, branch: str) -> Changed:
    """Find out how the revision stands to the baseline, and what is between them."""
    current = baseline.current
    if current is None:
        return _first(client, asked, branch)
    base = current.revision
    if base == asked.revision:
        return Changed(change=_change(ChangeKind.REDEPLOY, asked, base), files=())
    beginning = _begun(client, asked, base, asked.revision)
    match beginning.comparison.reach:
        case Reach.AHEAD:
            return _forward(client, asked, beginning, branch)
        case Reach.BEHIND:
            return _rollback(client, asked, base)
        case _:
            return _diverged(client, asked, beginning, branch)


def _first(client: Client, asked: Reference, branch: str) -> Changed:
    found = brought.ask(client, [lambda: (asked.revision,)], branch, None)
    listed = files.of_pulls(found.pulls, found.commits) if found.pulls else None
    return Changed(
        change=_change(ChangeKind.FIRST, asked, "", found),
        files=files.of_commit(client, asked.revision) if listed is None else listed,
        merged=found.merged,
    )


def _forward(client: Client, asked: Reference, beginning: Beginning, branch: str) -> Changed:
    comparison = beginning.comparison
    found = _brought(client, beginning, branch)
    listed = files.of_comparisons([comparison])
    return Changed(
        change=_change(ChangeKind.FORWARD, asked, comparison.base, found),
        files=files.of_pulls(found.pulls, found.commits) if listed is None else listed,
        merged=found.merged,
    )


def _rollback(client: Client, asked: Reference, base: str) -> Changed:
    beginning = _begun(client, asked, asked.revision, base)
    undone = beginning.whole(side_by_side(beginning.further))
    change = replace(_change(ChangeKind.ROLLBACK, asked, base), undone=undone.commits)
    return Changed(change=change, files=files.of_comparisons([undone]))


def _diverged(client: Client, asked: Reference, beginning: Beginning, branch: str) -> Changed:
    """What the baseline alone has stops running as well, so its files count too."""
    base = beginning.comparison.base
    found, other = both(
        partial(_brought, client, beginning, branch),
        partial(_begun, client, asked, asked.revision, base, commits=False),
    )
    return Changed(
        change=_change(ChangeKind.DIVERGED, asked, base, found),
        files=files.of_comparisons([beginning.comparison, other.comparison]),
        merged=found.merged,
    )


def _brought(client: Client, beginning: Beginning, branch: str) -> Brought:
    """What the comparison found, once all pages of it are there and found to be whole."""
    first = beginning.comparison.commits
    pages = [lambda: first, *beginning.further]
    found = brought.ask(client, pages, branch, beginning.comparison)
    beginning.whole([[commit.sha for commit in found.commits[len(first) :]]])
    return found


def _change(kind: ChangeKind, asked: Reference, base: str, found: Brought | None = None) -> Change:
    return Change(
        kind=kind,
        base=base,
        head=asked.revision,
        commits=found.commits if found else (),
        merge_requests=tuple(pull.request for pull in found.pulls) if found else (),
        url=asked.web(f"compare/{base}...{asked.revision}" if base else f"commit/{asked.revision}"),
    )


def _begun(
    client: Client, asked: Reference, base: str, head: str, *, commits: bool = True
) -> Beginning:
    question = Question(
        what=f"the commits between the last deployment and {asked.short}",
        permission="contents: read",
    )
    try:
        found = begin(client, base, head, commits=commits)
    except FactMissing as gap:
        if gap.missing.reason_code != "not-found":
            raise
        raise missing(
            question, "not-found", f"one of the two is gone: {gap.missing.detail}", _REMEDY
        ) from gap
    if found is None:
        raise missing(
            question,
            "not-found",
            "the two have no history in common, so nobody can say what changes",
            _REMEDY,
        )
    return found


_REMEDY = (
    "whoever rewrote the history pushes the deployed commit again, under a tag; or a deploy by the emergency path "
    "makes a new baseline"
)
