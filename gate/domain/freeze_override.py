"""A freeze that somebody with the right role opens for one change, with a reason (guide §8)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gate.domain.derived import Approval, People, ScopedChange
from gate.domain.facts import Calendars, Clock, Fact, Run
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.openings import Asked, frozen
from gate.domain.phrases import listed
from gate.domain.policy.document import Policy
from gate.domain.role_approval import given_by, invitation, who_could
from gate.domain.units import Unit, shown, together, uncovered, units

REASON_MIN_LENGTH = 15
HOW = f"override-freeze: <reason of at least {REASON_MIN_LENGTH} characters>"
"""The line that the comment of the approval holds."""

# Whoever quotes the line in a reply (`> override-freeze: …`) opens nothing.
_LINE = re.compile(r"^[ \t]*override-freeze:(.*)$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Who opened a freeze, and why."""

    approval: Approval
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the people of one role said about the freezes that it may open for this change."""

    opened_by: tuple[Override, ...]
    """Overrides that cover the whole change between them; none when they do not."""
    near_misses: tuple[str, ...]
    """A sentence for each attempt to override that opens nothing, and why."""
    could: tuple[str, ...]
    """People who still could open it."""
    invitation: str
    """The same in words: `engineering-lead (alice)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeOverrides(Fact):
    """What was said about freezes that a role may open; no answer of a role means that it opened nothing."""

    by_role: Mapping[str, Answer] = field(default_factory=dict)


def freeze_overrides(facts: Facts, policy: Policy) -> FreezeOverrides | Missing:
    """Return the answer of every role that may open a freeze.

    When the people of the change are not known it is Missing only if one of those freezes holds now: else no override
    can matter, since what was not opened merely ends the pass where it starts.
    """
    people, change = lookup(facts, People), lookup(facts, ScopedChange)
    if isinstance(people, Missing) or isinstance(change, Missing):
        gap = next(fact for fact in (people, change) if isinstance(fact, Missing))
        return _without_people(gap, facts, policy)
    roles = dict.fromkeys(freeze.override for freeze in policy.windows.freeze if freeze.override)
    return FreezeOverrides(by_role={role: answer(role, people, units(change)) for role in roles})


def answer(role: str, people: People, wanted: Sequence[Unit]) -> Answer:
    """What the people of `role` said, whose approvals count; `wanted` are the units of the change."""
    tried = {item: _reason(item) for item in given_by(role, people)}
    valid = [item for item, reason in tried.items() if len(reason) >= REASON_MIN_LENGTH]
    opened = together(wanted, valid)
    return Answer(
        opened_by=tuple(Override(approval=item, reason=tried[item]) for item in opened),
        near_misses=tuple(_near_misses(role, people, wanted)),
        could=who_could(role, people),
        invitation=invitation(role, people),
    )


def _without_people(gap: Missing, facts: Facts, policy: Policy) -> FreezeOverrides | Missing:
    clock, run, calendars = lookup(facts, Clock), lookup(facts, Run), lookup(facts, Calendars)
    if isinstance(clock, Missing) or isinstance(run, Missing) or isinstance(calendars, Missing):
        first = next(fact for fact in (clock, run, calendars) if isinstance(fact, Missing))
        return depends(first, "whether a freeze that somebody may open holds now")
    asked = Asked(now=clock.now, services=run.services)
    openable = [freeze for freeze in frozen(policy.windows, asked, calendars) if freeze.override]
    if not openable:
        return FreezeOverrides()
    roles = listed(list(dict.fromkeys(freeze.override for freeze in openable)), "or")
    return depends(gap, f"whether {roles} opened the freeze that holds now for this change")


def _near_misses(role: str, people: People, wanted: Sequence[Unit]) -> Iterator[str]:
    holders = people.roles.get(role, ())
    for item in people.approvals:
        if not _LINE.search(item.comment):
            continue
        whose = f"The override by {item.person or item.shown} ({item.where}) opens nothing"
        if not item.counts:
            yield f"{whose}: {item.why_not}."
        elif item.person not in holders:
            yield f"{whose}: {item.person} does not hold {role}."
        elif len(_reason(item)) < REASON_MIN_LENGTH:
            yield f"{whose}: its reason has fewer than {REASON_MIN_LENGTH} characters."
        elif beyond := uncovered(wanted, [item]):
            yield f"{whose} by itself: it is not for {shown(beyond)}."


def _reason(approval: Approval) -> str:
    """The longest reason that the comment gives, with its spaces evened out."""
    return max(
        (" ".join(found.split()) for found in _LINE.findall(approval.comment)), key=len, default=""
    )
