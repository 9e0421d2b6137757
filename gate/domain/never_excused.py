"""Controls that nothing sets aside: no waiver, no short lane of a rollback, no emergency."""

from __future__ import annotations

from collections.abc import Mapping

NEVER_EXCUSED: Mapping[str, str] = {
    "prohibited": "what the guide prohibits stays prohibited; a rule opens with `unless_approved_by`",
    "revision": "without it nobody knows what is deployed",
    "emergency": "break-glass keeps its own conditions",
    "retroactive_review": "an emergency is reviewed afterwards, always",
    "retention": "without evidence a decision does not count",
}
"""Each with why not."""
