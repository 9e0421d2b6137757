"""Merge requests with their commits, reviews and pushes, and what the forge itself demands of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from gate.domain.identity import Identity
from gate.domain.missing import Missing


class MergeKind(Enum):
    """What a commit with several parents brought."""

    NONE = "none"
    """One parent: ordinary content."""
    CLEAN = "clean"
    """A merge of the base branch that changed nothing of the merge request's own diff."""
    CONTENT = "content"
    """A merge that resolved a conflict, or slipped something in."""
    UNKNOWN = "unknown"
    """It could not be compared in full; counts as content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit. `authors` holds the git author first, then co-authors."""

    sha: str
    headline: str
    authors: tuple[Identity, ...]
    committer: Identity | None
    """None when the forge itself committed (a merge in the web interface, with the forge's valid
    signature).
    """
    parents: tuple[str, ...] = ()
    merge: MergeKind = MergeKind.NONE
    arrived_at: datetime | None = None
    """When the forge first saw it, from the forge's own clock; None when that is unknown. Never the
    commit's own date. After a rebase of which the forge proves that it left the whole difference as it
    was, this is when it first saw that difference.
    """
    brought_by: tuple[int, ...] = ()
    """Merged merge requests, of this repository and into the protected branch, that brought this
    commit.
    """


class ReviewState(Enum):
    """What a review said last."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes-requested"
    COMMENTED = "commented"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review as submitted. Reviews of a merge request are in the order in which they were
    submitted.
    """

    id: str
    reviewer: Identity
    state: ReviewState
    revision: str
    """The commit that the forge says was reviewed; some forges move it to a later one (see
    `gate.domain.reviews`).
    """
    given_for: str = ""
    """The commit that was the head when it was given, where `revision` is a later one that brings the very same
    difference to the base branch, as the forge's own digest of it proves (GitLab: `patch_id_sha`, after a rebase).
    Empty where nothing was carried over, or nothing proves that it may be.
    """
    submitted_at: datetime
    edited: bool = False
    may_merge: bool = True
    """Whether the reviewer could write to the repository; others' approvals do not count on the
    forge either.
    """
    comment: str = ""
    dismissed_by: Identity | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """The history of a merge request's branch was rewritten by force."""

    at: datetime
    by: Identity | None
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeRule:
    """One rule of the forge's own: so many approvals, perhaps by certain people (GitLab Premium)."""

    name: str
    required: int
    met: bool
    """As the forge says. Rules that ask for no approval are met."""
    approved_by: tuple[Identity, ...] = ()
    """Whoever gave one that the forge counts for this rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakerRule:
    """How the rules of one merge request ask for less than the project's rule of this name."""

    name: str
    project_asks: int
    asks: int | None
    """None: the merge request has no such rule."""
    also: tuple[Identity, ...] = ()
    """People who may fill it there, though the project's rule does not name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeRules:
    """The forge's own rules for approvals, of one merge request or one environment (GitLab Premium).

    No control counts approvals by them; they are evidence of what the forge itself asked for.
    """

    rules: tuple[ForgeRule, ...] = ()
    overwritten: bool = False
    """The merge request has rules of its own: edited in it, or copied from the project's, as GitLab does at the merge
    itself. Only what `weaker` names was made weaker.
    """
    weaker: tuple[WeakerRule, ...] = ()
    missing: Missing | None = None
    """Why the rules, or what the project asks for, cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRequest:
    """A reviewed unit of change: a pull request on GitHub, a merge request on GitLab."""

    number: int
    reference: str
    """As people write it: `#12` or `!12`."""
    url: str
    title: str
    body: str
    branch: str
    author: Identity
    merged_by: Identity | None
    merged_at: datetime | None
    merge_commit: str
    head: str
    """The last of its own commits: what was merged, not where the branch points now."""
    commits: tuple[Commit, ...] = ()
    """Its own commits, oldest first."""
    reviews: tuple[Review, ...] = ()
    force_pushes: tuple[Push, ...] = ()
    labels: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    """Every path that it touches, old names of renamed files included."""
    linked_issues: tuple[str, ...] = ()
    """Issues that it closes, as `owner/name#12`."""
    forge_rules: ForgeRules | None = None
    """None where the forge keeps no such rules with a merge request: on GitHub, and on GitLab Free."""
