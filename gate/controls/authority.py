"""Whoever approved had the authority: every row of the matrix for this type and risk is filled (guide §2 and §3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gate.domain.approvals import DEPLOYER
from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason
from gate.domain.derived import ChangeType, People, Risk, ScopedChange
from gate.domain.facts import ChangeKind
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
    desk = _Desk(change=change, change_type=change_type, people=people)
    reasons = _reasons(rows, desk, settings)
    return Failed(reasons=reasons, observations=seen) if reasons else Passed(observations=seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What the words about a row are made of."""

    change: ScopedChange
    change_type: ChangeType
    people: People


def _reasons(rows: Sequence[Row], desk: _Desk, settings: AuthorityRules) -> tuple[Reason, ...]:
    if not rows:
        return (_no_matrix(desk.change_type),)
    unmet = tuple(_unmet(found, desk) for found in rows if not found.met)
    return unmet or (_shared(rows, desk) if settings.distinct_people else ())


def _no_matrix(change_type: ChangeType) -> Reason:
    return Reason(
        code="no-matrix",
        text=f"The policy names no role that approves a {change_type.name} change. Nothing to check is not a yes.",
        remedy=f"The owner of the change policy adds a row to change_types.{change_type.name}.approvals.",
    )


def _unmet(found: Row, desk: _Desk) -> Reason:
    role, people = found.rule.role, desk.people
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
        remedy=_remedy(found, desk),
        who=found.candidates or (role,),
    )


def _remedy(found: Row, desk: _Desk) -> str:
    if desk.change.kind is ChangeKind.ROLLBACK and review_only(found.rule):
        return (
            "A rollback brings no merge request that could be reviewed: the owner of the policy also accepts "
            f"`deployment` or `ticket` in this row for {found.rule.role}, or grants `rollback.short_lane`."
        )
    if not found.candidates:
        ways = listed(list(_ways_out(found, desk.people)), "or")
        return f"Nobody else who holds {found.rule.role} is free to approve: {ways}."
    could = f"{listed(found.candidates, 'or')} can give it ({places(found.rule)})"
    if review_only(found.rule):
        return (
            f"{could}, but a review counts only when it is given before the merge. For what is merged already, the "
            "owner of the policy can waive `authority` until a day, with a reason."
        )
    return f"{could}; then start the check again."


def _ways_out(found: Row, people: People) -> Iterator[str]:
    role, late = found.rule.role, review_only(found.rule)
    reviewed = {item.person for item in people.approvals if item.code == DEPLOYER}
    # After the merge, another deployer frees only a review that was given before it.
    freed = reviewed if late else set(people.deployers)
    if not freed.isdisjoint(people.roles.get(role, ())):
        yield "have somebody else deploy in a new run"
    if late:
        yield "for what is merged already, the owner of the policy waives `authority` until a day, with a reason"
    else:
        yield f"the owner of the policy adds a person to roles.{role}"


def _shared(rows: Sequence[Row], desk: _Desk) -> tuple[Reason, ...]:
    slots = [(found, found.filled_by) for found in rows for _ in range(found.rule.count)]
    filled = fill([people for _, people in slots])
    empty = [found for at, (found, _) in enumerate(slots) if at not in filled]
    return tuple(
        Reason(
            code="not-distinct",
            text=f"{found.needs}; {listed(found.filled_by)} gave it but is needed for another row, and the policy "
            "wants different people (distinct_people).",
            remedy=_remedy(found, desk),
            who=found.candidates or (found.rule.role,),
        )
        for found in dict.fromkeys(empty)
    )


def _seen(found: Row) -> Observation:
    return Observation(f"{found.needs}: given by {listed(found.filled_by)}")
