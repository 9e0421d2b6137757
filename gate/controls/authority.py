"""Whoever approved had the authority: every row of the matrix for this type and risk is filled (guide §2 and §3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gate.domain.approvals import DEPLOYER
from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason
from gate.domain.derived import OUTSIDE, ChangeType, People, Risk, ScopedChange
from gate.domain.facts import ChangeKind
from gate.domain.idle import brings_nothing
from gate.domain.matching import fill
from gate.domain.matrix_row import Row, gathered, matrix, near_misses, places, review_only
from gate.domain.phrases import listed
from gate.domain.policy.workflow import AuthorityRules
from gate.domain.units import Unit, covers, shown

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
    """Hold every row that the type and the risk call for, for each merge request, against the approvals that count."""
    if why := brings_nothing(change):
        return NotApplicable(reason=why)
    found = matrix(change, change_type, risk, people)
    desk = _Desk(change=change, change_type=change_type, people=people)
    rows = gathered(row for rows in found.values() for row in rows)
    seen = tuple(_seen(row) for row in rows if row.met)
    reasons = (
        *_no_matrix(found, desk),
        *(_unmet(row, desk) for row in rows if not row.met),
        *(_shared(found.values(), desk) if settings.distinct_people else ()),
    )
    return Failed(reasons=reasons, observations=seen) if reasons else Passed(observations=seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What the words about a row are made of."""

    change: ScopedChange
    change_type: ChangeType
    people: People


def _no_matrix(found: Mapping[Unit, Sequence[Row]], desk: _Desk) -> Iterator[Reason]:
    bare = [unit for unit, rows in found.items() if not rows]
    if bare:
        kind = desk.change_type.name
        what = f"a {kind} change" if len(found) == 1 else f"{shown(bare)} in a {kind} change"
        yield Reason(
            code="no-matrix",
            text=f"The policy names no role that approves {what}. Nothing to check is not a yes.",
            remedy=f"The owner of the change policy adds a row to change_types.{kind}.approvals.",
        )


def _unmet(found: Row, desk: _Desk) -> Reason:
    role, people = found.rule.role, desk.people
    if why := people.unresolved_roles.get(role, ""):
        return Reason(
            code="role-unresolved",
            text=f"{found.needs}, but who holds {role} cannot be told: {why}",
            remedy="The owner of the gate's set-up gives it a token that may read who the members are, or the owner of "
            f"the policy lists people under roles.{role}.people.",
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
    if found.units[0].number == OUTSIDE and review_only(found.rule):
        return (
            "Nobody can review commits that no merge request brought: whoever pushed them reverts them and brings "
            "them by a merge request."
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
    reviewed = {
        item.person
        for item in people.approvals
        if item.code == DEPLOYER and any(covers(item, unit) for unit in found.units)
    }
    # After the merge, another deployer frees only a review that was given before it.
    freed = reviewed if late else set(people.deployers)
    if not freed.isdisjoint(people.roles.get(role, ())):
        yield "have somebody else deploy in a new run"
    if late:
        yield "for what is merged already, the owner of the policy waives `authority` until a day, with a reason"
    else:
        yield f"the owner of the policy adds a person to roles.{role}"


def _shared(found: Iterable[Sequence[Row]], desk: _Desk) -> Iterator[Reason]:
    empty = [row for rows in found if all(row.met for row in rows) for row in _left_empty(rows)]
    for row in gathered(empty):
        yield Reason(
            code="not-distinct",
            text=f"{row.needs}; {listed(row.filled_by)} gave it but is needed for another row, and the policy "
            "wants different people (distinct_people).",
            remedy=_remedy(row, desk),
            who=row.candidates or (row.rule.role,),
        )


def _left_empty(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows of one merge request that nobody is left for when each person fills only one place."""
    slots = [row for row in rows for _ in range(row.rule.count)]
    filled = fill([row.filled_by for row in slots])
    yield from (row for at, row in enumerate(slots) if at not in filled)


def _seen(found: Row) -> Observation:
    return Observation(f"{found.needs}: given by {listed(found.filled_by)}")
