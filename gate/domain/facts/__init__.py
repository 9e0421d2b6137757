"""The facts that a decision rests on, as they were gathered.

Every fact is whole or it is `Missing`. All times are aware and in UTC. A merge request is what
GitHub calls a pull request. Facts that are worked out from these and the policy live in
`gate.domain.derived`.
"""

from gate.domain.facts.base import Fact
from gate.domain.facts.calendars import Calendars, CalendarSpan
from gate.domain.facts.change import Change, ChangedFile, ChangeKind, EarlierUse, EarlierUses, Files
from gate.domain.facts.checks import Check, Checks, CheckState
from gate.domain.facts.deployments import (
    ApprovalState,
    Baseline,
    Deployment,
    DeploymentApproval,
    DeploymentApprovals,
    PriorDecision,
)
from gate.domain.facts.merge_requests import (
    Commit,
    ForgeRule,
    ForgeRules,
    MergeKind,
    MergeRequest,
    Push,
    Review,
    ReviewState,
    WeakerRule,
)
from gate.domain.facts.revision import Reach, Revision
from gate.domain.facts.run import Clock, PolicySource, Run, Teams
from gate.domain.facts.tickets import Ticket, TicketEvent, TicketEventKind, Tickets, TicketState

__all__ = [
    "ApprovalState",
    "Baseline",
    "CalendarSpan",
    "Calendars",
    "Change",
    "ChangeKind",
    "ChangedFile",
    "Check",
    "CheckState",
    "Checks",
    "Clock",
    "Commit",
    "Deployment",
    "DeploymentApproval",
    "DeploymentApprovals",
    "EarlierUse",
    "EarlierUses",
    "Fact",
    "Files",
    "ForgeRule",
    "ForgeRules",
    "MergeKind",
    "MergeRequest",
    "PolicySource",
    "PriorDecision",
    "Push",
    "Reach",
    "Review",
    "ReviewState",
    "Revision",
    "Run",
    "Teams",
    "Ticket",
    "TicketEvent",
    "TicketEventKind",
    "TicketState",
    "Tickets",
    "WeakerRule",
]
