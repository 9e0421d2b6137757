"""Whoever approved had the authority: every row of the matrix for this type and risk is filled (guide §2 and §3)."""

from __future__ import annotations

from collections.abc import Sequence

from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason
from gate.domain.derived import ChangeType, People, Risk, ScopedChange
from gate.domain.idle import brings_nothing
from gate.domain.matching import fill
from gate.domain.matrix_row import Row, near_misses, places, review_only, row
from gate.domain.phrases import listed
from gate.domain.policy.workflow import AuthorityRules

ID = "authority"
TITLE = "The people who approved hold the roles that this change needs"
GUIDE = "§3"
SETTINGS = "workflow.authority"
REASONS = {
    "no-matrix": "the authority matrix has no row for this change, so nobody can have approved it",
    "row-not-met": "too few people with the role approved in a way that counts",
    "role-unresolved": "who holds the role cannot be told, so nobody can be believed to hold it",
    "not-distinct": "each row is filled, but only because one person fills two of them",
}
Settings = AuthorityRules


def evaluate(
    change: ScopedChange,
    change_type: ChangeType,
    risk: Risk,
    people: People,
    settings: AuthorityRules,
) -> Outcome:
    """Hold every row that the type and the risk call for against the approvals that count."""
    if why := brings_nothing(change):
        return NotApplicable(reason=why)
    rows = [
        *(row(rule, f"{change_type.name} change", people) for rule in change_type.approvals),
        *(row(rule, f"risk {', '.join(risk.classes)}", people) for rule in risk.approvals),
    ]
    seen = tuple(_seen(found) for found in rows if found.met)
    reasons = _reasons(rows, change_type, people, settings)
    return Failed(reasons=reasons, observations=seen) if reasons else Passed(observations=seen)


def _reasons(
    rows: Sequence[Row], change_type: ChangeType, people: People, settings: AuthorityRules
) -> tuple[Reason, ...]:
    if not rows:
        return (_no_matrix(change_type),)
    unmet = tuple(_unmet(found, people) for found in rows if not found.met)
    return unmet or (_shared(rows) if settings.distinct_people else ())


def _no_matrix(change_type: ChangeType) -> Reason:
    return Reason(
        code="no-matrix",
        text=f"The policy names no role that approves a {change_type.name} change. Nothing to check is not a yes.",
        remedy=f"The owner of the change policy adds a row to change_types.{change_type.name}.approvals.",
    )


def _unmet(found: Row, people: People) -> Reason:
    role = found.rule.role
    if why := people.unresolved_roles.get(role, ""):
        return Reason(
            code="role-unresolved",
            text=f"{found.needs}, but who holds {role} cannot be told: {why}",
            remedy="The owner of the gate's set-up gives it a token that may read the organisation's members "
            f"(a GitHub App with `members: read`), or the owner of the policy lists people under roles.{role}.people.",
        )
    misses = "".join(f" {text}." for text in near_misses(found, people))
    has = (
        f"{listed(found.filled_by)} gave one" if found.filled_by else "nobody gave one that counts"
    )
    return Reason(
        code="row-not-met",
        text=f"{found.needs}; {has}.{misses}",
        remedy=_remedy(found),
        who=found.candidates or (role,),
    )


def _remedy(found: Row) -> str:
    role = found.rule.role
    if not found.candidates:
        return (
            f"Nobody else who holds {role} is free to approve: have somebody else deploy, or the owner of the "
            f"policy adds a person to roles.{role}."
        )
    could = f"{listed(found.candidates, 'or')} can give it ({places(found.rule)})"
    if review_only(found.rule):
        return (
            f"{could}, but a review counts only when it is given before the merge. For what is merged already, the "
            "owner of the policy can waive `authority` until a day, with a reason."
        )
    return f"{could}; then start the check again."


def _shared(rows: Sequence[Row]) -> tuple[Reason, ...]:
    slots = [(found, found.filled_by) for found in rows for _ in range(found.rule.count)]
    filled = fill([people for _, people in slots])
    empty = [found for at, (found, _) in enumerate(slots) if at not in filled]
    return tuple(
        Reason(
            code="not-distinct",
            text=f"{found.needs}; {listed(found.filled_by)} gave it but is needed for another row, and the policy "
            "wants different people (distinct_people).",
            remedy=_remedy(found),
            who=found.candidates or (found.rule.role,),
        )
        for found in dict.fromkeys(empty)
    )


def _seen(found: Row) -> Observation:
    return Observation(f"{found.needs}: given by {listed(found.filled_by)}")
