"""Why controls were not judged in an emergency: trackers that did not answer, and whether that passes by itself.

An outage ends. A token that is refused, or a tracker that nobody configured, stays so until somebody mends it, and
whoever can bring it about chooses what is not judged. Neither stops an emergency (guide §6); both are for its review.
"""

from __future__ import annotations

from dataclasses import dataclass

from gate.domain.control import Unknown
from gate.domain.decision import Decision
from gate.domain.missing import OUTAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Something that a tracker did not tell."""

    source: str
    """The system and the question."""
    reason_code: str
    detail: str
    lasting: bool
    """It does not pass by itself."""


def silences(decision: Decision) -> tuple[Silence, ...]:
    """What kept controls from being judged that the policy lets no emergency waive; each cause once."""
    missing = (
        gap
        for result in decision.results
        if result.control in decision.not_judged and isinstance(result.outcome, Unknown)
        for gap in result.outcome.missing
    )
    found = (
        Silence(
            source=gap.source,
            reason_code=gap.reason_code,
            detail=gap.cause or gap.detail,
            lasting=gap.reason_code not in OUTAGES,
        )
        for gap in missing
    )
    return tuple(dict.fromkeys(found))


def told(silence: Silence) -> str:
    """One of them for people: what happened, and whether it passes."""
    if not silence.lasting:
        return f"{silence.source}: {silence.detail}"
    return (
        f"{silence.source}: {silence.detail}. This is no outage: it stays so until somebody mends it, and whoever can "
        "bring it about chooses what is not judged"
    )
