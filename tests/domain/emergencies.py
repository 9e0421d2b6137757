"""One emergency for the tests: erin asks at 15:00, carol took incident 1234 at 14:30, and bob wrote the fix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gate.domain import facts as f
from gate.domain.break_glass import emergency_case
from gate.domain.derive import derive
from gate.domain.emergency_case import EmergencyCase
from gate.domain.emergency_facts import FollowUps
from gate.domain.facts import Fact
from gate.domain.grant import Grant
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.retention import Retention
from tests import builders as b

Known = dict[type[Fact], Fact | Missing]

OLD = b.request(reviews=(b.review(submitted_at=b.ago(hours=20)),))
"""The fix, reviewed by alice long before anybody knew of the incident."""


def asked(*changed: Fact, without: Mapping[Any, Missing] | None = None) -> Known:
    """Every gathered fact of the emergency; each of `changed` replaces the one of its type."""
    whole: list[Fact] = [
        b.clock(),
        b.run(event="workflow_dispatch", started_by=b.ERIN),
        b.policy_source(),
        b.revision(),
        b.baseline(),
        f.PriorDecision(),
        b.change(OLD),
        b.files(),
        f.EarlierUses(),
        b.checks(b.check()),
        f.DeploymentApprovals(environment="production"),
        f.Tickets(tickets=(b.ticket(),)),
        f.Teams(),
        f.Calendars(),
        b.break_glass(),
        b.incident(),
        b.on_call(),
        FollowUps(),
        Retention(),
        *changed,
    ]
    known: Known = {type(fact): fact for fact in whole}
    return {**known, **(without or {})}


def case(
    *changed: Fact,
    policy: Policy | None = None,
    without: Mapping[Any, Missing] | None = None,
    **rules: Any,
) -> EmergencyCase:
    """The case that is made of it, which must not be missing. `rules` change the policy's section."""
    found = judged(*changed, policy=policy, without=without, **rules)
    assert isinstance(found, EmergencyCase)
    return found


def judged(
    *changed: Fact,
    policy: Policy | None = None,
    without: Mapping[Any, Missing] | None = None,
    **rules: Any,
) -> EmergencyCase | Missing:
    chosen = policy or b.emergency_policy(emergency=b.emergency_rules(**rules))
    return emergency_case(derive(asked(*changed, without=without), chosen), chosen)


def gap(
    *changed: Fact,
    policy: Policy | None = None,
    without: Mapping[Any, Missing] | None = None,
    **rules: Any,
) -> Missing:
    """What is missing for the case to be made."""
    found = judged(*changed, policy=policy, without=without, **rules)
    assert isinstance(found, Missing)
    return found


def granted(*changed: Fact, policy: Policy | None = None, **rules: Any) -> Grant:
    found = case(*changed, policy=policy, **rules)
    assert [reason.text for reason in found.reasons] == []
    assert found.grant is not None
    return found.grant


def codes(*changed: Fact, policy: Policy | None = None, **rules: Any) -> list[str]:
    """Why it is refused."""
    found = case(*changed, policy=policy, **rules)
    assert found.grant is None
    assert all(reason.text and reason.remedy for reason in found.reasons)
    return [reason.code for reason in found.reasons]
