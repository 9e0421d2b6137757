"""Carry out the plan of a sweep: open, comment, label, close, and wake people about what is overdue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import assert_never

from gate.app.gather_emergency import Emergencies
from gate.domain.emergency_facts import FollowUpTicket
from gate.domain.emergency_record import EmergencyRecord
from gate.domain.policy.document import Policy
from gate.domain.ports import Desk, FactMissing
from gate.domain.sweep_actions import (
    OVERDUE_LABEL,
    Action,
    Close,
    CloseDuplicate,
    CloseNotDeployed,
    Escalate,
    Open,
    Reopen,
)
from gate.render.follow_up import draft
from gate.render.follow_up_comments import (
    Remark,
    duplicate,
    not_deployed,
    overdue,
    reopened,
    reviewed,
)
from gate.render.gaps import problem
from gate.render.webhook import overdue_message

Opened = Callable[[Open, FollowUpTicket], None]
"""Is told which ticket was opened, as soon as it is there."""


def carry_out(
    world: Emergencies,
    policy: Policy,
    actions: Sequence[Action],
    opened: Opened = lambda action, ticket: None,
) -> Iterator[str]:
    """Do all of it, and say what could not be done: that keeps nothing else from being done."""
    desks = world.desks_to_write(policy)
    for action in actions:
        yield from tried(partial(_do, action, desks, policy, opened))
        if isinstance(action, Open) and action.overdue:
            yield from _wake(world, policy, action.record, _late_opening(action), "")
        if isinstance(action, Escalate):
            yield from _wake(world, policy, action.record, _late(action), action.url)


def tried(write: Callable[[], None]) -> list[str]:
    """Why it could not be done; nothing when it was."""
    try:
        write()
    except FactMissing as gap:
        return [problem(gap.missing)]
    return []


def _do(action: Action, desks: Sequence[Desk], policy: Policy, opened: Opened) -> None:
    match action:
        case Open():
            _open(action, desks, policy, opened)
        case Reopen(desk=place, key=key, record=record, due_at=due):
            _say(desks[place].reopen, key, reopened(record, due))
        case Escalate(desk=place, key=key):
            _say(desks[place].comment, key, _late(action))
            desks[place].label(key, OVERDUE_LABEL)
        case Close(desk=place, key=key, record=record, review=review, late=late):
            _say(desks[place].close, key, reviewed(record, review, late=late))
        case CloseDuplicate(desk=place, key=key, kept=kept, record=record):
            _say(desks[place].close, key, duplicate(kept, record))
        case CloseNotDeployed(desk=place, key=key, record=record):
            _say(desks[place].close, key, not_deployed(record))
        case _:
            assert_never(action)


def _open(action: Open, desks: Sequence[Desk], policy: Policy, opened: Opened) -> None:
    """On the first desk that takes it; what the last one says is told."""
    *others, last = desks
    for desk in others:
        try:
            return _open_on(desk, action, policy, opened)
        except FactMissing:
            continue
    return _open_on(last, action, policy, opened)


def _open_on(desk: Desk, action: Open, policy: Policy, opened: Opened) -> None:
    ticket = desk.open(draft(action.record, policy, desk.system))
    opened(action, ticket)
    if action.overdue:
        _say(desk.comment, ticket.key, _late_opening(action))
        desk.label(ticket.key, OVERDUE_LABEL)


def _say(write: Callable[[str, str, str], None], key: str, remark: Remark) -> None:
    write(key, remark.text, remark.mark)


def _late(action: Escalate) -> Remark:
    return overdue(action.record, action.due_at, action.could, action.refused)


def _late_opening(action: Open) -> Remark:
    return overdue(action.record, action.record.marker.due_at, action.could, ())


def _wake(
    world: Emergencies, policy: Policy, record: EmergencyRecord, remark: Remark, url: str
) -> Iterator[str]:
    """Beyond the ticket: a note on the incident, and the webhook."""
    rules = policy.emergency.pager if policy.emergency else None
    known = record.incident and not record.unverified
    if rules is not None and rules.system.takes_notes and known:
        yield from tried(lambda: world.pager(rules).note(record.incident, remark.text))
    if world.webhook is not None:
        yield from tried(partial(world.webhook, overdue_message(record, remark.text, url)))
