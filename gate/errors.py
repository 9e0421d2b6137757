"""Every way that the gate itself can fail. Each has its own exit code.

* GateError              1   (also what Python exits with on a crash)
  * UsageInvalid         2   (shared with click)
  * PolicyInvalid        3
  * FactsUnavailable     4
  * EvidenceNotWritten   5
    * SigningUnavailable 5
  * EvidenceInvalid      6   only `gate replay`, `gate recheck` and `gate evidence`: the bundle is not what it claims
  to be
  * ReviewOverdue        7   only `gate follow-up`: a release still owes a review, and its time is over

10 means that a change was blocked, which is an answer and not a failure. All other codes are
reserved.
"""

from __future__ import annotations

from typing import ClassVar


class GateError(Exception):
    """Something went wrong that the person at the keyboard can act on.

    `message` says what happened and what it means; `hint` says what to do next and who can do it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageInvalid(GateError):
    """The gate was called in a way that cannot be answered, such as for an unknown environment."""

    exit_code = 2


class PolicyInvalid(GateError):
    """The policy file is missing, cannot be read, breaks its own rules or may not be used here."""

    exit_code = 3


class FactsUnavailable(GateError):
    """No decision could be made, because the world did not answer; the gate fails closed."""

    exit_code = 4


class EvidenceNotWritten(GateError):
    """A decision was made but could not be recorded, so it does not count."""

    exit_code = 5


class SigningUnavailable(EvidenceNotWritten):
    """A service that signs did not answer. Where the policy demands no signature, the evidence counts without one."""


class EvidenceInvalid(GateError):
    """A bundle is incomplete, altered, or does not lead to the decision that it states."""

    exit_code = 6


class ReviewOverdue(GateError):
    """A release still owes a review, and its deadline has passed; the table says which, and who can do it."""

    exit_code = 7
