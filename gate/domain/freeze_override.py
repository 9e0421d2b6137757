"""A freeze that somebody with the right role opens for one change, with a reason (guide §8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gate.domain.derived import Approval, People
from gate.domain.role_approval import given_by

REASON_MIN_LENGTH = 15
HOW = f"override-freeze: <reason of at least {REASON_MIN_LENGTH} characters>"
"""The line that the comment of the approval holds."""

# Whoever quotes the line in a reply (`> override-freeze: …`) opens nothing.
_LINE = re.compile(r"^[ \t]*override-freeze:(.*)$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Who opened a freeze, and why."""

    approval: Approval
    reason: str


def override(role: str, people: People) -> Override | None:
    """The first override by somebody who holds `role`, whose approval counts and who gave a reason."""
    for approval in given_by(role, people):
        reason = _reason(approval)
        if len(reason) >= REASON_MIN_LENGTH:
            return Override(approval=approval, reason=reason)
    return None


def near_misses(role: str, people: People) -> Iterator[str]:
    """A sentence for each attempt to override that opens nothing, and why."""
    holders = people.roles.get(role, ())
    for item in people.approvals:
        if not _LINE.search(item.comment):
            continue
        whose = f"The override by {item.person or item.shown} ({item.where}) opens nothing"
        if not item.counts:
            yield f"{whose}: {item.why_not}."
        elif item.person not in holders:
            yield f"{whose}: {item.person} does not hold {role}."
        else:
            yield f"{whose}: its reason has fewer than {REASON_MIN_LENGTH} characters."


def _reason(approval: Approval) -> str:
    """The longest reason that the comment gives, with its spaces evened out."""
    return max(
        (" ".join(found.split()) for found in _LINE.findall(approval.comment)), key=len, default=""
    )
