"""Deploys that bring nothing new, for which several questions do not arise."""

from __future__ import annotations

from gate.domain.derived import ScopedChange
from gate.domain.facts import ChangeKind
from gate.domain.phrases import counted, safe

_FEW = 3


def brings_nothing(change: ScopedChange) -> str:
    """Return why this deploy brings nothing new; empty when it does, or when it takes something back.

    A rollback has no commits either, but what runs changes, so it is never idle.
    """
    if change.commits or change.merge_requests:
        return ""
    if change.kind is ChangeKind.REDEPLOY:
        return "nothing new is deployed: the revision is the one that already runs"
    if change.kind is not ChangeKind.ROLLBACK and change.left_out:
        return f"this deploy touches nothing of the change: {_left_out(change)}"
    return ""


def _left_out(change: ScopedChange) -> str:
    first = "; ".join(f"{safe(part.what)} ({safe(part.why)})" for part in change.left_out[:_FEW])
    rest = len(change.left_out) - _FEW
    return f"{first}; and {counted(rest, 'more part')}" if rest > 0 else first
