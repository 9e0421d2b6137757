"""What break-glass grants, and what a release owes afterwards (guide §6)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Proof(Enum):
    """How the second person's consent is known."""

    ACKNOWLEDGEMENT = "acknowledgement"
    """The pager's own log says that the second person took the incident, while on call."""
    DEPLOYMENT = "deployment"
    """An approval of the deployment, in the forge."""
    REVIEW = "review"
    """An approving review of a merge request of this change, in the forge."""
    NONE = "none"
    """The policy asks for no second person, out loud."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Who the second person is, and how that is known."""

    person: str
    """Key of `people`; empty when `proof` is NONE."""
    proof: Proof
    where: str
    """`incident 1234`, `!12`, or the environment."""
    at: datetime | None
    """By the system's own clock; None where it does not tell (deployment approvals of GitHub)."""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One emergency release: of this revision, by this run and attempt, into this environment, until it expires."""

    id: str
    """See `grant_id`."""
    repository: str
    repository_id: str
    environment: str
    revision: str
    run_id: str
    attempt: int
    run_url: str
    reason: str
    """As typed, so hostile."""
    incident: str
    """The pager's id, or what was typed where no pager confirmed it."""
    incident_url: str
    incident_title: str
    unverified: str
    """Why the pager could not confirm the incident; empty when it did, or when the policy has no pager."""
    invoked_by: tuple[str, ...]
    """Keys of `people`."""
    consent: Consent
    waives: tuple[str, ...]
    """Controls that the policy lets an emergency waive, whether they were needed or not."""
    issued_at: datetime
    expires_at: datetime


def grant_id(repository_id: str, environment: str, revision: str, run_id: str, attempt: int) -> str:
    """Twelve hexadecimal digits that name one release: the same under retries, another for every other release.

    It marks the follow-up ticket, so that none is opened twice and none can be passed off as another's.
    """
    parts = (repository_id, environment, revision, run_id, str(attempt))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


NO_RUN = ("0", 0)
"""Run and attempt in the marker of a notice: no forge gives these numbers to a run."""


def notice_id(repository_id: str, environment: str, revision: str) -> str:
    """The `grant_id` of a notice: of one revision for one environment, whichever run deploys it (guide §4).

    The first check gives the notice, and a later run deploys: both must mean the same ticket.
    """
    return grant_id(repository_id, environment, revision, *NO_RUN)


class Owed(Enum):
    """What is owed after a release."""

    RETROACTIVE_REVIEW = "retroactive-review"
    """Of an emergency (guide §6)."""
    INDEPENDENT_REVIEW = "independent-review"
    """Of a change that nobody independent could approve before (guide §4, compensating mode)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """Something that must happen after the release, by a moment, and that a follow-up ticket keeps."""

    id: str
    """See `grant_id`."""
    owed: Owed
    due_at: datetime
    """UTC, exact. Trackers' due fields are dates; they never say later than this."""
    why: str
    not_by: tuple[str, ...] = ()
    """People who cannot do it: requester, writers, approvers, deployers; keys of `people`."""
