"""A team too small to separate duties, for tests: bob asks for, writes, merges and deploys #12; carol advises.

The policy grants an exception until the end of the year. A notice, where one was given, is CHG-90 of an hour ago.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from gate.controls import CONTROLS
from gate.domain import facts as f
from gate.domain.decide import decide
from gate.domain.decision import Decision, Result
from gate.domain.emergency_facts import (
    BreakGlass,
    FollowUpComment,
    FollowUps,
    FollowUpTicket,
    Incident,
    OnCall,
)
from gate.domain.facts import Fact
from gate.domain.follow_up import Marker
from gate.domain.grant import Owed, notice_id
from gate.domain.missing import Missing
from gate.domain.policy.document import Policy
from gate.domain.policy.people import (
    ApprovalRule,
    ApprovalSource,
    ChangeTypeRule,
    Compensating,
    Role,
    SeparationMode,
    SeparationOfDuties,
)
from gate.domain.retention import Retention
from tests import builders as b
from tests import owed

Known = dict[type[Fact], Fact | Missing]

BOB_IN_JIRA = owed.BOB
GIVEN = b.ago(hours=1)
ID = notice_id("4242", "production", b.sha("m1"))
ANYWHERE = (ApprovalSource.REVIEW, ApprovalSource.TICKET, ApprovalSource.DEPLOYMENT)


def exception(**changes: Any) -> Compensating:
    base = Compensating(
        reason="Bob is the only engineer",
        granted_by="alice",
        expires=date(2026, 12, 31),
        reviewer="advisor",
    )
    return replace(base, **changes)


def duties(**changes: Any) -> SeparationOfDuties:
    """`mode`, `strict` and the like are of the section; everything else is of the exception."""
    section = {key: changes.pop(key) for key in ("mode", "strict") if key in changes}
    base = SeparationOfDuties(mode=SeparationMode.COMPENSATING, compensating=exception(**changes))
    return replace(base, **section)


def policy(separation_of_duties: SeparationOfDuties | None = None, **changes: Any) -> Policy:
    """The small policy of the follow-ups, without break-glass."""
    base = owed.policy(emergency=None)
    whole = replace(
        base,
        roles={**base.roles, "advisor": Role(people=("carol",))},
        change_types={
            "normal": ChangeTypeRule(approvals=(ApprovalRule(role="engineer", sources=ANYWHERE),))
        },
        separation_of_duties=separation_of_duties or duties(),
    )
    return replace(whole, **changes)


def marker(**changes: Any) -> Marker:
    given = changes.pop("issued_at", GIVEN)
    wanted: dict[str, Any] = {
        "owed": Owed.INDEPENDENT_REVIEW,
        "issued_at": given,
        "due_at": given + timedelta(days=5),
        "not_by": ("bob",),
        **changes,
    }
    return owed.marker(**wanted)


def notice(
    *comments: FollowUpComment, about: Marker | None = None, **changes: Any
) -> FollowUpTicket:
    return owed.ticket(*comments, about=about or marker(), **changes)


def request(**changes: Any) -> f.MergeRequest:
    return b.request(**{"merged_by": b.BOB, "reviews": (), **changes})


def facts(*tickets: FollowUpTicket, **changes: Fact | Missing) -> Known:
    """Every gathered fact; a keyword replaces the one of that type. `tickets` are follow-ups."""
    approved = b.ticket(
        reporter=BOB_IN_JIRA,
        history=(
            f.TicketEvent(
                kind=f.TicketEventKind.STATUS,
                at=b.ago(days=2),
                by=BOB_IN_JIRA,
                field="status",
                before="Review",
                after="Approved",
            ),
        ),
    )
    whole: list[Fact] = [
        b.clock(),
        b.run(started_by=b.BOB),
        b.policy_source(),
        b.revision(),
        b.baseline(),
        f.PriorDecision(),
        b.change(request()),
        b.files(),
        f.EarlierUses(),
        b.checks(b.check()),
        f.DeploymentApprovals(environment="production"),
        f.Tickets(tickets=(approved,)),
        f.Teams(),
        f.Calendars(),
        BreakGlass(),
        Incident(),
        OnCall(),
        FollowUps(tickets=tickets),
        Retention(),
    ]
    known: Known = {type(fact): fact for fact in whole}
    kinds = {kind.__name__: kind for kind in known}
    return {**known, **{kinds[name]: fact for name, fact in changes.items()}}


def decided(
    *tickets: FollowUpTicket,
    rules: Policy | None = None,
    known: Mapping[type[Fact], Fact | Missing] | None = None,
    **changes: Fact | Missing,
) -> Decision:
    """The decision of all controls."""
    whole = {**facts(*tickets, **changes), **(known or {})}
    return decide(whole, rules or policy(), CONTROLS)


def said(decision: Decision, control: str = "separation") -> Result:
    (found,) = (one for one in decision.results if one.control == control)
    return found
