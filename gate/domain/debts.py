"""Which reviews are owed after earlier releases, which were done, and which are overdue (guide §6).

Whether a ticket is open or closed proves nothing: a debt is paid by a review that counts, and by nothing else. A notice
(guide §4) is a debt as well, once its release is out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gate.domain.control import Observation
from gate.domain.debt_terms import (
    end_of_permission,
    review_within,
    reviewers,
    reviewers_of,
    shortest_review,
)
from gate.domain.emergency_facts import FollowUps, FollowUpTicket
from gate.domain.facts import Baseline, Clock, Fact
from gate.domain.follow_up import LABEL, LET_THROUGH, Marker
from gate.domain.follow_up_review import JudgedComment, Wanted, judged
from gate.domain.follow_up_tickets import labels_of, primary, told_apart
from gate.domain.landing import UNKNOWN, Landed, Landing, is_void, landed
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.phrases import safe
from gate.domain.policy.document import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """The review that one release owes, wherever its tickets are."""

    marker: Marker | None
    """What the tickets say about the release, the strictest of all; None when that cannot be read."""
    system: str
    key: str
    url: str
    opened_at: datetime
    due_at: datetime
    """Never later than the policy's time after the ticket was opened, whatever the ticket itself says."""
    overdue: bool
    void: bool = False
    """It announced a release that never went out and cannot any more, so that nothing is owed."""
    review: JudgedComment | None = None
    """The one that pays; the first of them."""
    refused: tuple[JudgedComment, ...] = ()
    """Attempts at a review that do not count, each with why."""
    could: tuple[str, ...] = ()
    """People who can do it: they have an account where the ticket is, and had no part in the release."""

    @property
    def late(self) -> bool:
        """Whether it was paid after its deadline."""
        return self.review is not None and self.review.at > self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Debts(Fact):
    """Every review that a follow-up ticket tells of: the oldest ticket first."""

    kept: bool = True
    """False when releases under this policy owe no review."""
    debts: tuple[Debt, ...] = ()
    notes: tuple[Observation, ...] = ()
    """Tickets that carry the gate's label and are not the gate's."""


def debts(facts: Facts, policy: Policy) -> Debts | Missing:
    """Work out what is owed. Missing without the tickets: then nobody knows whether something is overdue."""
    if not policy.owes_reviews:
        return Debts(kept=False)
    clock, found = lookup(facts, Clock), lookup(facts, FollowUps)
    if isinstance(clock, Missing) or isinstance(found, Missing):
        gap = next(fact for fact in (found, clock) if isinstance(fact, Missing))
        return depends(gap, "whether a review of an earlier release is overdue")
    tickets, baseline = told_apart(found.tickets), lookup(facts, Baseline)
    if isinstance(baseline, Missing) and tickets.of_releases:
        return depends(baseline, "whether the releases that owe a review went out")
    owed = [
        *(debt_of(group, facts, policy, clock.now) for group in tickets.of_releases.values()),
        *(debt_of_unreadable(ticket, policy, clock.now) for ticket in tickets.unreadable),
    ]
    return Debts(
        debts=tuple(sorted(owed, key=lambda debt: (debt.opened_at, debt.system, debt.key))),
        notes=tuple(_note(ticket) for ticket in tickets.others),
    )


def debt_of(
    tickets: Sequence[tuple[FollowUpTicket, Marker]], facts: Facts, policy: Policy, now: datetime
) -> Debt:
    """The debt of one release, from all its tickets (at least one) and the forge's records of deployments."""
    return of_release(tickets, policy, now, out=landing_of(tickets[0][1], facts))


def landing_of(marker: Marker, facts: Facts) -> Landed:
    """What became of a release, as far as the records of deployments to the environment of this run tell."""
    baseline = lookup(facts, Baseline)
    return UNKNOWN if isinstance(baseline, Missing) else landed(baseline, marker)


def of_release(
    tickets: Sequence[tuple[FollowUpTicket, Marker]],
    policy: Policy,
    now: datetime,
    *,
    known: Sequence[Marker] = (),
    out: Landed = UNKNOWN,
    let_through: bool = False,
) -> Debt:
    """The debt of one release, from all its tickets (at least one).

    Where they differ the strictest word holds: nobody gets rid of a debt by opening another ticket for it. `known` is
    what the evidence says about the release, `let_through` whether it says that the gate let it go, and `out` what is
    recorded of its deployment: a review is one only from then on.
    """
    marker = strictest([*(said for _, said in tickets), *known])
    within = review_within(policy, marker.owed)
    dues = [marker.due_at, *(ticket.opened_at + within for ticket, _ in tickets)]
    due = min(dues)
    wanted = Wanted(
        revision=marker.revision,
        after=max(marker.issued_at, out.at or marker.issued_at),
        not_by=marker.not_by,
        by=reviewers_of(marker.owed, policy),
        open_until=end_of_permission(replace(marker, due_at=due), policy),
        deployed=out.state is Landing.DEPLOYED,
        not_judged=marker.not_judged,
    )
    comments = [comment for ticket, _ in tickets for comment in ticket.comments]
    said = judged(comments, wanted, policy)
    review = next((one for one in said if one.counts), None)
    main = primary([ticket for ticket, _ in tickets])
    let_through = let_through or any(LET_THROUGH in labels_of(ticket) for ticket, _ in tickets)
    void = is_void(marker, out, let_through=let_through, due=due, at=now)
    return Debt(
        marker=marker,
        system=main.system,
        key=main.key,
        url=main.url,
        opened_at=min(ticket.opened_at for ticket, _ in tickets),
        due_at=due,
        overdue=review is None and now > due and not void,
        void=review is None and void,
        review=review,
        refused=tuple(one for one in said if not one.counts),
        could=reviewers(main.system, marker, policy),
    )


def strictest(markers: Sequence[Marker]) -> Marker:
    """Of several markers (at least one) of the same release the word that leaves the least room."""
    first = markers[0]
    excluded = [person for marker in markers for person in marker.not_by]
    unjudged = [control for marker in markers for control in marker.not_judged]
    return Marker(
        id=first.id,
        owed=first.owed,
        repository=first.repository,
        repository_id=first.repository_id,
        environment=first.environment,
        revision=first.revision,
        run_id=first.run_id,
        attempt=first.attempt,
        issued_at=max(marker.issued_at for marker in markers),
        due_at=min(marker.due_at for marker in markers),
        not_by=tuple(dict.fromkeys(excluded)),
        not_judged=tuple(dict.fromkeys(unjudged)),
    )


def debt_of_unreadable(ticket: FollowUpTicket, policy: Policy, now: datetime) -> Debt:
    """The debt that a ticket keeps which does not say what it is about: no review in it counts for anything."""
    due = ticket.opened_at + shortest_review(policy)
    return Debt(
        marker=None,
        system=ticket.system,
        key=ticket.key,
        url=ticket.url,
        opened_at=ticket.opened_at,
        due_at=due,
        overdue=now > due,
    )


def _note(ticket: FollowUpTicket) -> Observation:
    return Observation(
        f"{safe(ticket.key)} carries the label {LABEL}, but a person opened it and no release is named on it: "
        "it is no follow-up of the gate",
        ticket.url,
    )
