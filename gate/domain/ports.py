"""What the gate asks of the world, whatever system answers.

Every method returns a whole fact or raises `FactMissing`; `app.gather` turns that into the Missing
that stands for it. Only a `Desk`, and what tells people, writes. Adapters are safe to call from
several threads at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gate.domain.emergency_facts import FollowUpTicket, Incident
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
from gate.domain.follow_up import Draft
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


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """A decision that an earlier run of the gate left as evidence: the bytes of its `decision.json`."""

    content: bytes
    run_id: str
    url: str
    """Where people find that evidence."""


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

    def emergency_decisions(
        self, since: datetime, deployed: Sequence[str] = ()
    ) -> tuple[StoredDecision, ...]:
        """Decisions that may tell of a debt: of all runs since then that somebody started by hand, whatever came of
        their deploys, and of the runs `deployed`, however those were started.
        """


class Tracker(Protocol):
    """Jira, GitHub Issues, or another system that holds change tickets."""

    def tickets(self, keys: Sequence[str]) -> tuple[Ticket, ...]:
        """All of them, in the order asked; FactMissing when one of them cannot be read."""


class Calendar(Protocol):
    """A calendar whose events are freezes."""

    def spans(self, address: str) -> tuple[CalendarSpan, ...]:
        """Its events from a week before now to 90 days after, in UTC."""


class Pager(Protocol):
    """PagerDuty, incident.io, JSM Operations: where incidents are, and who is on call."""

    def incident(self, key: str) -> Incident:
        """The incident with its whole log. `key` is what a person typed: an id, a number or an address.

        FactMissing `not-found` when there is none, or the token may not see it.
        """

    def on_call(self, schedule: str, at: datetime) -> tuple[Identity, ...]:
        """Who was on call in a schedule (by its id or name) at that moment (UTC)."""

    def note(self, key: str, text: str) -> None:
        """Write a note on an incident, unless one with this text is there already."""


class Desk(Protocol):
    """A tracker in which follow-ups are opened, found again, and closed.

    A write is never retried blindly: whoever cannot tell whether it was done looks first. FactMissing when the
    tracker does not answer or refuses; its reason code says whether asking again can help.
    """

    @property
    def system(self) -> str:
        """`jira`, `github` or `gitlab`."""

    def follow_ups(self) -> tuple[FollowUpTicket, ...]:
        """Every ticket with the gate's label, open and closed, with its comments."""

    def find(self, release: str) -> tuple[FollowUpTicket, ...]:
        """Those of one release, by its label `gate-<id>`: the oldest first. Without comments."""

    def open(self, draft: Draft) -> FollowUpTicket:
        """The one ticket of the draft's id: the oldest that is already there, else a new one.

        Of two runs that open at the same moment, the later ticket is closed as a duplicate.
        """

    def comment(self, key: str, text: str, marker: str) -> None:
        """Say something (Markdown, escaped) in a ticket, unless a comment with `marker` is already there."""

    def close(self, key: str, text: str, marker: str) -> None:
        """Comment, then close. Nothing happens to a ticket that is closed already."""

    def reopen(self, key: str, text: str, marker: str) -> None:
        """Comment, then open again. Nothing happens to a ticket that is open."""

    def label(self, key: str, label: str) -> None:
        """Put a label on, beside those that are there."""


class Signer(Protocol):
    """Signs evidence in a name that others can check."""

    def sign(self, statement: bytes) -> bytes:
        """A Sigstore bundle (v0.3, JSON) around an in-toto statement.

        EvidenceNotWritten when it cannot be signed; SigningUnavailable when trying again later may help.
        """


class Notices(Protocol):
    """Tells the people of a merge request what happened, where they read it."""

    def tell(self, number: int, text: str, marker: str) -> None:
        """Comment on a merge request; an earlier comment of ours with `marker` is rewritten instead.

        FactMissing when the token may not, or the forge does not answer.
        """
