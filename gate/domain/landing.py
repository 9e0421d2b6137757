"""Whether a release that was granted really went out, as far as the forge's records of deployments tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from gate.domain.facts import Baseline


class Landing(Enum):
    """What became of a release."""

    DEPLOYED = "deployed"
    NOT_DEPLOYED = "not-deployed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What became of a release, and since when (UTC) it is out; None where that is not known."""

    state: Landing
    at: datetime | None = None


UNKNOWN = Landed(state=Landing.UNKNOWN)


def landed(
    baseline: Baseline, *, environment: str, revision: str, run_id: str, issued_at: datetime
) -> Landed:
    """Look for the release in the deployments to its environment.

    Not deployed is said only where the records reach back to before the grant, so that none can have been overlooked.
    A run that failed half-way has no record of success: what it left behind is part of the next change, which is
    compared with the last deployment that succeeded and meets every control.
    """
    if baseline.environment != environment:
        return UNKNOWN
    ours = [
        past.at
        for past in baseline.history
        if past.run_id == run_id or (past.revision == revision and past.at >= issued_at)
    ]
    if ours:
        return Landed(state=Landing.DEPLOYED, at=min(ours))
    reaches_back = any(past.at < issued_at for past in baseline.history)
    return Landed(state=Landing.NOT_DEPLOYED) if reaches_back else UNKNOWN
