"""What to do when break-glass was asked for and not granted: what matters now, and what only without it."""

from __future__ import annotations

from collections.abc import Collection

from gate.domain.decision import Decision
from gate.domain.policy.document import Policy

EMERGENCY = "emergency"
NEW_RUN = "Start it by hand in a new run: in a second attempt an emergency is refused"


def for_an_emergency(
    what: str, controls: Collection[str], decision: Decision, policy: Policy | None, *, gap: bool
) -> str:
    """The step in the words of somebody who has no time; `controls` are those that ask for it.

    What an emergency waives falls away with the grant, so it is said apart. `gap` is a fact that is missing.
    """
    if not decision.asked_for_emergency or decision.emergency is not None:
        return what
    if EMERGENCY in controls:
        return f"{what.rstrip('.')}. {NEW_RUN}" if gap else what
    waived = policy.emergency.waives if policy and policy.emergency else ()
    falls_away = bool(controls) and set(controls) <= set(waived)
    return f"Only without break-glass: {what}" if falls_away else what
