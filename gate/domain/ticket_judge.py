"""Judge one ticket: is it the one that was named, is it open, and does its approval stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gate.domain.derived import JudgedTicket
from gate.domain.directory import person_of, shown
from gate.domain.facts import Ticket, TicketEvent, TicketState
from gate.domain.identity import Identity, Kind
from gate.domain.phrases import listed, moment, safe
from gate.domain.policy.document import Policy
from gate.domain.policy.workflow import TicketRules
from gate.domain.ticket_history import (
    Reading,
    Standing,
    closed_by_merge,
    closing,
    edit_after,
    folded,
    is_issue,
    moved_after,
    reading_of,
    standing_of,
)

COUNTS = "counts"
WHY_NOT: Mapping[str, str] = {
    "moved": "it is another ticket than the one named, or it was moved to another project",
    "future": "its history holds something that has not happened yet, so none of it can be believed",
    "rejected": "it was rejected or withdrawn",
    "closed": "it is closed, so it stands for no deploy any more",
    "never": "nobody has approved it",
    "no-history": "its status says approved, but its history does not say that anybody approved it",
    "withdrawn": "it was approved once and has left the approved statuses since",
    "unknown-actor": "the tracker does not say who approved it",
    "bot": "a machine approved it, and only people approve",
    "unmapped": "the account that approved it stands under no name in `people`",
    "changed": "what was approved was changed after the approval",
}
"""Why a ticket's approval does not stand."""

CLOCKS_AGREE_WITHIN = timedelta(seconds=60)
"""The tracker's clock may be ahead of ours by as much as `Clock` allows."""

Finding = tuple[str, str]
"""A code, and the clause that says why: it goes on after the ticket's key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What every ticket is judged with."""

    policy: Policy
    reading: Reading
    now: datetime

    @classmethod
    def of(cls, policy: Policy, now: datetime) -> Bench:
        """Read the policy once for all tickets."""
        return cls(policy=policy, reading=reading_of(policy), now=now)

    def judge(self, ticket: Ticket, merges: Sequence[datetime]) -> JudgedTicket:
        """The first thing that is wrong: with the ticket, then with its approval, then since then.

        `merges` says when the merge requests that name the ticket were merged.
        """
        standing = standing_of(ticket, self.reading, merges)
        approval = self._approval(standing)
        code, why = (
            self._wrong_ticket(ticket)
            or self._not_open(ticket, merges)
            or self._not_approved(ticket, standing, approval)
        )
        approver = None if approval is None else approval.by
        return JudgedTicket(
            ticket=ticket,
            approver=approver,
            person="" if approver is None else person_of(approver, self.policy),
            approved_at=None if approval is None else approval.at,
            counts=code == COUNTS,
            code=code,
            why=why,
        )

    def _wrong_ticket(self, ticket: Ticket) -> Finding | None:
        rules = self.policy.workflow.ticket
        projects = {_spelled(project, rules) for project in rules.projects}
        if _spelled(ticket.key, rules) != _spelled(ticket.asked_key, rules):
            return "moved", f"was moved: the tracker answers with {safe(ticket.key)} instead"
        if ticket.tracker != rules.tracker.value or _spelled(ticket.project, rules) not in projects:
            return "moved", f"is in {safe(ticket.project)}, whose tickets are not allowed here"
        last = max([ticket.created_at, *(event.at for event in ticket.history)])
        if last > self.now + CLOCKS_AGREE_WITHIN:
            return "future", f"has a history until {moment(last)}, which is yet to come"
        return None

    def _not_open(self, ticket: Ticket, merges: Sequence[datetime]) -> Finding | None:
        rejected = {folded(name) for name in self.policy.workflow.ticket.rejected_statuses}
        said = [name for name in _current(ticket) if folded(name) in rejected]
        if said or ticket.state is TicketState.REJECTED:
            return "rejected", f"was rejected: it is {safe(listed(said or [ticket.status]))} now"
        last = closing(ticket)
        by_merge = last is not None and closed_by_merge(ticket, last, merges)
        if ticket.state is TicketState.DONE and not by_merge:
            when = "" if last is None else f" on {moment(last.at)}"
            return "closed", f"was closed{when}: it is {safe(ticket.status)} now"
        return None

    def _approval(self, standing: Standing) -> TicketEvent | None:
        fit = [event for event in standing.steps if self._unfit(event.by) is None]
        return next(iter(fit or standing.steps), None)

    def _not_approved(
        self, ticket: Ticket, standing: Standing, approval: TicketEvent | None
    ) -> Finding:
        stands = [name for name in _current(ticket) if folded(name) in self.reading.approved]
        if approval is None:
            return self._no_approval(ticket, stands)
        if standing.ended_by is not None:
            return "withdrawn", f"was approved, but {_step(standing.ended_by)}"
        if not stands:
            return "withdrawn", f"was approved, but it is {safe(ticket.status)} now"
        if (unfit := self._unfit(approval.by)) is not None:
            return unfit
        return self._not_any_more(ticket, approval) or (
            COUNTS,
            f"was approved by {_who(approval.by)} on {moment(approval.at)} "
            f"(it is {safe(listed(stands))} now)",
        )

    def _no_approval(self, ticket: Ticket, stands: Sequence[str]) -> Finding:
        if stands:
            return (
                "no-history",
                f"is {safe(listed(stands))}, but its history does not say that anybody approved it",
            )
        wanted = listed(self.policy.workflow.ticket.approved_statuses, "or")
        return "never", f"was never approved: it is {safe(ticket.status)}, and {wanted} is needed"

    def _not_any_more(self, ticket: Ticket, approval: TicketEvent) -> Finding | None:
        approved = f"was approved on {moment(approval.at)}, and after that"
        if moved := moved_after(ticket, approval):
            return "moved", f"{approved} {_who(moved.by)} moved it here on {moment(moved.at)}"
        if edit := edit_after(ticket, approval, self.reading):
            return (
                "changed",
                f"{approved} {_who(edit.by)} changed {safe(edit.field)} on {moment(edit.at)}",
            )
        return None

    def _unfit(self, by: Identity | None) -> Finding | None:
        if by is None or by.kind is Kind.UNKNOWN:
            return "unknown-actor", "was approved, but the tracker does not say by whom"
        if by.kind is Kind.BOT:
            return "bot", f"was approved by the machine {_who(by)}, and only people approve"
        if not person_of(by, self.policy):
            return "unmapped", f"was approved by {_who(by)}, who stands under no name in `people`"
        return None


def _spelled(name: str, rules: TicketRules) -> str:
    # Repositories are one whatever their case; Jira answers with the one true spelling of a key.
    return name.casefold() if rules.tracker.is_forge else name


def _current(ticket: Ticket) -> tuple[str, ...]:
    """What the ticket shows as its status: of an issue its labels do."""
    labels = ticket.labels if is_issue(ticket) else ()
    return (ticket.status, *labels)


def _who(by: Identity | None) -> str:
    return "somebody unknown" if by is None else shown(by)


def _step(event: TicketEvent) -> str:
    before, after = safe(event.before), safe(event.after)
    if before and after:
        what = f"moved it from {before} to {after}"
    else:
        what = f"took {before} off" if before else f"set {after}"
    return f"{_who(event.by)} {what} on {moment(event.at)}"
