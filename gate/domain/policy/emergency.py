"""Break-glass: guide §6. Parsed and checked; this version grants no emergency yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from gate.domain.policy.markers import AtLeast, Doc, Refers
from gate.domain.policy.workflow import TrackerName


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """The pager that break-glass asks."""

    service: Annotated[str, Doc("id of the service in the pager")]
    acknowledged_by: Annotated[str, Doc("role that must have acknowledged"), Refers("roles")]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyScope:
    """How large an emergency change may be."""

    max_commits: Annotated[int, Doc("most commits"), AtLeast(1)] = 5
    max_files: Annotated[int, Doc("most files"), AtLeast(1)] = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """The ticket that an emergency leaves behind."""

    tracker: Annotated[TrackerName, Doc("system to open it in")]
    project: Annotated[str, Doc("project to open it in")]
    type: Annotated[str, Doc("type of the ticket")] = "Task"
    assignee: Annotated[str, Doc("who gets it"), Refers("people")] = ""
    labels: Annotated[tuple[str, ...], Doc("labels that it carries")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Break-glass (guide §6). Parsed and checked; this version grants no emergency yet."""

    pager: Annotated[Pager | None, Doc("the pager and who must have acknowledged")] = None
    second_person: Annotated[bool, Doc("the invoker and the approver are two people")] = True
    reason_min_length: Annotated[int, Doc("characters that a reason has at least"), AtLeast(1)] = 30
    scope: Annotated[EmergencyScope, Doc("how large an emergency change may be")] = field(
        default_factory=EmergencyScope
    )
    expires_after: Annotated[timedelta, Doc("how long a grant holds")] = timedelta(minutes=60)
    waives: Annotated[
        tuple[Annotated[str, Refers("excusable")], ...],
        Doc("controls that an emergency may waive"),
    ] = ()
    review_within: Annotated[timedelta, Doc("when the retroactive review is due")] = timedelta(
        hours=48
    )
    follow_up: Annotated[FollowUp | None, Doc("the ticket that an emergency leaves behind")] = None
