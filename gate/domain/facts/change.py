"""What differs between the last deployment and the revision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from gate.domain.facts.base import Fact
from gate.domain.facts.merge_requests import Commit, MergeRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFile:
    """One file between the baseline and the revision. A renamed file stands with both its paths."""

    path: str
    added: int = 0
    removed: int = 0
    previous_path: str = ""


class ChangeKind(Enum):
    """How the revision relates to what runs now; defined in docs/the-change.md."""

    FIRST = "first"
    FORWARD = "forward"
    REDEPLOY = "redeploy"
    ROLLBACK = "rollback"
    DIVERGED = "diverged"
    """History was rewritten: neither contains the other. The change is what the merge base does not
    have.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Fact):
    """Everything between the last successful deployment and the revision being deployed.

    For a rollback `commits` and `merge_requests` are empty, and `undone` holds the commits that
    stop running. For the first deployment ever, `base` is empty and `commits` is the revision
    itself with the merge request that brought it.
    """

    kind: ChangeKind
    base: str
    head: str
    commits: tuple[Commit, ...] = ()
    merge_requests: tuple[MergeRequest, ...] = ()
    undone: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files(Fact):
    """Every file that differs between the baseline and the revision."""

    files: tuple[ChangedFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierUse:
    """A merge request outside this change, merged before it, which names ticket keys."""

    reference: str
    keys: tuple[str, ...]
    merged_at: datetime
    merge_commit: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierUses(Fact):
    """Tickets named by merge requests that were merged into the protected branch before this
    change.

    Read from the newest merged merge requests; `since` is the merge time of the oldest one read
    (None: all were read).
    """

    uses: tuple[EarlierUse, ...] = ()
    since: datetime | None = None
