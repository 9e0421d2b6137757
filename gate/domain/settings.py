"""Where in the policy a control finds its settings."""

from __future__ import annotations

from gate.domain.policy.document import Policy


def settings_of(policy: Policy, place: str) -> object:
    """Return the settings at a dotted place such as `workflow.ticket`; None for a control that has none.

    AttributeError when the policy has no such place: a control that names it is broken, and must not run on defaults.
    """
    if not place:
        return None
    found: object = policy
    for name in place.split("."):
        found = getattr(found, name)
    return found
