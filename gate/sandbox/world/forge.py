"""What a forge holds besides code and reviews: deployments, runs, checks, environments, the token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from gate.sandbox.world.marks import AccountName, AnyCommit, Named, Otherwise, SameAs

Permission = Literal[
    "actions",
    "checks",
    "contents",
    "deployments",
    "issues",
    "members",
    "metadata",
    "pull-requests",
    "statuses",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """The repository."""

    name: str = "acme/app"
    id: int = 4242
    default_branch: str = "main"
    private: bool = True
    protected: bool = True
    """Whether the default branch is protected."""
    required_approvals: int = 1
    required_checks: tuple[str, ...] = ()
    issues: bool = True
    """Whether issues are switched on."""
    others: tuple[str, ...] = ()
    """Further repositories, which hold nothing but issues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person or machine. Without `github` it is only a git author; without `jira`, unknown there."""

    github: str = ""
    gitlab: str = ""
    """When left out: as on GitHub."""
    id: int = 0
    name: str = ""
    email: str = ""
    jira: str = ""
    pagerduty: str = ""
    incident_io: str = ""
    """Ids in the pagers; when left out, made up. JSM Operations knows people by `jira`."""
    type: Literal["user", "bot"] = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentStatus:
    """One entry of a deployment's status history, oldest first."""

    state: Literal["error", "failure", "inactive", "pending", "success", "queued", "in_progress"]
    at: datetime | None = None
    """When left out: the deployment's own time."""
    by: AccountName | None = None
    """When left out: whoever created the deployment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A deployment record."""

    name: Annotated[str, Named()]
    id: int = 0
    commit: AnyCommit
    environment: str = "production"
    at: datetime
    by: AccountName | None = None
    run: int | None = None
    """The run that made it; it is in the log address of its statuses."""
    task: str = "deploy"
    ref: str = ""
    statuses: tuple[DeploymentStatus, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentApproval:
    """Somebody answered the question of a protected environment."""

    by: AccountName
    state: Literal["approved", "rejected", "pending"] = "approved"
    environment: str = "production"
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A workflow run."""

    id: int = 7001
    attempt: int = 1
    event: str = "push"
    ref: str = "refs/heads/main"
    commit: AnyCommit
    started_by: AccountName
    rerun_by: AccountName | None = None
    started_at: Annotated[datetime, Otherwise("-5m")]
    rerun_at: Annotated[datetime, SameAs("started_at")]
    workflow: str = ".github/workflows/deploy.yml"
    approvals: Mapping[str, EnvironmentApproval] = field(default_factory=dict)
    job: str = "gate"
    """The job that the gate runs in. It has a check run of its own on the commit, still in progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """How an environment is protected."""

    reviewers: tuple[AccountName, ...] = ()
    prevent_self_review: bool = False
    admins_may_bypass: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """A check on a commit. `repeat` makes that many of it, numbered."""

    name: Annotated[str, Named()]
    id: int = 0
    app: str = "github-actions"
    commit: AnyCommit
    status: Literal["queued", "in_progress", "completed", "waiting", "requested", "pending"] = (
        "completed"
    )
    conclusion: (
        Literal[
            "success",
            "failure",
            "neutral",
            "cancelled",
            "skipped",
            "timed_out",
            "action_required",
            "stale",
        ]
        | None
    ) = "success"
    started: Annotated[datetime | None, Otherwise("-2h")]
    completed: Annotated[datetime | None, Otherwise("-1h50m")]
    run: int | None = None
    """The workflow run that it belongs to."""
    repeat: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitStatus:
    """A commit status: the older way to report a result."""

    context: Annotated[str, Named()]
    commit: AnyCommit
    state: Literal["success", "failure", "error", "pending"] = "success"
    by: AccountName | None = None
    at: Annotated[datetime, Otherwise("-1h")]
    target_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorEvidence:
    """The evidence that the gate left in an earlier run: an artifact that holds decision.json."""

    run: Annotated[int, Named()]
    verdict: str = "allow"
    commit: AnyCommit
    environment: str = "production"
    attempt: int = 1
    artifact: str = ""
    """Its name, where it is not the one that the Action gives."""
    expired: bool = False
    event: str = "push"
    """How that run was started, where nothing else of the world tells."""
    at: datetime | None = None
    """When that run was started; left out: like this world's own run."""
    break_glass: bool = False
    """Break-glass was asked for, which the artifact's name tells."""
    decision: Any = None
    """The whole of decision.json, instead of one made from the above; text is taken as it is."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The whole bundle, by name, in the place of a decision.json alone."""
    job: str = ""
    """GitLab: the job that left it, where it is not the one of this world's run."""
    stored: datetime | None = None
    """When the forge took it; left out: when that run was started."""
    expires: datetime | None = None
    """When the forge deletes it; left out: 90 days later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What the client's tokens cannot do."""

    lacks: tuple[Permission, ...] = ()
    writes: tuple[Permission, ...] = ("issues", "pull-requests")
    """What GitHub's may write as well as read."""
    dead: bool = False
    jira_dead: bool = False
    pager_dead: bool = False
    pager_lacks: tuple[Literal["incidents", "on-call", "schedules", "notes", "people"], ...] = ()
