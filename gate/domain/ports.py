"""What the gate asks of the world, whatever system answers.

Every method returns a whole fact or raises `FactMissing`; `app.gather` turns that into the Missing
that stands for it. No method writes anything. Adapters are safe to call from several threads at
once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gate.domain.facts import (
    Baseline,
    CalendarSpan,
    Change,
    Checks,
    DeploymentApprovals,
    EarlierUses,
    Files,
    PriorDecision,
    Revision,
    Run,
    Ticket,
)
from gate.domain.identity import Identity
from gate.domain.missing import Missing


class FactMissing(Exception):
    """A question could not be answered; carries the Missing that says why."""

    def __init__(self, missing: Missing) -> None:
        super().__init__(missing.detail)
        self.missing = missing


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFile:
    """The policy's bytes on the protected default branch. `others` are further places where one
    also lies.
    """

    path: str
    branch: str
    revision: str
    content: bytes
    others: tuple[str, ...] = ()


class Forge(Protocol):
    """GitHub or GitLab, for one repository, environment and run."""

    def policy_file(self, places: Sequence[str]) -> PolicyFile:
        """The first of `places` that exists on the default branch.

        FactMissing with the code `no-policy` when the branch was read and none of them does.
        """

    def run(self) -> Run:
        """The run that is about to deploy, as the forge knows it."""

    def baseline(self) -> Baseline:
        """Successful deployments to the environment from other runs, the newest first."""

    def revision(self, branch: str) -> Revision:
        """How the revision stands to the protected branch, and what the run's ref points to now."""

    def change(self, baseline: Baseline, branch: str) -> Change:
        """Everything between the baseline and the revision, with merge requests into `branch` and
        their reviews.
        """

    def files(self, change: Change) -> Files:
        """Every file that differs, or FactMissing when the forge does not list them all."""

    def earlier_uses(self, change: Change, branch: str, keys: Sequence[str]) -> EarlierUses:
        """Merge requests outside the change, merged before it, that name one of `keys`."""

    def checks(self) -> Checks:
        """All checks on the revision."""

    def deployment_approvals(self) -> DeploymentApprovals:
        """Who approved this run for the environment."""

    def team(self, name: str) -> tuple[Identity, ...]:
        """Members of a team."""

    def freezes(self) -> tuple[CalendarSpan, ...]:
        """The freeze periods that the forge itself keeps, from a week before now to 90 days after."""

    def prior_decision(self, baseline: Baseline) -> PriorDecision:
        """What the gate decided in the run that first deployed this revision."""


class Tracker(Protocol):
    """Jira, GitHub Issues, or another system that holds change tickets."""

    def tickets(self, keys: Sequence[str]) -> tuple[Ticket, ...]:
        """All of them, in the order asked; FactMissing when one of them cannot be read."""


class Calendar(Protocol):
    """A calendar whose events are freezes."""

    def spans(self, address: str) -> tuple[CalendarSpan, ...]:
        """Its events from a week before now to 90 days after, in UTC."""
