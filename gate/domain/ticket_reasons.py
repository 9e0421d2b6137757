"""What speaks against a ticket: it does not stand, is not for this change, or not for this time (guide §5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from gate.domain.control import Reason
from gate.domain.derived import JudgedTicket, JudgedTickets, ScopedChange
from gate.domain.facts import EarlierUse, MergeRequest, Run, Ticket
from gate.domain.phrases import listed, moment, safe
from gate.domain.policy.workflow import TicketRules, Tie
from gate.domain.ticket_history import is_issue
from gate.domain.ticket_tie import is_tied


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDesk:
    """What is looked up for every ticket."""

    scope: ScopedChange
    judged: JudgedTickets
    used: Mapping[str, EarlierUse]
    run: Run
    now: datetime
    rules: TicketRules

    def naming(self, ticket: Ticket) -> tuple[MergeRequest, ...]:
        """The merge requests that stand under the ticket."""
        by_request = self.judged.by_request
        return tuple(
            request
            for request in self.scope.merge_requests
            if ticket.asked_key in by_request.get(request.number, ())
        )


def against(item: JudgedTicket, desk: TicketDesk) -> Iterator[Reason]:
    """A reason for each thing; none when the ticket is sound."""
    if not item.counts:
        yield _does_not_stand(item, desk)
    yield from _outside_plan(item.ticket, desk.now)
    if use := desk.used.get(item.ticket.asked_key.casefold()):
        yield _already_used(item.ticket, use)
    ties = desk.rules.bound_by
    if ties and not is_tied(item.ticket, ties, desk.run, desk.naming(item.ticket)):
        yield _not_bound(item.ticket, desk)


CODES = {
    "moved": "moved",
    "rejected": "rejected",
    "closed": "closed",
    "changed": "changed-after-approval",
}
"""The reason code of a finding of `ticket_approval`; of every other one it is `not-approved`."""


def _does_not_stand(item: JudgedTicket, desk: TicketDesk) -> Reason:
    return Reason(
        code=CODES.get(item.code, "not-approved"),
        text=f"{called(item.ticket)} {item.why}.",
        remedy=_remedy(item, desk.rules),
        url=item.ticket.url,
    )


def _remedy(item: JudgedTicket, rules: TicketRules) -> str:
    key, statuses = item.ticket.asked_key, listed(rules.approved_statuses, "or")
    other = "or the author of the merge request names another ticket that is approved"
    match item.code:
        case "moved":
            return (
                f"The author of the merge request, or whoever deploys, names the ticket that is meant, "
                f"of {listed(rules.projects, 'or')}."
            )
        case "rejected":
            return (
                f"Whoever rejected {key} settles what is wrong and it is approved again, {other}."
            )
        case "closed":
            return f"Its owner opens {key} again and has it approved again, {other}."
        case "unmapped":
            return (
                "The owner of the change policy adds this account to the person it belongs to under "
                f"`people`, or somebody who stands there approves {key}."
            )
        case "future":
            return f"The tracker's administrator finds out how {key} got this history, {other}."
        case "never" | "withdrawn":
            return f"A person who may approve sets {key} to {statuses}, {other}."
        case _:
            return (
                f"A person who may approve reads {key} as it is now and approves it again "
                f"(out of {statuses}, and back), {other}."
            )


def _outside_plan(ticket: Ticket, now: datetime) -> Iterator[Reason]:
    start, end = ticket.planned_start, ticket.planned_end
    if start is not None and end is not None and end <= start:
        said, then = f"ends ({moment(end)}) before it starts ({moment(start)})", "Its"
    elif start is not None and now < start:
        said, then = f"opens on {moment(start)}", f"Deploy from {moment(start)} on. Or its"
    elif end is not None and now >= end:
        said, then = f"ended on {moment(end)}", "Its"
    else:
        return
    yield Reason(
        code="outside-planned-window",
        text=f"{called(ticket)}: its own planned window {said}, and it is {moment(now)}.",
        remedy=f"{then} owner plans {ticket.asked_key} anew, and an approver approves it again.",
        url=ticket.url,
    )


def _already_used(ticket: Ticket, use: EarlierUse) -> Reason:
    return Reason(
        code="already-used",
        text=f"{called(ticket)} was used before: {safe(use.reference)}, merged on {moment(use.merged_at)}, "
        "names it. One approval is for one change.",
        remedy="Open a ticket for this change and have it approved; the author of the merge request names it in the "
        "title. A change that comes again and again can become a standard change with a template.",
        url=use.url or ticket.url,
    )


def _not_bound(ticket: Ticket, desk: TicketDesk) -> Reason:
    naming = desk.naming(ticket)
    repository = desk.run.repository
    wanted = [repository] if Tie.REPOSITORY in desk.rules.bound_by or not naming else []
    if Tie.MERGE_REQUEST in desk.rules.bound_by:
        wanted += [f"{repository}{request.reference}" for request in naming]
    return Reason(
        code="not-bound",
        text=f"{called(ticket)} says nowhere that it is for this change: neither its text nor its links name "
        f"{listed(wanted, 'or')}.",
        remedy=_tie_remedy(ticket, wanted[-1]),
        url=ticket.url,
    )


def _tie_remedy(ticket: Ticket, wanted: str) -> str:
    owner = f"Whoever owns {ticket.asked_key}"
    if is_issue(ticket):
        return f"{owner} names {wanted} in its description; since that changes its text, it is then approved again."
    return (
        f"{owner} adds a link to {wanted} to it. A link may be added after the approval; a change of its text needs a "
        "new one."
    )


def called(ticket: Ticket) -> str:
    """The ticket as people call it."""
    return f"{ticket.asked_key} ({safe(ticket.title)})"
