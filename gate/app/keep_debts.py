"""Open what a release owes before it passes: in the tracker, else in the forge, else in the evidence alone."""

from __future__ import annotations

from gate.app.gather_emergency import Emergencies
from gate.domain.decision import Decision, ReleaseClass
from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.follow_up import LET_THROUGH, Draft, Kept
from gate.domain.follow_up_tickets import labels_of
from gate.domain.policy.document import Policy
from gate.domain.ports import Desk, FactMissing


def keep_debts(world: Emergencies, decision: Decision, policy: Policy) -> Kept | None:
    """Where the follow-up of this decision is kept now; None when it owes nothing.

    An outage never stops an emergency and never loses the debt: what no desk takes stays in the evidence, where
    `gate follow-up` finds it and opens it later.
    """
    if not decision.obligations:
        return None
    from gate.render.follow_up import draft_of  # rare, and not needed for any other deploy

    refused: dict[str, str] = {}
    for desk in world.desks_to_write(policy):
        try:
            ticket = _kept(desk, draft_of(decision, policy, desk.system), decision)
        except FactMissing as gap:
            told = gap.missing.detail
            refused[desk.system] = (
                f"{refused[desk.system]}; {told}" if desk.system in refused else told
            )
        else:
            return Kept(system=ticket.system, key=ticket.key, url=ticket.url, refused=refused)
    return Kept(refused=refused)


def _kept(desk: Desk, draft: Draft, decision: Decision) -> FollowUpTicket:
    """The ticket, which says of a notice whether its release was let go: else it would lapse without a review."""
    ticket = desk.open(draft)
    is_announced = decision.release_class is ReleaseClass.COMPENSATING
    if is_announced and LET_THROUGH not in labels_of(ticket):
        desk.label(ticket.key, LET_THROUGH)
    return ticket
