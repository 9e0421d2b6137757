"""The names of the controls, where the policy can check them without importing the controls."""

from __future__ import annotations

from collections.abc import Mapping

CONTROLS: tuple[str, ...] = (
    "ticket",
    "review",
    "authority",
    "separation",
    "tests",
    "window",
    "rollback",
    "prohibited",
    "revision",
)
"""The controls of this version, in the order in which they are shown."""

ANNOUNCED: tuple[str, ...] = ("drift", "comms", "emergency", "retroactive_review", "retention")
"""Controls that the guide has and that this version does not enforce yet."""

KNOWN: tuple[str, ...] = CONTROLS + ANNOUNCED

NEVER_EXCUSED: Mapping[str, str] = {
    "prohibited": "what the guide prohibits stays prohibited; a rule opens with `unless_approved_by`",
    "revision": "without it nobody knows what is deployed",
    "emergency": "break-glass keeps its own conditions",
    "retroactive_review": "an emergency is reviewed afterwards, always",
    "retention": "without evidence a decision does not count",
}
"""Controls that are never waived, lowered or left out, and why not."""

EXCUSABLE: tuple[str, ...] = tuple(name for name in KNOWN if name not in NEVER_EXCUSED)

WAIVABLE: tuple[str, ...] = (*EXCUSABLE, "risk")
"""What a waiver can name: `risk` lowers a risk class."""

OF_THE_GATE: Mapping[str, tuple[str, ...]] = {
    "controls": KNOWN,
    "excusable": EXCUSABLE,
    "waivable": WAIVABLE,
}
"""Names that the gate knows by itself, by what the types call them (`markers.Refers`)."""
