"""What the forge's records of deployments tell about a release that owes a review.

They hold successes alone. A job can change production and then fail, on purpose or half-way, so that none is recorded
never shows that nothing went out: what counts is that the gate let the release through.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from gate.domain.facts import Baseline, Deployment
from gate.domain.follow_up import Marker


class Landing(Enum):
    """What is recorded about a release."""

    DEPLOYED = "deployed"
    NO_SUCCESS = "no-success"
    """No successful deployment of it, by records that reach back to before it."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What is recorded about a release, and since when (UTC) it is out; None where that is not known."""

    state: Landing
    at: datetime | None = None


UNKNOWN = Landed(state=Landing.UNKNOWN)


def landed(baseline: Baseline, marker: Marker) -> Landed:
    """Look for the release in the successful deployments to its environment."""
    if baseline.environment != marker.environment:
        return UNKNOWN
    ours = [past.at for past in baseline.history if _is_of(past, marker)]
    if ours:
        return Landed(state=Landing.DEPLOYED, at=min(ours))
    reaches_back = any(past.at < marker.issued_at for past in baseline.history)
    return Landed(state=Landing.NO_SUCCESS) if reaches_back else UNKNOWN


def is_void(
    marker: Marker, found: Landed, *, let_through: bool, due: datetime, at: datetime
) -> bool:
    """Whether nothing is owed at that moment: a notice that lapsed (`due`) without the gate having let its release go.

    The ticket of an emergency is opened when the gate lets it go, so that one is never void: somebody looks whether
    it was deployed, and writes that down.
    """
    if not marker.is_notice or let_through:
        return False
    return found.state is Landing.NO_SUCCESS and at >= due


def _is_of(past: Deployment, marker: Marker) -> bool:
    if past.run_id and past.run_id == marker.run_id:
        return True
    # A notice is of a revision, whichever run deploys it. An emergency is of its run: what another run deployed later
    # was judged for itself, and must not make a review look as if it had been written too early.
    may_be = marker.is_notice or not past.run_id
    return may_be and past.revision == marker.revision and past.at >= marker.issued_at
