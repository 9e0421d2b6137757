"""What it means when an archive does not do what it should."""

from __future__ import annotations

from gate.adapters.token_forms import without_credentials
from gate.domain.missing import Missing
from gate.domain.phrases import safe
from gate.domain.ports import FactMissing

_RETRIABLE = frozenset({"unavailable", "rate-limited", "timed-out"})


def gap(address: str, reason_code: str, detail: str, remedy: str) -> FactMissing:
    """The exception for something that an archive did not do. The address is the one of the policy."""
    return FactMissing(
        Missing(
            source=address,
            reason_code=reason_code,
            detail=without_credentials(detail),
            remedy=remedy,
            retriable=reason_code in _RETRIABLE,
        )
    )


def absent(address: str, key: str) -> FactMissing:
    """Nothing stands under a key."""
    return gap(
        address,
        "not-found",
        f"it holds no {safe(key)}",
        "whoever is responsible for the evidence finds out who removed it, if it was there",
    )


def altered(address: str, key: str, what: str = "reads back differently") -> FactMissing:
    """What was written is not what stands there."""
    return gap(
        address,
        "unreadable",
        f"{safe(key)} {what}",
        "whoever is responsible for the evidence finds out what altered it; nothing else is recorded there until then",
    )
