"""Decisions for the tests of what is shown: built by hand, so that every shape occurs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from gate.domain.control import Failed, NotApplicable, Observation, Outcome, Passed, Reason, Unknown
from gate.domain.decision import Decision, Result, Verdict, settle
from gate.domain.derived import Approval, Waivers
from gate.domain.missing import Missing
from gate.domain.policy.document import Enforcement
from gate.domain.policy.people import ApprovalSource
from tests import builders as b

PASSED = Passed(
    observations=(Observation("CHG-7 approved by alice", "https://acme.example/CHG-7"),)
)
FAILED = Failed(
    reasons=(
        Reason(
            code="not-approved",
            text="#12 by bob has no approval that counts",
            remedy="Ask somebody else to approve #12.",
            who=("alice", "carol"),
            url="https://github.com/acme/app/pull/12",
        ),
    ),
    observations=(Observation("#11 is approved by alice"),),
)
NONE = NotApplicable(reason="the change is in no class that needs a plan")
GAP = b.missing(remedy="Ask GitHub again later.", retriable=True)
UNKNOWN = Unknown(
    missing=(GAP, b.missing(reason_code="not-permitted", detail="checks: read is missing"))
)


def result(outcome: Outcome | Unknown, control: str = "review", **changes: Any) -> Result:
    base = Result(
        control=control,
        title="Every change was reviewed",
        guide="§5",
        enforcement=Enforcement.BLOCK,
        outcome=outcome,
    )
    return replace(base, **changes)


def decision(*results: Result, **changes: Any) -> Decision:
    chosen = results or (result(PASSED, "ticket"),)
    verdict = settle(chosen)
    base = Decision(
        verdict=verdict,
        results=chosen,
        decided_at=b.NOW,
        valid_until=b.NOW + timedelta(hours=1) if verdict is Verdict.ALLOW else None,
        observe=None,
        run=b.run(),
        policy_source=b.policy_source(),
        change=b.change(),
        scope=b.scoped(),
        change_type=b.change_type(),
        risk=b.risk("high"),
        people=b.matrix(
            b.approval("alice"),
            Approval(
                person="bob",
                shown="bokafor",
                source=ApprovalSource.DEPLOYMENT,
                where="production",
                covers=None,
                at=None,
                counts=False,
                why_not="he wrote #12",
            ),
            Approval(
                person="",
                shown="mallory",
                source=ApprovalSource.REVIEW,
                where="#12",
                covers=(12,),
                at=b.NOW,
                counts=False,
                why_not="stands under no name in `people`",
            ),
            shown={"alice": "Alice Ng", "bob": "Bob Okafor"},
        ),
        waivers=Waivers(),
        frameworks={"soc2": ("CC8.1",)},
    )
    return replace(base, **changes)


def emergency(*results: Result, **changes: Any) -> Decision:
    """An emergency: erin asked, carol took the incident, and what two controls said is set aside."""
    chosen = results or (
        result(PASSED, "review"),
        result(FAILED, "tests", grant=b.grant().id),
        result(FAILED, "ticket", grant=b.grant().id),
        result(PASSED, "emergency"),
    )
    allowed = settle(chosen) is Verdict.ALLOW
    base: dict[str, Any] = {
        "emergency": b.grant(),
        "obligations": (b.obligation(),) if allowed else (),
        "break_glass": b.break_glass(),
        "change_type": b.change_type(name="emergency"),
    }
    return decision(*chosen, **(base | changes))


def nothing_known(gap: Missing) -> Decision:
    """The decision of a run for which nothing could be had."""
    return Decision(
        verdict=Verdict.UNDECIDED,
        results=(),
        decided_at=None,
        valid_until=None,
        observe=None,
        run=gap,
        policy_source=gap,
        change=gap,
        scope=gap,
        change_type=gap,
        risk=gap,
        people=gap,
        waivers=gap,
    )
