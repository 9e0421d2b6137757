"""The fact that there is no fact."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A whole fact that could not be had, and why: never an empty list, never a guess.

    `source` names the system and the question ("GitHub: check runs of 3f2a…"). `reason_code` is stable and listed in
    docs/reason-codes.md. `detail` says what happened and what it means; `remedy` what to do and who can do it.
    `retriable` says whether the same question may be answered a moment later.
    """

    source: str
    reason_code: str
    detail: str
    remedy: str = ""
    retriable: bool = False
    cause: str = ""
    """The detail of the fact at the bottom, when this one is only missing because that one is."""


REASONS: dict[str, str] = {
    "not-permitted": "the token may not read this; the permission that it lacks is named",
    "not-found": "the system says that it does not exist, which may also mean that the token may not see it",
    "no-policy": "the default branch was read, and holds no policy at any of the known places",
    "not-authenticated": "the token was refused: expired, revoked, or meant for another system",
    "rate-limited": "the system asked us to come back later than the deadline allows",
    "unavailable": "the system answered with a server error, or not at all",
    "timed-out": "no answer came before the deadline of the whole check",
    "unreadable": "the answer is not what the system's own description promises",
    "wrong-object": "the system answered about something else than what was asked for",
    "too-large": "there is more than the system lets anybody read in full",
    "clock-skew": "the runner's clock and the systems' clocks disagree by more than a minute",
    "identity-unmapped": "somebody in this change stands under no name in `people`, so nobody can say who they are",
    "not-configured": "the policy asks for it, but no address or token for that system was given",
    "not-installed": "reading this needs an optional library that is not installed",
    "refused": "the system does not accept what was to be written, and says why",
    "masked": "it holds what looks like a credential, which no evidence keeps, and without that the decision would be "
    "another one",
    "not-gathered": "it was never asked for",
}
"""What each `reason_code` of a missing fact means, for the docs and for the tests that hold them to the list."""

OUTAGES = frozenset({"unavailable", "timed-out", "rate-limited", "unreadable"})
"""Reason codes of what passes by itself: the system does not answer now. All others stay until somebody mends them."""
