"""The terms of what releases owe: how long it may take, who can pay it, when its permission ends (guide §4 and §6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from gate.domain.follow_up import Marker
from gate.domain.grant import Owed
from gate.domain.policy.document import Policy

_USUAL = timedelta(hours=48)
"""Where the policy has no break-glass any more, but tickets of it are left: guide §6."""
_USUAL_NOTICE = timedelta(days=5)
"""Where the policy has no exception any more, but notices of it are left: guide §4."""


def end_of_permission(marker: Marker, policy: Policy) -> datetime:
    """From when on (UTC) nothing more can be deployed on it: a grant ends as the policy says.

    A notice lapses when its review is due; so does a grant of a policy that has no break-glass any more.
    """
    if marker.is_notice or policy.emergency is None:
        return marker.due_at
    return marker.issued_at + policy.emergency.expires_after


def review_within(policy: Policy, owed: Owed) -> timedelta:
    """How long after its ticket was opened a review may take, whatever the ticket says about its deadline."""
    match owed:
        case Owed.RETROACTIVE_REVIEW:
            return policy.emergency.review_within if policy.emergency else _USUAL
        case Owed.INDEPENDENT_REVIEW:
            exception = policy.separation_of_duties.compensating
            return exception.review_within if exception else _USUAL_NOTICE
        case _:
            assert_never(owed)


def reviewers_of(owed: Owed, policy: Policy) -> tuple[str, ...] | None:
    """The only people whose review counts, where the policy names a role for that; None: anybody without a part."""
    exception = policy.separation_of_duties.compensating
    if owed is not Owed.INDEPENDENT_REVIEW or exception is None:
        return None
    return policy.roles[exception.reviewer].people


def reviewers(system: str, marker: Marker, policy: Policy) -> tuple[str, ...]:
    """People who can do the review: they have an account in that system (`jira`, `github`, `gitlab`), are not excluded,
    and hold the role, where there is one.
    """
    only = reviewers_of(marker.owed, policy)
    return tuple(
        key
        for key, entry in policy.people.items()
        if key not in marker.not_by
        and (only is None or key in only)
        and {"jira": entry.jira, "github": entry.github, "gitlab": entry.gitlab}.get(system)
    )


def shortest_review(policy: Policy) -> timedelta:
    """How long a review may take of which nobody knows what it is for: the shortest time that the policy has."""
    sections = (policy.emergency, policy.separation_of_duties.compensating)
    return min((section.review_within for section in sections if section), default=_USUAL)
