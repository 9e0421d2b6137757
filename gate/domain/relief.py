"""What a grant of break-glass sets aside (guide §6), and what it never does."""

from __future__ import annotations

from gate.domain.control import Failed, Outcome, Unknown
from gate.domain.decision import Result, Verdict
from gate.domain.derive import derive
from gate.domain.derived import JudgedTickets
from gate.domain.emergency_facts import FollowUps
from gate.domain.facts import Fact, Tickets
from gate.domain.grant import Grant
from gate.domain.lookup import Facts, lookup
from gate.domain.missing import Missing
from gate.domain.never_excused import NEVER_EXCUSED
from gate.domain.policy.document import Policy

_MASKED = "masked"
"""Whoever may write into a ticket could otherwise choose that it is not judged."""
_ANSWERED = frozenset({"not-found", "wrong-object", "too-large", _MASKED})
"""Reason codes of tickets that a tracker did answer about. To name a ticket that does not exist makes no outage."""


def without_trackers(facts: Facts, policy: Policy) -> Facts | None:
    """What would be known if the trackers that do not answer had answered that they hold nothing.

    None when every tracker answered.
    """
    tickets, owed = lookup(facts, Tickets), lookup(facts, FollowUps)
    silent: dict[type[Fact], Fact | Missing] = {}
    given: dict[type[Fact], Fact | Missing] = {}
    if isinstance(tickets, Missing) and tickets.reason_code not in _ANSWERED:
        silent[Tickets] = Tickets()
        # The change may name tickets. Without any nothing is judged, rather than one that was never asked for.
        given[JudgedTickets] = JudgedTickets()
    if isinstance(owed, Missing) and owed.reason_code != _MASKED:
        silent[FollowUps] = FollowUps()
    return derive({**facts, **silent}, policy, given) if silent else None


def is_waived(result: Result, grant: Grant) -> bool:
    """Whether the policy lets this emergency waive what the control said against the change."""
    if (
        result.control in NEVER_EXCUSED
    ):  # the parser lets no policy waive these; no other policy may either
        return False
    return result.weight is not Verdict.ALLOW and result.control in grant.waives


def is_for_want_of_a_tracker(result: Result, otherwise: Outcome | Unknown) -> bool:
    """Whether only a tracker that does not answer keeps the control from being judged; that stops no emergency.

    `otherwise` is what the control says without trackers. Where nothing excuses the control, that must not be a no:
    what is prohibited stays prohibited while the tracker is down.
    """
    if result.weight is not Verdict.UNDECIDED or isinstance(otherwise, Unknown):
        return False
    return not (result.control in NEVER_EXCUSED and isinstance(otherwise, Failed))
