"""What was deployed to the environment before, and who approved this deployment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from gate.domain.facts.base import Fact
from gate.domain.facts.merge_requests import ForgeRules
from gate.domain.identity import Identity


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
