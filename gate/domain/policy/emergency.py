"""Break-glass and what it leaves behind: guide §6."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Annotated

from gate.domain.globs import Glob
from gate.domain.policy.markers import AtLeast, Doc, Refers
from gate.domain.policy.workflow import TrackerName


class PagerName(Enum):
    """The systems that can hold incidents."""

    PAGERDUTY = "pagerduty"
    INCIDENT_IO = "incident_io"
    JSM = "jsm"

    @property
    def takes_notes(self) -> bool:
        """Whether a program can write on an incident. incident.io's API has no way to."""
        return self is not PagerName.INCIDENT_IO


class Unreachable(Enum):
    """What break-glass does while the pager does not answer."""

    UNDECIDED = "undecided"
    FORGE = "forge"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerRules:
    """The pager that break-glass asks."""

    service: Annotated[str, Doc("id of the service in the pager, which the incident must be about")]
    acknowledged_by: Annotated[
        str,
        Doc("role of the second person, who acknowledged the incident while on call"),
        Refers("roles"),
    ]
    system: Annotated[PagerName, Doc("which pager it is")] = PagerName.PAGERDUTY
    url: Annotated[
        str,
        Doc(
            "address of the pager's API where it is not the usual one, such as https://api.eu.pagerduty.com; "
            "for JSM Operations https://api.atlassian.com/jsm/ops/api/<cloudId>"
        ),
    ] = ""
    acknowledged_within: Annotated[
        timedelta, Doc("how old the acknowledgement may be when the deploy starts")
    ] = timedelta(hours=4)
    if_unreachable: Annotated[
        Unreachable,
        Doc(
            "what happens while the pager does not answer: `undecided` stops the deploy; `forge` lets the second "
            "person approve in the forge, and the review verifies the incident afterwards"
        ),
    ] = Unreachable.UNDECIDED


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyScope:
    """How large an emergency change may be."""

    max_commits: Annotated[int, Doc("most commits"), AtLeast(1)] = 5
    max_files: Annotated[int, Doc("most files"), AtLeast(1)] = 20
    paths: Annotated[
        tuple[Glob, ...], Doc("every changed file must match one of these; none: any file")
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRules:
    """The ticket that an emergency leaves behind."""

    tracker: Annotated[TrackerName, Doc("system to open it in")]
    project: Annotated[
        str, Doc("project to open it in: a Jira project key, owner/name, or group/name")
    ]
    type: Annotated[str, Doc("type of the ticket (Jira)")] = "Task"
    assignee: Annotated[str, Doc("who gets it"), Refers("people")] = ""
    labels: Annotated[tuple[str, ...], Doc("labels that it carries beside the gate's own")] = ()
    url: Annotated[
        str, Doc("address of the tracker where it is not that of `workflow.ticket.url`")
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Break-glass (guide §6): two people, a scope, an end, and a review afterwards."""

    pager: Annotated[
        PagerRules | None,
        Doc(
            "the pager and who must have acknowledged; absent: the second person approves in the forge"
        ),
    ] = None
    approved_by: Annotated[
        str,
        Doc(
            "role of the second person, who approves in the forge (a review or a deployment approval); without it, "
            "and with a pager, `pager.acknowledged_by` can approve there as well"
        ),
        Refers("roles"),
    ] = ""
    invoked_by: Annotated[
        str,
        Doc("role that may break the glass; absent: whoever may start the deploy"),
        Refers("roles"),
    ] = ""
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
    review_within: Annotated[
        timedelta, Doc("when the retroactive review is due, counted from the grant")
    ] = timedelta(hours=48)
    follow_up: Annotated[
        FollowUpRules | None,
        Doc("the ticket that an emergency leaves behind; absent: an issue of the forge"),
    ] = None
    despite_overdue: Annotated[
        str,
        Doc("role that may break the glass although an earlier review is overdue; absent: nobody"),
        Refers("roles"),
    ] = ""
