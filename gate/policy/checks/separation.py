"""Compensating mode that nobody could use, or that would stand in for nothing: guide §4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from gate.domain.policy.document import Enforcement
from gate.domain.policy.emergency import Emergency
from gate.domain.policy.people import (
    Compensating,
    PersonEntry,
    Role,
    SeparationMode,
    SeparationOfDuties,
)
from gate.policy.at import At
from gate.policy.problem import Problem, listed, quoted

_SHORTEST = timedelta(minutes=5)
_LONGEST_REVIEW = timedelta(days=30)


def check_duties(duties: SeparationOfDuties, at: At) -> Iterator[Problem]:
    """The mode and its exception go together, and leave no room for `strict`."""
    rules = duties.compensating
    if duties.mode is SeparationMode.STANDARD:
        if rules is not None:
            yield at.find("compensating").warning(
                "stands in for no approver, since `mode` is standard: only reviews that are owed are looked after",
                hint="set `mode: compensating`, or remove the section once `gate follow-up` says that nothing is owed",
            )
        return
    if rules is None:
        yield at.find("mode").error(
            "compensating mode needs an exception: why, who granted it, until when, and who reviews the releases",
            hint="add `compensating` with reason, granted_by, expires and reviewer",
        )
    if duties.strict:
        yield at.find("strict").error(
            "`strict` forbids what compensating mode lets through: the same people on both sides of a change",
            hint="remove one of the two",
        )


def check_exception(rules: Compensating, at: At) -> Iterator[Problem]:
    """There is time to object, and time to review."""
    if rules.delay < _SHORTEST:
        yield at.find("delay").error(
            "nobody could object in so short a time", allowed="5 minutes or more, such as 30m"
        )
    if rules.review_within <= rules.delay:
        yield at.find("review_within").error(
            "the review would be due before the release may go out, since both count from the notice",
            hint="make it longer than `delay`",
        )
    elif rules.review_within > _LONGEST_REVIEW:
        yield at.find("review_within").error(
            "a review that may take so long stands in for nothing",
            allowed="30 days or less, such as 5d",
        )


def check_compensating(
    at: At,
    separation_of_duties: SeparationOfDuties,
    roles: Mapping[str, Role],
    people: Mapping[str, PersonEntry],
    emergency: Emergency | None,
    controls: Mapping[str, Enforcement],
) -> Iterator[Problem]:
    """Somebody can review the releases, and `separation` blocks, so that there is something to stand in for."""
    rules = separation_of_duties.compensating
    if rules is None:
        return
    here = at.find("separation_of_duties")
    place = here.find("compensating", "reviewer")
    yield from _reviewers(rules, roles[rules.reviewer], people, emergency, place)
    lowered = controls.get("separation", Enforcement.BLOCK)
    if (
        separation_of_duties.mode is SeparationMode.COMPENSATING
        and lowered is not Enforcement.BLOCK
    ):
        yield here.find("mode").warning(
            f"stands in for nothing: `controls.separation` is {quoted(lowered.value)}, so that changes without an "
            "independent approver pass without notice and without a review",
            hint="remove `controls.separation`",
        )


def _reviewers(
    rules: Compensating,
    role: Role,
    people: Mapping[str, PersonEntry],
    emergency: Emergency | None,
    at: At,
) -> Iterator[Problem]:
    name = quoted(rules.reviewer)
    if not role.people:
        yield at.error(
            f"{name} lists nobody under `people`, and the notice names whoever reviews the release",
            hint=f"list them under roles.{rules.reviewer}.people; members of teams are not asked for",
        )
        return
    follow_up = emergency.follow_up if emergency else None
    systems = (follow_up.tracker.value,) if follow_up else ("github", "gitlab")
    known = [people[key] for key in role.people if key in people]
    if known and not any(getattr(person, system) for person in known for system in systems):
        yield at.error(
            f"nobody who holds {name} has an account where the notice is opened ({listed(systems)}), so that nobody "
            "could object or review there",
            hint=f"add the account to one of {listed(role.people)}",
        )
