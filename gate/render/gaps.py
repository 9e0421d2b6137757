"""A gap in what is known, as one sentence for people."""

from __future__ import annotations

from gate.domain.missing import Missing


def problem(gap: Missing) -> str:
    """What could not be asked or done, what that means, and who can do what about it. Not escaped."""
    remedy = f" To mend it, {gap.remedy.rstrip('.')}." if gap.remedy else ""
    return f"{gap.source}: {gap.detail.rstrip('.')}.{remedy}"
