"""Who accepted what the change does although a rule of the policy prohibits it (guide §7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gate.domain.breach import Breach, breach
from gate.domain.derived import Approval, People, ScopedChange
from gate.domain.facts import Fact
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.phrases import listed
from gate.domain.policy.document import Policy
from gate.domain.role_approval import given_by, invitation, named, who_could
from gate.domain.units import shown, together, uncovered


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting:
    """What the role of one rule said about the change that breaks it."""

    given: tuple[Approval, ...]
    """Approvals that cover all of what breaks the rule between them; none when they do not."""
    near_misses: tuple[str, ...]
    """A sentence for each approval of the role that covers only some of it, or none."""
    could: tuple[str, ...]
    """People who still could accept it."""
    invitation: str
    """The same in words: `security (carol)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Liftings(Fact):
    """What was said about broken rules that a role may lift, by the rule's id. No answer lifts nothing."""

    by_rule: Mapping[str, Lifting] = field(default_factory=dict)


def liftings(facts: Facts, policy: Policy) -> Liftings | Missing:
    """Return what the roles said, for every rule that the change breaks and that its role may lift.

    Missing only when there is such a rule and the people of the change are not known, or when the change is not.
    """
    change = lookup(facts, ScopedChange)
    if isinstance(change, Missing):
        return depends(change, "what the change does that a rule prohibits")
    rules = [rule for rule in policy.prohibited if rule.unless_approved_by]
    broken = [found for rule in rules if (found := breach(rule, change)) is not None]
    people = lookup(facts, People)
    if isinstance(people, Missing):
        if not broken:
            return Liftings()
        roles = listed(list(dict.fromkeys(one.rule.unless_approved_by for one in broken)), "or")
        what = listed([one.rule.id for one in broken], "or")
        return depends(people, f"whether {roles} accepted what {what} prohibits")
    return Liftings(by_rule={one.rule.id: _lifting(one, people) for one in broken})


def _lifting(broken: Breach, people: People) -> Lifting:
    role = broken.rule.unless_approved_by
    given = together(broken.units, given_by(role, people))
    return Lifting(
        given=given,
        near_misses=() if given else tuple(_near_misses(broken, people)),
        could=who_could(role, people),
        invitation=invitation(role, people),
    )


def _near_misses(broken: Breach, people: People) -> Iterator[str]:
    for item in given_by(broken.rule.unless_approved_by, people):
        yield f"The approval of {named(item)} is not for {shown(uncovered(broken.units, [item]))}."
