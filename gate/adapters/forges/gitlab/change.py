"""Everything between what runs now and what is about to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from gate.adapters.forges.gitlab import commits
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.commits import Attributed, Merged
from gate.adapters.forges.gitlab.differences import together
from gate.adapters.forges.gitlab.history import Compared, History, RawCommit
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.reference import Reference
from gate.adapters.side_by_side import both
from gate.domain.facts import (
    Baseline,
    Change,
    ChangedFile,
    ChangeKind,
    Commit,
    Deployment,
    MergeKind,
)
from gate.domain.ports import FactMissing

_GONE = (
    "whoever rewrote the history pushes the deployed commit again, under a tag; or a deploy by the emergency path "
    "makes a new baseline"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The change, and what was learnt on the way that other facts are made of."""

    change: Change
    files: tuple[ChangedFile, ...] | None
    """None when they cannot all be listed."""
    merged: Merged | None = None
    """The newest merged merge requests of the branch, where they were asked for."""


def gather(
    client: Client, history: History, asked: Reference, baseline: Baseline, branch: str
) -> Changed:
    """Find out how the revision stands to the baseline, and what is between them."""
    current = baseline.current
    if current is None:
        return _Gatherer(client, history, asked, branch).first()
    return _Gatherer(client, history, asked, branch).since(current)


@dataclass(frozen=True, slots=True)
class _Gatherer:
    client: Client
    history: History
    asked: Reference
    branch: str

    def first(self) -> Changed:
        """The revision itself, and the merge request that brought it."""
        revision, known = both(
            partial(self.history.commit, self.asked.revision),
            partial(commits.merged, self.client, self.branch, None),
        )
        found = self._attributed([revision], known)
        listed = [one.files for one in found.brought]
        whole = bool(listed) and not any(_may_hold_more(commit) for commit in found.commits)
        files = together(listed) if whole else self._files_of(revision)
        change = self._change(ChangeKind.FIRST, "", found)
        return Changed(change=change, files=files, merged=known)

    def since(self, current: Deployment) -> Changed:
        """Compare with what runs now."""
        base, head = current.revision, self.asked.revision
        if base == head:
            return Changed(change=self._change(ChangeKind.REDEPLOY, base), files=())
        common = self._merge_base(base)
        if common == head:
            undone = self.history.compare(head, base)
            change = self._change(ChangeKind.ROLLBACK, base)
            shas = tuple(commit.sha for commit in undone.commits)
            return Changed(change=replace(change, undone=shas), files=undone.files)
        new, known = both(
            partial(self.history.compare, base, head),
            partial(commits.merged, self.client, self.branch, current.at),
        )
        kind = ChangeKind.FORWARD if common == base else ChangeKind.DIVERGED
        change = self._change(kind, base, self._attributed(new.commits, known))
        return Changed(change=change, files=self._files(kind, base, new), merged=known)

    def _files(self, kind: ChangeKind, base: str, new: Compared) -> tuple[ChangedFile, ...] | None:
        if kind is ChangeKind.FORWARD or new.files is None:
            return new.files
        # What the baseline alone has stops running as well, so its files count too.
        gone = self.history.compare(self.asked.revision, base).files
        return None if gone is None else together([new.files, gone])

    def _files_of(self, revision: RawCommit) -> tuple[ChangedFile, ...] | None:
        if not revision.parents:
            return None
        return self.history.compare(revision.parents[0], revision.sha).files

    def _attributed(self, new: Sequence[RawCommit], known: Merged) -> Attributed:
        return commits.attribute(self.client, self.history, new, known, self.branch)

    def _merge_base(self, base: str) -> str:
        question = Question(what=f"the commits between the last deployment and {self.asked.short}")
        try:
            found = self.history.merge_base(base, self.asked.revision)
        except FactMissing as gap:
            # GitLab calls a revision that it does not hold a bad request.
            gone = "could not find ref" in gap.missing.detail.lower()
            if not gone and gap.missing.reason_code != "not-found":
                raise
            detail = f"one of the two is gone: {gap.missing.detail}"
            raise missing(question, "not-found", detail, _GONE) from gap
        if found is None:
            detail = "the two have no history in common, so nobody can say what changes"
            raise missing(question, "not-found", detail, _GONE)
        return found

    def _change(self, kind: ChangeKind, base: str, found: Attributed | None = None) -> Change:
        head = self.asked.revision
        return Change(
            kind=kind,
            base=base,
            head=head,
            commits=found.commits if found else (),
            merge_requests=tuple(
                sorted((one.request for one in found.brought), key=lambda one: one.number)
            )
            if found
            else (),
            url=self.asked.web(f"compare/{base}...{head}" if base else f"commit/{head}"),
        )


def _may_hold_more(commit: Commit) -> bool:
    """A commit that came by itself, or a merge that may hold what is in no merge request."""
    unsure = {MergeKind.CONTENT, MergeKind.UNKNOWN}
    return not commit.brought_by or commit.merge in unsure
