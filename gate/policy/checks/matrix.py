"""Whether the authority matrix can be met once requester, writers and deployer are left out.

Guide §3 and §4: approvals of whoever asked for, wrote or deploys the change never count. What
nobody could ever meet is an error; what stops as soon as one person has another part is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from gate.domain.matching import fill
from gate.domain.phrases import counted
from gate.domain.policy.people import (
    ApprovalRule,
    ApprovalSource,
    ChangeTypeRule,
    PersonEntry,
    RiskRule,
    Role,
)
from gate.domain.policy.workflow import TrackerName, Workflow
from gate.policy.at import At
from gate.policy.problem import Problem, listed, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row, who could fill it, and where it stands."""

    rule: ApprovalRule
    holders: tuple[str, ...] | None
    """None when only the forge or the pager knows."""
    able: tuple[str, ...]
    """Holders with an account where they would have to approve."""
    at: At


def check_matrix(
    at: At,
    people: Mapping[str, PersonEntry],
    roles: Mapping[str, Role],
    change_types: Mapping[str, ChangeTypeRule],
    risk: Mapping[str, RiskRule],
    workflow: Workflow,
) -> Iterator[Problem]:
    """Check every row alone and, where one person may not fill two, all rows together."""
    matrix = _Matrix(people=people, roles=roles, tracker=workflow.ticket.tracker)
    of_types = {
        name: matrix.rows(t.approvals, at.find("change_types", name))
        for name, t in change_types.items()
    }
    of_classes = {name: matrix.rows(r.approvals, at.find("risk", name)) for name, r in risk.items()}
    for rows in (*of_types.values(), *of_classes.values()):
        for row in rows:
            yield from matrix.check(row)
    yield from _reviews(matrix, workflow.review.approvals, at.find("workflow", "review"))
    if workflow.authority.distinct_people:
        yield from _together(of_types, of_classes, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matrix:
    people: Mapping[str, PersonEntry]
    roles: Mapping[str, Role]
    tracker: TrackerName

    def rows(self, rules: tuple[ApprovalRule, ...], at: At) -> list[_Row]:
        return [
            self._row(rule, at.find("approvals", index))
            for index, rule in enumerate(rules)
            if rule.role in self.roles
        ]

    def _row(self, rule: ApprovalRule, at: At) -> _Row:
        role = self.roles[rule.role]
        elsewhere = self._has_team(role) or (role.pager_schedule and not role.people)
        holders = None if elsewhere else tuple(p for p in role.people if p in self.people)
        able = tuple(p for p in holders or () if self._can_approve(self.people[p], rule.sources))
        return _Row(rule=rule, holders=holders, able=able, at=at)

    def _has_team(self, role: Role) -> bool:
        """Whether a team holds the role that the forge of this policy can be asked about."""
        if self.tracker.is_forge:
            return bool(role.team(self.tracker.value))
        return role.has_team

    def _can_approve(self, person: PersonEntry, sources: tuple[ApprovalSource, ...]) -> bool:
        in_tracker = self.on_forge(person) if self.tracker.is_forge else bool(person.jira)
        return any(
            in_tracker if source is ApprovalSource.TICKET else self.on_forge(person)
            for source in sources
        )

    def on_forge(self, person: PersonEntry) -> bool:
        """Whether the person has an account where code is reviewed: where issues are tickets, on that forge."""
        match self.tracker:
            case TrackerName.GITHUB:
                return bool(person.github)
            case TrackerName.GITLAB:
                return bool(person.gitlab)
            case TrackerName.JIRA:
                return bool(person.github or person.gitlab)
            case _:
                assert_never(self.tracker)

    def check(self, row: _Row) -> Iterator[Problem]:
        role, count = row.rule.role, row.rule.count
        if row.holders is None:
            if not self._has_team(self.roles[role]):
                yield row.at.error(
                    f"only the pager knows who holds {quoted(role)}, and it is asked for break-glass alone, "
                    "so that no change could ever meet this row",
                    hint=f"give {quoted(role)} `people`, or name another role here",
                )
        elif not row.holders and self.roles[role].has_team:
            forge = _FORGES[self.tracker]
            yield row.at.error(
                f"the team that holds {quoted(role)} is not on {forge}, where tickets and changes are, "
                "so that no change could ever meet this row",
                hint=f"give {quoted(role)} `people`, or a team on {forge}",
            )
        elif count > len(row.able):
            yield row.at.error(
                _too_few(row), hint=f"add people to {quoted(role)}, or lower `count`"
            )
        elif count == len(row.able):
            yield self._no_spare(row)

    def _no_spare(self, row: _Row) -> Problem:
        names, role = listed(row.able), quoted(row.rule.role)
        if set(self.people) <= set(row.able):
            return row.at.error(
                f"needs everybody in `people` ({names}), but whoever deploys is one of them and "
                "cannot approve, so that no change could ever meet this row",
                hint=f"lower `count`, or add somebody to `people` and to {role}",
            )
        if len(row.able) == 1:
            return row.at.warning(
                f"{names} alone can fill this row: a change that {names} asked for, wrote or "
                "deploys cannot be approved",
                hint=f"add somebody to {role}",
            )
        return row.at.warning(
            f"all of {names} must approve: as soon as one of them asked for, wrote or deploys the "
            "change, it cannot be approved",
            hint=f"add somebody to {role}, or lower `count`",
        )


_FORGES = {
    TrackerName.JIRA: "a forge",
    TrackerName.GITHUB: "GitHub",
    TrackerName.GITLAB: "GitLab",
}


def _too_few(row: _Row) -> str:
    role, holders = quoted(row.rule.role), row.holders or ()
    needs = f"needs {counted(row.rule.count, 'approval')} from {role}, "
    if len(row.able) < len(holders):
        without = listed(name for name in holders if name not in row.able)
        places = listed(source.value for source in row.rule.sources)
        return (
            f"{needs}but only {len(row.able)} of its people can approve there: {without} "
            f"without an account for {places}"
        )
    return f"{needs}but only {len(holders)} hold it ({listed(holders) or 'nobody'})"


def _reviews(matrix: _Matrix, approvals: int, at: At) -> Iterator[Problem]:
    reviewers = [name for name, person in matrix.people.items() if matrix.on_forge(person)]
    if approvals >= len(reviewers):
        yield at.find("approvals").error(
            f"every merge request needs {counted(approvals, 'approval')} of others than its writer, "
            f"but only {counted(len(reviewers), 'account')} on {_FORGES[matrix.tracker]} stand under "
            "`people`",
            hint="add people, or lower the number",
        )


def _together(
    of_types: Mapping[str, list[_Row]], of_classes: Mapping[str, list[_Row]], at: At
) -> Iterator[Problem]:
    for name, rows in of_types.items():
        here = at.find("change_types", name)
        bad = [risk for risk, more in of_classes.items() if not _fits([*rows, *more])]
        everything = [row for part in of_classes.values() for row in part]
        if not _fits(rows):
            yield here.error(_COLLIDE.format("these rows"), hint=_SPREAD)
        elif bad:
            yield here.error(
                _COLLIDE.format(f"these rows and those of {listed(bad)}"), hint=_SPREAD
            )
        elif not _fits([*rows, *everything]):
            yield here.warning(
                _COLLIDE.format("these rows and those of every risk class at once"), hint=_SPREAD
            )


_COLLIDE = "with `distinct_people` one person fills one row, and {} need more people than there are"
_SPREAD = "add people to the roles, or set `workflow.authority.distinct_people: false`"


def _fits(rows: list[_Row]) -> bool:
    # A row whose people only the forge knows is left out: it may be filled by somebody else.
    known = [row for row in rows if row.holders is not None]
    places = [row.able for row in known for _ in range(row.rule.count)]
    return len(fill(places)) == len(places)
