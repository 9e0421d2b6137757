"""Every change has a ticket that was approved for it: before the deploy, by a person, as it stands now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason
from gate.domain.derived import ChangeType, JudgedTicket, JudgedTickets, ScopedChange
from gate.domain.facts import Change, ChangeKind, Clock, EarlierUse, EarlierUses, Run
from gate.domain.idle import brings_nothing
from gate.domain.phrases import listed, moment, safe
from gate.domain.policy.workflow import TicketRules
from gate.domain.ticket_keys import example_key
from gate.domain.ticket_reasons import TicketDesk, against, called

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
    desk = TicketDesk(scope=scope, judged=judged, used=used, run=run, now=clock.now, rules=settings)
    flaws = {item.ticket.asked_key: tuple(against(item, desk)) for item in judged.tickets}
    reasons = (*_unnamed(desk), *(reason for found in flaws.values() for reason in found))
    sound = [item for item in judged.tickets if not flaws[item.ticket.asked_key]]
    seen = tuple(_seen(item, desk) for item in sound)
    if reasons:
        return Failed(reasons=reasons, observations=seen)
    ends = [item.ticket.planned_end for item in sound if item.ticket.planned_end]
    looked = _looked_back(uses, idle, change_type)
    return Passed(observations=(*seen, looked), until=min(ends, default=None))


def _used(uses: EarlierUses, change: Change) -> Mapping[str, EarlierUse]:
    """Tickets that are used up. One that is being rolled back may be named for its own rollback."""
    undone = set(change.undone)
    return {
        key.casefold(): use
        for use in sorted(uses.uses, key=lambda use: use.merged_at)
        for key in use.keys
        if use.merge_commit not in undone
    }


def _unnamed(desk: TicketDesk) -> Iterator[Reason]:
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


def _seen(item: JudgedTicket, desk: TicketDesk) -> Observation:
    naming = listed([request.reference for request in desk.naming(item.ticket)] or ["this deploy"])
    end = item.ticket.planned_end
    until = f"; its planned window ends on {moment(end)}" if end else ""
    return Observation(f"{naming}: {called(item.ticket)} {item.why}{until}", item.ticket.url)


def _looked_back(uses: EarlierUses, idle: str, change_type: ChangeType) -> Observation:
    if idle:
        return Observation(f"{idle}, so a ticket may be named again")
    if change_type.standard:
        return Observation("a standard change may use its ticket again")
    since = "all of them" if uses.since is None else f"those since {moment(uses.since)}"
    return Observation(f"no merge request merged earlier used these tickets (looked at {since})")
