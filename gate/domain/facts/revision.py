"""Where the revision to deploy stands in the repository."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gate.domain.facts.base import Fact


class Reach(Enum):
    """How the revision stands to the protected branch, or to the baseline."""

    IDENTICAL = "identical"
    BEHIND = "behind"
    AHEAD = "ahead"
    DIVERGED = "diverged"
    UNRELATED = "unrelated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(Fact):
    """Where the revision to deploy stands in the repository."""

    sha: str
    branch: str
    """The branch of `workflow.branch`."""
    branch_head: str
    branch_protected: bool | None
    """None when this token cannot tell."""
    reach: Reach
    """Of the revision against the branch: only IDENTICAL and BEHIND mean that the branch contains
    it.
    """
    ref: str
    ref_sha: str | None
    """What the run's ref points to now; None when the ref is gone. A branch may move on, a tag may
    not.
    """
