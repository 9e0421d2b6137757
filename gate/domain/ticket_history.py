"""Read a ticket's history: since when it stands approved, and what was changed after that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gate.domain.facts import Ticket, TicketEvent, TicketEventKind
from gate.domain.policy.document import Policy
from gate.domain.policy.people import Condition
from gate.domain.policy.workflow import TrackerName

HARMLESS_FIELDS = frozenset(
    {
        "assignee", "assignees", "attachment", "comment", "comments", "development", "epicchild",
        "epiclink", "flagged", "issuelinks", "issueparentassociation", "label", "labels", "link",
        "locked", "parent", "pinned", "rank", "remoteissuelink", "requestparticipants", "resolution",
        "sprint", "storypointestimate", "storypoints", "timeestimate", "timeoriginalestimate",
        "timespent", "timetracking", "votes", "watchers", "worklog", "worklogid", "worklogtimespent",
    }
)  # fmt: skip
"""Fields that say nothing about what was approved. Every other field does, also one that nobody has
heard of: a list of the fields that matter would let the next custom field slip through."""

_ALWAYS_MATERIAL = frozenset({"summary", "title", "description", "body"})
_MERGE_CLOSES_WITHIN = timedelta(minutes=2)
_FORGES = frozenset(tracker.value for tracker in TrackerName if tracker.is_forge)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How this policy reads a history."""

    approved: frozenset[str]
    """Names of statuses and labels, folded."""
    harmless: frozenset[str]
    labels: frozenset[str]
    """Labels that decide about a change's type or risk, folded."""


def reading_of(policy: Policy) -> Reading:
    """What this policy calls approved, and which edits it does not mind."""
    rules, fields = policy.workflow.ticket, policy.workflow.ticket.fields
    conditions = tuple(_conditions(policy))
    named = [fields.risk, fields.planned_start, fields.planned_end, fields.rollback_plan]
    named += [name for condition in conditions for name in condition.ticket]
    harmless = HARMLESS_FIELDS | {_field(name) for name in rules.harmless_fields}
    return Reading(
        approved=frozenset(map(folded, rules.approved_statuses)),
        harmless=harmless - {_field(name) for name in named} - _ALWAYS_MATERIAL,
        labels=frozenset(folded(label) for condition in conditions for label in condition.labels),
    )


def folded(name: str) -> str:
    """A status or label as it is compared: without regard to case and outer spaces."""
    return name.strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The last time that a ticket stood approved without a break.

    `steps` are the steps into an approved status. The first is the approval; later ones (Approved
    to Scheduled) only carry it on. `ended_by` is the step that ended it; None while it stands.
    """

    steps: tuple[TicketEvent, ...] = ()
    ended_by: TicketEvent | None = None


def standing_of(ticket: Ticket, reading: Reading, merges: Sequence[datetime]) -> Standing:
    """Follow the statuses and labels from the first to the last.

    `merges` says when the merge requests that name the ticket were merged.
    """
    steps: tuple[TicketEvent, ...] = ()
    ended_by: TicketEvent | None = None
    held: frozenset[str] = frozenset()
    for event in _of_kind(ticket, TicketEventKind.STATUS):
        before, after = folded(event.before), folded(event.after)
        entered = {after} & reading.approved
        carries_on = bool(held) and (is_label(event) or before in reading.approved)
        if is_label(event):
            held = (held - {before}) | entered
        elif not closed_by_merge(ticket, event, merges):
            held = frozenset(entered)
        if entered:
            steps, ended_by = ((*steps, event) if carries_on else (event,)), None
        elif steps and not held and ended_by is None:
            ended_by = event
    return Standing(steps=steps, ended_by=ended_by)


def closing(ticket: Ticket) -> TicketEvent | None:
    """The newest step that is not about a label."""
    found = [e for e in _of_kind(ticket, TicketEventKind.STATUS) if not is_label(e)]
    return found[-1] if found else None


def closed_by_merge(ticket: Ticket, event: TicketEvent, merges: Sequence[datetime]) -> bool:
    """Tell whether the forge closed its issue because the merge request for it was merged ("Closes #12").

    That happens before every deploy, so it says nothing against the ticket.
    """
    is_close = is_issue(ticket) and folded(event.after) == "closed"
    return is_close and any(abs(event.at - at) <= _MERGE_CLOSES_WITHIN for at in merges)


def moved_after(ticket: Ticket, approval: TicketEvent) -> TicketEvent | None:
    """The first move to another project since the approval, which was given elsewhere."""
    moves = _of_kind(ticket, TicketEventKind.MOVED)
    return next((event for event in moves if event.at >= approval.at), None)


def edit_after(ticket: Ticket, approval: TicketEvent, reading: Reading) -> TicketEvent | None:
    """The first change of what was approved that came after the approval, by whomever.

    What the approver changed in the very step that approved is part of what was approved.
    """
    for event in sorted(ticket.history, key=lambda event: event.at):
        same_step = event.at == approval.at and _same_actor(event, approval)
        if event.at >= approval.at and not same_step and _is_material(event, reading):
            return event
    return None


def is_issue(ticket: Ticket) -> bool:
    """Tell whether the ticket is an issue of a forge: it has labels for statuses, and no links."""
    return ticket.tracker in _FORGES


def is_label(event: TicketEvent) -> bool:
    """Tell whether the event is about a label; on some trackers a label is the approval."""
    return _field(event.field) in {"label", "labels"}


def _conditions(policy: Policy) -> Iterator[Condition]:
    yield from (rule.when for rule in policy.change_types.values() if rule.when is not None)
    for risk in policy.risk.values():
        yield from risk.when


def _of_kind(ticket: Ticket, kind: TicketEventKind) -> list[TicketEvent]:
    return sorted((e for e in ticket.history if e.kind is kind), key=lambda event: event.at)


def _is_material(event: TicketEvent, reading: Reading) -> bool:
    if is_label(event) and not _touched(event).isdisjoint(reading.labels):
        return True
    return event.kind is TicketEventKind.EDITED and _field(event.field) not in reading.harmless


def _touched(event: TicketEvent) -> set[str]:
    """Labels that came or went. A status names one label at a time, an edit the lists before and
    after, whose labels hold no spaces.
    """
    before, after = folded(event.before), folded(event.after)
    if event.kind is TicketEventKind.STATUS:
        return {before, after}
    return set(before.split()) ^ set(after.split())


def _same_actor(event: TicketEvent, other: TicketEvent) -> bool:
    return event.by is not None and other.by is not None and event.by.is_same(other.by)


def _field(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
