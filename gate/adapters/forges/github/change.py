"""Everything between what runs now and what is about to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gate.adapters.forges.github import commits, files, merges, pulls
from gate.adapters.forges.github.client import Client
from gate.adapters.forges.github.compare import Comparison, compare
from gate.adapters.forges.github.pulls import Pull
from gate.adapters.forges.github.question import Question, missing
from gate.adapters.forges.github.reference import Reference
from gate.adapters.forges.github.shape import Shape
from gate.domain.facts import Baseline, Change, ChangedFile, ChangeKind, Commit, MergeKind, Reach
from gate.domain.ports import FactMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The change, and what was learnt on the way that other facts are made of."""

    change: Change
    files: tuple[ChangedFile, ...] | None
    """None when GitHub does not list them all."""
    merged: Shape | None = None
    """The newest merged pull requests of the branch, where commits were asked about."""


def gather(client: Client, asked: Reference, baseline: Baseline, branch: str) -> Changed:
    """Find out how the revision stands to the baseline, and what is between them."""
    current = baseline.current
    if current is None:
        return _first(client, asked, branch)
    base = current.revision
    if base == asked.revision:
        return Changed(change=_change(ChangeKind.REDEPLOY, asked, base), files=())
    comparison = _compared(client, asked, base)
    match comparison.reach:
        case Reach.AHEAD:
            return _forward(client, asked, comparison, branch)
        case Reach.BEHIND:
            return _rollback(client, asked, base)
        case _:
            return _diverged(client, asked, comparison, branch)


def _first(client: Client, asked: Reference, branch: str) -> Changed:
    brought = _brought(client, [asked.revision], branch, None)
    listed = files.of_pulls(brought.pulls, brought.commits) if brought.pulls else None
    return Changed(
        change=_change(ChangeKind.FIRST, asked, "", brought),
        files=files.of_commit(client, asked.revision) if listed is None else listed,
        merged=brought.merged,
    )


def _forward(client: Client, asked: Reference, comparison: Comparison, branch: str) -> Changed:
    brought = _brought(client, comparison.commits, branch, comparison)
    listed = files.of_comparisons([comparison])
    return Changed(
        change=_change(ChangeKind.FORWARD, asked, comparison.base, brought),
        files=files.of_pulls(brought.pulls, brought.commits) if listed is None else listed,
        merged=brought.merged,
    )


def _rollback(client: Client, asked: Reference, base: str) -> Changed:
    undone = _compared(client, asked, asked.revision, base)
    change = replace(_change(ChangeKind.ROLLBACK, asked, base), undone=undone.commits)
    return Changed(change=change, files=files.of_comparisons([undone]))


def _diverged(client: Client, asked: Reference, comparison: Comparison, branch: str) -> Changed:
    """What the baseline alone has stops running as well, so its files count too."""
    brought = _brought(client, comparison.commits, branch, comparison)
    other = _compared(client, asked, asked.revision, comparison.base)
    return Changed(
        change=_change(ChangeKind.DIVERGED, asked, comparison.base, brought),
        files=files.of_comparisons([comparison, other]),
        merged=brought.merged,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Brought:
    commits: tuple[Commit, ...] = ()
    pulls: tuple[Pull, ...] = ()
    merged: Shape | None = None


def _brought(
    client: Client, shas: Sequence[str], branch: str, comparison: Comparison | None
) -> _Brought:
    """The commits with the pull requests that brought them, and what every merge among them brought."""
    found = commits.ask(client, shas, branch)
    numbers = sorted({number for commit in found.commits for number in commit.brought_by})
    known = files.with_old_names(client, pulls.ask(client, numbers, branch), comparison)
    kinds = merges.kinds(client, [pull.request for pull in known], found.commits)
    return _Brought(
        commits=_judged(found.commits, kinds),
        pulls=tuple(
            replace(
                pull, request=replace(pull.request, commits=_judged(pull.request.commits, kinds))
            )
            for pull in known
        ),
        merged=found.merged,
    )


def _judged(found: Sequence[Commit], kinds: Mapping[str, MergeKind]) -> tuple[Commit, ...]:
    return tuple(replace(commit, merge=kinds.get(commit.sha, commit.merge)) for commit in found)


def _change(
    kind: ChangeKind, asked: Reference, base: str, brought: _Brought | None = None
) -> Change:
    return Change(
        kind=kind,
        base=base,
        head=asked.revision,
        commits=brought.commits if brought else (),
        merge_requests=tuple(pull.request for pull in brought.pulls) if brought else (),
        url=asked.web(f"compare/{base}...{asked.revision}" if base else f"commit/{asked.revision}"),
    )


def _compared(client: Client, asked: Reference, base: str, head: str = "") -> Comparison:
    question = Question(
        what=f"the commits between the last deployment and {asked.short}",
        permission="contents: read",
    )
    try:
        found = compare(client, base, head or asked.revision, commits=True)
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
