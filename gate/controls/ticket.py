"""Every change has a ticket that was approved for it: before the deploy, by a person, as it stands now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason
from gate.domain.derived import ChangeType, JudgedTicket, JudgedTickets, ScopedChange
from gate.domain.facts import (
    Change,
    ChangeKind,
    Clock,
    EarlierUse,
    EarlierUses,
    MergeRequest,
    Run,
    Ticket,
)
from gate.domain.idle import brings_nothing
from gate.domain.phrases import listed, moment, safe
from gate.domain.policy.workflow import TicketRules, Tie
from gate.domain.ticket_history import is_issue
from gate.domain.ticket_keys import example_key
from gate.domain.ticket_tie import is_tied

ID = "ticket"
TITLE = "Every change has its own ticket, approved before the deploy and not changed since"
GUIDE = "§5"
SETTINGS = "workflow.ticket"
REASONS = {
    "not-named": "a merge request, or the deploy itself, names no ticket of the allowed projects",
    "moved": "the ticket is another one than the one named, or was moved to another project",
    "rejected": "the ticket was rejected or withdrawn",
    "closed": "the ticket is closed, so it stands for no deploy any more",
    "not-approved": "no person's approval of the ticket stands in its history",
    "changed-after-approval": "what was approved was changed after the approval",
    "outside-planned-window": "now is outside the time that the ticket itself plans for the change",
    "already-used": "a merge request of an earlier change names this ticket",
    "not-bound": "the ticket does not name this repository or merge request, as the policy asks",
}
Settings = TicketRules


def evaluate(
    scope: ScopedChange,
    change: Change,
    judged: JudgedTickets,
    uses: EarlierUses,
    change_type: ChangeType,
    run: Run,
    clock: Clock,
    settings: TicketRules,
) -> Outcome:
    """Ask for each merge request which tickets it names, and for each ticket whether it stands."""
    idle = brings_nothing(scope)
    if idle and not judged.tickets:
        return NotApplicable(reason=idle)
    used = {} if idle or change_type.standard else _used(uses, change)
    desk = _Desk(scope=scope, judged=judged, used=used, run=run, now=clock.now, rules=settings)
    against = {item.ticket.asked_key: tuple(_against(item, desk)) for item in judged.tickets}
    reasons = (*_unnamed(desk), *(reason for found in against.values() for reason in found))
    sound = [item for item in judged.tickets if not against[item.ticket.asked_key]]
    seen = tuple(_seen(item, desk) for item in sound)
    if reasons:
        return Failed(reasons=reasons, observations=seen)
    ends = [item.ticket.planned_end for item in sound if item.ticket.planned_end]
    looked = _looked_back(uses, idle, change_type)
    return Passed(observations=(*seen, looked), until=min(ends, default=None))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
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


def _used(uses: EarlierUses, change: Change) -> Mapping[str, EarlierUse]:
    """Tickets that are used up. One that is being rolled back may be named for its own rollback."""
    undone = set(change.undone)
    return {
        key.casefold(): use
        for use in sorted(uses.uses, key=lambda use: use.merged_at)
        for key in use.keys
        if use.merge_commit not in undone
    }


def _unnamed(desk: _Desk) -> Iterator[Reason]:
    requests = desk.scope.merge_requests
    example, projects = example_key(desk.rules), listed(desk.rules.projects, "or")
    for request in requests:
        if not desk.judged.by_request.get(request.number):
            author = safe(str(request.author))
            yield Reason(
                code="not-named",
                text=f"{request.reference} ({safe(request.title)}) names no ticket of {projects}.",
                remedy=f"{author}, who opened it, writes the key of its ticket, such as {example}, into the title "
                f"of {request.reference} or as a line `Change-Ticket: {example}` into its description; "
                "this also works after the merge. Or whoever deploys gives the ticket to the gate.",
                who=(author,),
                url=request.url,
            )
    if not requests and not desk.judged.tickets:
        what = (
            "rollback"
            if desk.scope.kind is ChangeKind.ROLLBACK
            else "deploy without merge requests"
        )
        yield Reason(
            code="not-named",
            text=f"This is a {what}, so no merge request names a ticket, and none was given for it.",
            remedy=f"Whoever deploys gives the key of an approved ticket of {projects}, such as {example}, "
            "to the gate: the input `ticket`, or `--ticket`.",
        )


def _against(item: JudgedTicket, desk: _Desk) -> Iterator[Reason]:
    if not item.counts:
        yield _does_not_stand(item, desk)
    yield from _outside_plan(item.ticket, desk.now)
    if use := desk.used.get(item.ticket.asked_key.casefold()):
        yield _already_used(item.ticket, use)
    ties = desk.rules.bound_by
    if ties and not is_tied(item.ticket, ties, desk.run, desk.naming(item.ticket)):
        yield _not_bound(item.ticket, desk)


_CODES = {
    "moved": "moved",
    "rejected": "rejected",
    "closed": "closed",
    "changed": "changed-after-approval",
}


def _does_not_stand(item: JudgedTicket, desk: _Desk) -> Reason:
    return Reason(
        code=_CODES.get(item.code, "not-approved"),
        text=f"{_called(item.ticket)} {item.why}.",
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
        text=f"{_called(ticket)}: its own planned window {said}, and it is {moment(now)}.",
        remedy=f"{then} owner plans {ticket.asked_key} anew, and an approver approves it again.",
        url=ticket.url,
    )


def _already_used(ticket: Ticket, use: EarlierUse) -> Reason:
    return Reason(
        code="already-used",
        text=f"{_called(ticket)} was used before: {safe(use.reference)}, merged on {moment(use.merged_at)}, "
        "names it. One approval is for one change.",
        remedy="Open a ticket for this change and have it approved; the author of the merge request names it in the "
        "title. A change that comes again and again can become a standard change with a template.",
        url=use.url or ticket.url,
    )


def _not_bound(ticket: Ticket, desk: _Desk) -> Reason:
    naming = desk.naming(ticket)
    repository = desk.run.repository
    wanted = [repository] if Tie.REPOSITORY in desk.rules.bound_by or not naming else []
    if Tie.MERGE_REQUEST in desk.rules.bound_by:
        wanted += [f"{repository}{request.reference}" for request in naming]
    return Reason(
        code="not-bound",
        text=f"{_called(ticket)} says nowhere that it is for this change: neither its text nor its links name "
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


def _seen(item: JudgedTicket, desk: _Desk) -> Observation:
    naming = listed([request.reference for request in desk.naming(item.ticket)] or ["this deploy"])
    end = item.ticket.planned_end
    until = f"; its planned window ends on {moment(end)}" if end else ""
    return Observation(f"{naming}: {_called(item.ticket)} {item.why}{until}", item.ticket.url)


def _looked_back(uses: EarlierUses, idle: str, change_type: ChangeType) -> Observation:
    if idle:
        return Observation(f"{idle}, so a ticket may be named again")
    if change_type.standard:
        return Observation("a standard change may use its ticket again")
    since = "all of them" if uses.since is None else f"those since {moment(uses.since)}"
    return Observation(f"no merge request merged earlier used these tickets (looked at {since})")


def _called(ticket: Ticket) -> str:
    return f"{ticket.asked_key} ({safe(ticket.title)})"
