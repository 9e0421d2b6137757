"""Small pieces of prose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from gate.domain.globs import Glob
from gate.domain.phrases import counted, listed
from gate.domain.policy.document import Policy
from gate.domain.policy.people import ApprovalRule
from gate.domain.policy.windows import Weekday

NOT_ENFORCED = "Not enforced by this version of the gate"

_NAMES = {
    Weekday.MON: "Monday",
    Weekday.TUE: "Tuesday",
    Weekday.WED: "Wednesday",
    Weekday.THU: "Thursday",
    Weekday.FRI: "Friday",
    Weekday.SAT: "Saturday",
    Weekday.SUN: "Sunday",
}
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


def either(items: Iterable[str]) -> str:
    """`a, b or c`."""
    return listed(list(items), "or")


def both(items: Iterable[str]) -> str:
    """`a, b and c`."""
    return listed(list(items))


def patterns(globs: Sequence[Glob]) -> str:
    """Path patterns, any of which is meant."""
    return either(glob.pattern for glob in globs)


def full_name(person: str, policy: Policy) -> str:
    """How people call somebody of `people`."""
    entry = policy.people.get(person)
    return entry.name if entry and entry.name else person


def span(length: timedelta) -> str:
    """`14 days`, `48 hours`, `90 minutes`, `30 seconds`: the largest unit that leaves no rest."""
    seconds = int(length.total_seconds())
    if seconds % 86_400 == 0 and length > timedelta(hours=72):
        return counted(seconds // 86_400, "day")
    for unit, size in (("hour", 3_600), ("minute", 60)):
        if seconds % size == 0:
            return counted(seconds // size, unit)
    return counted(seconds, "second")


def until(day: date) -> str:
    """The whole day is still inside."""
    return f"until the end of {day}"


def clock(moment: datetime) -> str:
    """A wall-clock time, as the policy means it."""
    return f"{moment:%Y-%m-%d %H:%M}"


def days(weekdays: Sequence[Weekday], nth: Sequence[int]) -> str:
    """`from Monday to Thursday`, `on Saturday`, `on the second and last Tuesday of the month`."""
    numbers = sorted(day.number for day in weekdays)
    names = [_NAMES[list(Weekday)[number]] for number in numbers]
    if nth:
        which = both(_ORDINALS.get(number, f"{number}th") for number in nth)
        return f"on the {which} {either(names)} of the month"
    if len(names) == len(Weekday):
        return "every day"
    if len(names) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"from {names[0]} to {names[-1]}"
    return f"on {both(names)}"


def approvals(rules: Sequence[ApprovalRule]) -> str:
    """Rows of the authority matrix, in one phrase."""
    return both(_approval(rule) for rule in rules)


def _approval(rule: ApprovalRule) -> str:
    places = either(source.value for source in rule.sources)
    return f"{counted(rule.count, 'approval')} from {rule.role} (by {places})"
