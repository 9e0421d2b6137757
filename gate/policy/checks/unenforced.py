"""What the file may say already, and this version does not enforce yet."""

from __future__ import annotations

from collections.abc import Iterator

from gate.policy.at import At
from gate.policy.known_controls import ANNOUNCED
from gate.policy.problem import Problem

_PLACES: dict[tuple[str, ...], str] = {
    ("windows", "comms"): "nobody checks that customers were told",
    **{("controls", name): "there is no such control yet" for name in ANNOUNCED},
}
"""Each place, and what its absence means."""


def check_unenforced(at: At) -> Iterator[Problem]:
    """Say it where the file speaks of it, so that nobody relies on it."""
    for steps, meaning in _PLACES.items():
        here = at.find(*steps)
        if here.exists:
            yield here.warning(
                f"not enforced by this version: {meaning}",
                hint="leave it for a later version, or remove it",
            )
