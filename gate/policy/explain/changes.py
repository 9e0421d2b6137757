"""Scope, change types, risk, people: §1 to §4 in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from gate.domain.policy.document import Policy
from gate.domain.policy.people import (
    AutomatedDeployer,
    ChangeTypeRule,
    Compensating,
    Condition,
    RiskRule,
    Role,
    SeparationMode,
)
from gate.policy.explain.words import (
    approvals,
    both,
    either,
    full_name,
    patterns,
    span,
    until,
)


def scope(policy: Policy) -> Iterator[str]:
    """What is gated."""
    system = f" of {policy.scope.system}" if policy.scope.system else ""
    yield f"Every deploy{system} to {either(policy.scope.environments)} passes the gate."
    for name, service in policy.scope.services.items():
        yield f"Service {name} is what matches {patterns(service.paths)}."
    if policy.scope.services:
        yield (
            "A deploy of some services answers for their files and for files that belong to no service."
        )


def types(policy: Policy) -> Iterator[str]:
    """How a change gets its type, and what each type needs."""
    for name, rule in policy.change_types.items():
        yield " ".join(_type(name, rule, policy))
    for name, risk in policy.risk.items():
        yield _risk(name, risk)
    if policy.risk:
        yield "A change can be in several risk classes; one that is in none is low risk."


def matrix(policy: Policy) -> Iterator[str]:
    """Who holds which role."""
    for name, role in policy.roles.items():
        yield f"{name}: {_holders(role, policy)}."
    if policy.workflow.authority.distinct_people:
        yield "One person cannot fill two rows of the matrix."


def separation(policy: Policy) -> Iterator[str]:
    """Requester, sole approver and deployer are different people."""
    yield "Approvals of whoever wrote, asked for or deploys the change never count; machines never approve."
    if policy.separation_of_duties.strict:
        yield "A change whose deployer is among its approvers is blocked outright."
    merged = policy.separation_of_duties.automated_deployer is AutomatedDeployer.MERGED_BY
    who = "whoever merged the change" if merged else "the account that the run belongs to"
    yield f"When a push starts the deploy by itself, {who} counts as the deployer."
    rules = policy.separation_of_duties.compensating
    if rules is not None and policy.separation_of_duties.mode is SeparationMode.COMPENSATING:
        yield from _compensating(rules, policy)


def _compensating(rules: Compensating, policy: Policy) -> Iterator[str]:
    yield (
        f"EXCEPTION {until(rules.expires)}, granted by {full_name(rules.granted_by, policy)}, because "
        f"{rules.reason.rstrip('.')}: a change that wants nothing but an independent approver goes out once its notice "
        f"has been open for {span(rules.delay)} and nobody objected."
    )
    yield (
        f"{rules.reviewer} gets the notice and reviews the release within {span(rules.review_within)} of it. Once such "
        "a review is overdue, nothing else is deployed."
    )
    yield "What a risk class asks for in addition, nothing stands in for."


def _type(name: str, rule: ChangeTypeRule, policy: Policy) -> Iterator[str]:
    if name == "emergency":
        yield "A change is an emergency only by break-glass (§6)."
    elif name == "normal":
        yield "What matches no other type is normal."
    elif rule.when is not None:
        yield f"A change is {name} when {_condition(rule.when, every='every changed file')}."
    if rule.template is not None:
        by = full_name(rule.template.approved_by, policy)
        yield (
            f"It is pre-approved by template {rule.template.id}, which {by} approved and which "
            f"holds {until(rule.template.expires)}."
        )
    if rule.approvals:
        yield f"It needs {approvals(rule.approvals)}."


def _risk(name: str, rule: RiskRule) -> str:
    when = "; or when ".join(_condition(one, every="a changed file") for one in rule.when)
    needs = f" It then also needs {approvals(rule.approvals)}." if rule.approvals else ""
    return f"A change is in the risk class {name} when {when}.{needs}"


def _condition(condition: Condition, *, every: str) -> str:
    parts = [f"the ticket's {field} is {value}" for field, value in condition.ticket.items()]
    if condition.paths:
        parts.append(f"{every} matches {patterns(condition.paths)}")
    if condition.labels:
        parts.append(f"it carries the label {either(condition.labels)}")
    if condition.changed_lines_over is not None:
        parts.append(f"more than {condition.changed_lines_over} lines are added and removed")
    return both(parts)


def _holders(role: Role, policy: Policy) -> str:
    held = [full_name(person, policy) for person in role.people]
    if role.github_team:
        held.append(f"the members of team {role.github_team}")
    if role.gitlab_group:
        held.append(f"the members of group {role.gitlab_group}")
    if role.pager_schedule:
        held.append(
            f"whoever is on call in {role.pager_schedule} (the pager is asked for break-glass alone)"
        )
    return both(held)
