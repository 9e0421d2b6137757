"""Where the policy file may lie, in the order in which it is looked for."""

from __future__ import annotations

PLACES: tuple[str, ...] = (
    ".github/change-policy.yml",
    ".gitlab/change-policy.yml",
    "change-policy.yml",
)
