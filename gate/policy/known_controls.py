"""The names of the controls, where the policy can check them without importing the controls."""

from __future__ import annotations

from collections.abc import Mapping

from gate.domain.never_excused import NEVER_EXCUSED

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
    "emergency",
    "retroactive_review",
    "retention",
)
"""The controls of this version, in the order in which they are shown."""

ANNOUNCED: tuple[str, ...] = ("drift", "comms")
"""Controls that the guide has and that this version does not enforce yet."""

KNOWN: tuple[str, ...] = CONTROLS + ANNOUNCED

EXCUSABLE: tuple[str, ...] = tuple(name for name in KNOWN if name not in NEVER_EXCUSED)
"""Controls that a waiver, the short lane of a rollback or an emergency may set aside."""

WAIVABLE: tuple[str, ...] = (*EXCUSABLE, "risk")
"""What a waiver can name: `risk` lowers a risk class."""

OF_THE_GATE: Mapping[str, tuple[str, ...]] = {
    "controls": KNOWN,
    "excusable": EXCUSABLE,
    "waivable": WAIVABLE,
}
"""Names that the gate knows by itself, by what the types call them (`markers.Refers`)."""
