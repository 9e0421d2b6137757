"""Facts by their type, each whole or Missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from gate.domain.facts import Fact
from gate.domain.missing import Missing

Facts = Mapping[type[Fact], Fact | Missing]

F = TypeVar("F", bound=Fact)


def lookup(facts: Facts, kind: type[F]) -> F | Missing:
    """Return the fact of that type; a fact that nobody gathered is Missing as well, never assumed."""
    found = facts.get(kind)
    if isinstance(found, kind | Missing):
        return found
    return Missing(
        source="gate",
        reason_code="not-gathered",
        detail=f"the fact {kind.__name__} was never gathered",
    )


def depends(on: Missing, what: str) -> Missing:
    """Say that `what` is missing because `on` is; the cause and its remedy are kept."""
    return Missing(
        source=on.source,
        reason_code=on.reason_code,
        detail=f"{what} cannot be told: {on.detail}",
        remedy=on.remedy,
        retriable=on.retriable,
        cause=on.cause or on.detail,
    )
