"""Which type the change has, and what that type needs (guide §2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gate.domain.conditions import Finding, Scene, describes_all
from gate.domain.derived import ChangeType, JudgedTickets, ScopedChange
from gate.domain.facts import ChangeKind, Clock
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.policy.people import ApprovalRule, ChangeTypeRule, Template
from gate.domain.validity import end_of

NORMAL = "normal"
EMERGENCY = "emergency"
"""Never by a match: an emergency is asked for (guide §6)."""

_KINDS_WITHOUT_CONTENT = frozenset({ChangeKind.REDEPLOY, ChangeKind.ROLLBACK})


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A type of the policy, and whether the change is of that type."""

    name: str
    rule: ChangeTypeRule
    finding: Finding


def change_type(facts: Facts, policy: Policy) -> ChangeType | Missing:
    """Return the first type of the policy that describes the whole change; what none describes is normal.

    A standard change needs a template that still holds, and every fact that its description speaks of. Another type
    that cannot be ruled out leaves the change normal and adds its own approvals. Missing only when the change is.
    """
    change, tickets = lookup(facts, ScopedChange), lookup(facts, JudgedTickets)
    if isinstance(change, Missing):
        return depends(change, "which type the change has")
    if change.kind in _KINDS_WITHOUT_CONTENT and not change.files:
        why = f"a {change.kind.value} brings nothing that a type could be told by"
        return _normal(policy, [why])
    clock = lookup(facts, Clock)
    tried = list(_tried(policy, Scene(change, tickets), clock))
    return _chosen(policy, tried)


def _tried(policy: Policy, scene: Scene, clock: Clock | Missing) -> Iterator[_Candidate]:
    """Every type in the order of the file, up to the first that holds."""
    for name, rule in policy.change_types.items():
        if name == EMERGENCY or rule.when is None:
            continue
        standard = rule.template is not None
        finding = describes_all(rule.when, scene, labels_on_all=standard)
        if rule.template is not None:
            finding = _standing(rule.template, finding, scene, clock, policy)
        yield _Candidate(name, rule, finding)
        if finding.holds:
            return


def _standing(
    template: Template, finding: Finding, scene: Scene, clock: Clock | Missing, policy: Policy
) -> Finding:
    """Whether the standing approval of a standard change covers this one. What cannot be told is not covered."""
    if finding.holds is False:
        return finding
    if isinstance(clock, Missing):
        return Finding(False, f"nobody can tell whether template {template.id} still holds")
    if clock.now >= end_of(template.expires, policy.windows.timezone):
        return Finding(
            False,
            f"template {template.id} expired on {template.expires}; {template.approved_by} or whoever "
            "now approves standard changes must renew it in the policy",
        )
    if finding.holds is None:
        return Finding(False, finding.why)
    if isinstance(scene.tickets, Missing):
        return Finding(False, f"the tickets are not known ({scene.tickets.detail})")
    held = f"template {template.id}, approved by {template.approved_by}, holds until {template.expires}"
    return Finding(True, f"{finding.why}; {held}")


def _chosen(policy: Policy, tried: Sequence[_Candidate]) -> ChangeType:
    reasons = [f"{_said(one)} {one.name}: {one.finding.why}" for one in tried]
    doubtful = [one for one in tried if one.finding.holds is None]
    match = next((one for one in tried if one.finding.holds), None)
    if doubtful:
        others = [*doubtful, *([match] if match else [])]
        extra = [rule for one in others for rule in one.rule.approvals]
        return _normal(policy, reasons, extra)
    if match is None:
        return _normal(policy, [*reasons, "no other type describes the whole change"])
    return ChangeType(
        name=match.name,
        reasons=tuple(reasons),
        approvals=match.rule.approvals,
        standard=match.rule.template is not None,
    )


def _said(candidate: _Candidate) -> str:
    if candidate.finding.holds is None:
        return "cannot be ruled out to be"
    return "is" if candidate.finding.holds else "is not"


def _normal(
    policy: Policy, reasons: Sequence[str], extra: Sequence[ApprovalRule] = ()
) -> ChangeType:
    rule = policy.change_types.get(NORMAL, ChangeTypeRule())
    return ChangeType(
        name=NORMAL,
        reasons=tuple(reasons),
        approvals=tuple(dict.fromkeys([*rule.approvals, *extra])),
    )
