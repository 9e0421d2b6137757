"""The facts that a decision rests on, as they were gathered.

Every fact is whole or it is `Missing`. All times are aware and in UTC. A merge request is what
GitHub calls a pull request. Facts that are worked out from these and the policy live in
`gate.domain.derived`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from gate.domain.identity import Identity
from gate.domain.missing import Missing


class Fact:
    """Anything that a control may ask for. Also the base of derived facts."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock(Fact):
    """The one moment that the whole decision calls now.

    It is the runner's time, checked against the `Date` of the answers: with more than a minute
    between them this fact is Missing (`clock-skew`), since a wrong clock could open a window.
    """

    now: datetime
    skew_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Fact):
    """The pipeline run in which the deploy is about to happen, as the forge (not the environment)
    tells it.
    """

    forge: str
    """`github` or `gitlab`: also the system of the identities below."""
    host: str
    """Where the forge lives, without `https://`; with its path, where it lives below one: `acme.example/gitlab`."""
    repository: str
    repository_id: str
    environment: str
    services: tuple[str, ...] = ()
    """What `--service` named; empty means everything."""
    revision: str
    """The full commit SHA that is about to be deployed."""
    ref: str
    event: str
    id: str
    attempt: int
    url: str
    workflow: str
    """What runs the gate: on GitHub the workflow file, on GitLab the name of the job."""
    started_by: Identity
    """Who started the run. On GitHub its privileges also apply to re-runs."""
    rerun_by: Identity | None = None
    """Who started this attempt, when it is not the first."""
    started_at: datetime | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One deployment that was successful at some time, to this environment, from another run."""

    id: str
    revision: str
    at: datetime
    url: str = ""
    creator: Identity | None = None
    run_id: str = ""
    by_pipeline: bool = False
    """Recorded by the forge for a job of a run. Whoever may write deployments can record any other by the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline(Fact):
    """What runs in the environment now, and what ran there before: the newest first.

    An empty history means that the forge was asked, may be believed, and knows of no successful
    deployment.
    """

    environment: str
    history: tuple[Deployment, ...] = ()
    complete: bool = True
    """False when the forge holds more than was read; then absence from the history proves nothing.
    """
    by_this_run: Deployment | None = None
    """What this very run deployed to this environment already, successfully: a grant of break-glass is used up then."""

    @property
    def current(self) -> Deployment | None:
        """The last successful deployment, or None before the first."""
        return self.history[0] if self.history else None

    def deployed(self, revision: str) -> Deployment | None:
        """The newest successful deployment of `revision`, if it is in the history."""
        return next((past for past in self.history if past.revision == revision), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorDecision(Fact):
    """What the gate once decided about this very revision, read from the evidence of the run that
    deployed it.

    Asked for only when the deploy is a rollback. `verdict` is empty when that run left no evidence
    of the gate.
    """

    verdict: str = ""
    revision: str = ""
    environment: str = ""
    run_id: str = ""
    url: str = ""


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


class CheckState(Enum):
    """How a check on the exact revision ended, in one vocabulary for check runs and commit
    statuses.
    """

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed-out"
    ACTION_REQUIRED = "action-required"
    STALE = "stale"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One result that some app reported on the revision; re-runs of the same name are separate
    checks.
    """

    id: str
    name: str
    app: str
    """The slug of the app that reported it (`github-actions`); for a commit status, the login of
    its creator.
    """
    state: CheckState
    revision: str
    started_at: datetime | None = None
    completed_at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks(Fact):
    """All checks on the revision, from all pages.

    Jobs of the run that is about to deploy are among them: those that have ended, such as the tests that the gate's job
    waits for, count like any other, and those in progress, such as the gate's own, are PENDING.
    """

    revision: str
    checks: tuple[Check, ...] = ()


class ApprovalState(Enum):
    """What a reviewer of the environment said."""

    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentApproval:
    """Somebody released this run into the environment, in the forge."""

    approver: Identity
    state: ApprovalState
    comment: str = ""
    at: datetime | None = None
    """None where the forge does not tell (GitHub); it is of this run, yet perhaps of an earlier
    attempt.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentApprovals(Fact):
    """The approvals of this run for its environment."""

    environment: str
    approvals: tuple[DeploymentApproval, ...] = ()
    forge_rules: ForgeRules | None = None
    """What the environment's protection asks for, as far as it can be told; None where nothing asks for approvals, and
    on forges and tiers without such rules.
    """


class TicketState(Enum):
    """Where a ticket stands, whatever its tracker calls it."""

    OPEN = "open"
    DONE = "done"
    REJECTED = "rejected"


class TicketEventKind(Enum):
    """What happened to a ticket."""

    STATUS = "status"
    EDITED = "edited"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEvent:
    """One entry of a ticket's history, by the tracker's own clock."""

    kind: TicketEventKind
    at: datetime
    by: Identity | None
    field: str
    """The tracker's field: `status`, `description`, `label` …"""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A change request in a tracker, with its whole history (oldest first)."""

    key: str
    """The key that the tracker answered with; compare it with the one that was asked for."""
    asked_key: str
    tracker: str
    project: str
    url: str
    title: str
    type: str
    status: str
    state: TicketState
    reporter: Identity | None
    created_at: datetime
    body: str
    """The description as Markdown, whatever the tracker stores (ADF is turned into headings and
    lines).
    """
    fields: Mapping[str, str] = field(default_factory=dict)
    """Further fields by their shown name, such as `Change risk` or `Backout plan`, as text."""
    risk: str = ""
    labels: tuple[str, ...] = ()
    planned_start: datetime | None = None
    planned_end: datetime | None = None
    links: tuple[str, ...] = ()
    """Addresses that the ticket points to."""
    history: tuple[TicketEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets(Fact):
    """Every ticket that the change, or the person who deploys, names. One that cannot be read makes
    all of it Missing.
    """

    tickets: tuple[Ticket, ...] = ()
    named_for_run: tuple[str, ...] = ()
    """Keys given for this very deploy (`--ticket`), which count for every merge request of the
    change.
    """

    def find(self, key: str) -> Ticket | None:
        """The ticket that was asked for under `key`."""
        return next((ticket for ticket in self.tickets if ticket.asked_key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams(Fact):
    """Members of the teams that the policy's roles name, by the team's name (`acme/security`)."""

    members: Mapping[str, tuple[Identity, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSpan:
    """One entry of a freeze calendar near now."""

    calendar: str
    """Which one: `gate.domain.schedule.calendar_id` of what the policy names, so that no address is kept."""
    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendars(Fact):
    """The spans of every calendar that the policy names, from a week before now to 90 days after."""

    spans: tuple[CalendarSpan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySource(Fact):
    """Where the policy in use came from."""

    origin: str
    """`protected-branch` or `file`."""
    path: str
    branch: str
    revision: str
    digest: str
    """sha256 of the file's bytes, as `sha256:<hex>`."""
