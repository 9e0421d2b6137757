"""Who may approve what: guide §2, §3 and §4."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Annotated

from gate.domain.globs import Glob
from gate.domain.policy.markers import AtLeast, Doc, Key, OneOrMany, Refers


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntry:
    """One person in every system. The join is configured, never guessed."""

    name: Annotated[str, Doc("full name, for people to read")] = ""
    github: Annotated[str, Doc("GitHub login")] = ""
    github_id: Annotated[
        int | None, Doc("GitHub numeric id: a login can be renamed and taken over, an id cannot")
    ] = None
    gitlab: Annotated[str, Doc("GitLab user name")] = ""
    gitlab_id: Annotated[
        int | None,
        Doc("GitLab numeric id: a user name can be changed and taken over, an id cannot"),
    ] = None
    email: Annotated[str, Doc("e-mail address, for git authors without an account")] = ""
    jira: Annotated[str, Doc("Jira accountId")] = ""
    pagerduty: Annotated[str, Doc("PagerDuty user id")] = ""
    incident_io: Annotated[str, Doc("incident.io user id")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role of the authority matrix, held by listed people, a team of the forge, or whoever is on call."""

    people: Annotated[tuple[Annotated[str, Refers("people")], ...], Doc("who holds the role")] = ()
    github_team: Annotated[
        str,
        Doc("organisation/team whose members hold the role; needs a token that may read members"),
    ] = ""
    gitlab_group: Annotated[
        str,
        Doc("group or group/subgroup whose members hold the role; needs a token that may read it"),
    ] = ""
    pager_schedule: Annotated[str, Doc("on-call schedule of the pager, for break-glass")] = ""

    def team(self, forge: str) -> str:
        """Its team or group on a forge (`github`, `gitlab`); empty where it has none there."""
        return {"github": self.github_team, "gitlab": self.gitlab_group}.get(forge, "")

    @property
    def has_team(self) -> bool:
        """Whether a team or group of any forge holds it."""
        return bool(self.github_team or self.gitlab_group)

    @property
    def is_on_call_only(self) -> bool:
        """Whether nobody but whoever is on call holds it."""
        return bool(self.pager_schedule) and not (self.people or self.has_team)


class ApprovalSource(Enum):
    """Where somebody can approve."""

    REVIEW = "review"
    TICKET = "ticket"
    DEPLOYMENT = "deployment"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRule:
    """One row of the authority matrix: so many people of that role, approving in one of these places."""

    role: Annotated[str, Doc("role that the approvers must hold"), Refers("roles")]
    count: Annotated[int, Doc("how many different people"), AtLeast(1)] = 1
    sources: Annotated[
        tuple[ApprovalSource, ...],
        Key("from"),
        Doc("where an approval counts: review, ticket, deployment"),
        AtLeast(1),
    ] = (ApprovalSource.REVIEW,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a change must look like. All keys that are given must hold; at least one must be given."""

    ticket: Annotated[
        Mapping[str, str],
        Doc("fields of the ticket and the value that each must have (type, risk, or a shown name)"),
    ] = field(default_factory=dict)
    paths: Annotated[
        tuple[Glob, ...],
        Doc(
            "path patterns; for a change type every changed file must match one, "
            "for a risk class any file"
        ),
    ] = ()
    labels: Annotated[tuple[str, ...], Doc("labels of a merge request or ticket; any of them")] = ()
    changed_lines_over: Annotated[
        int | None, Doc("more added and removed lines than this"), AtLeast(0)
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The standing approval of a standard change. It ends, and must be given again."""

    id: Annotated[str, Doc("document number of the template")]
    approved_by: Annotated[str, Doc("who approved the template"), Refers("people")]
    expires: Annotated[date, Doc("last day on which the template holds, in the policy's time zone")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTypeRule:
    """How a change gets this type, and what the type needs. The first type whose `when` holds wins."""

    when: Annotated[Condition | None, Doc("what a change of this type looks like")] = None
    template: Annotated[Template | None, Doc("standing approval, for standard changes")] = None
    approvals: Annotated[tuple[ApprovalRule, ...], Doc("authority matrix for this type")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRule:
    """A risk class: the change is in it when any of the conditions holds.

    Classes stand in the file from high to low.
    """

    when: Annotated[tuple[Condition, ...], Doc("any of these"), OneOrMany(), AtLeast(1)]
    approvals: Annotated[
        tuple[ApprovalRule, ...], Doc("what the class needs beyond the change type")
    ] = ()


class AutomatedDeployer(Enum):
    """Who counts as the deployer when a push starts the deploy by itself."""

    MERGED_BY = "merged_by"
    ACTOR = "actor"


class SeparationMode(Enum):
    """What happens to a change that nobody independent approved."""

    STANDARD = "standard"
    COMPENSATING = "compensating"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensating:
    """A named exception for a team too small to separate duties: notice, delay, and a review afterwards."""

    reason: Annotated[str, Doc("why the team cannot separate duties"), AtLeast(1)]
    granted_by: Annotated[str, Doc("who granted the exception"), Refers("people")]
    expires: Annotated[
        date, Doc("last day on which it holds, in the policy's time zone; then it is void")
    ]
    reviewer: Annotated[
        str,
        Doc(
            "role of the independent people who get the notice and review the release afterwards; "
            "only those listed under its `people`"
        ),
        Refers("roles"),
    ]
    delay: Annotated[
        timedelta, Doc("how long the notice must have been open before the release may go out")
    ] = timedelta(minutes=30)
    review_within: Annotated[
        timedelta, Doc("when the independent review is due, counted from the notice")
    ] = timedelta(days=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparationOfDuties:
    """Requester, sole approver and deployer are different people (guide §4)."""

    mode: Annotated[
        SeparationMode,
        Doc(
            "standard: without an independent approver nothing is deployed; compensating: under the exception below, "
            "a notice, a delay and an independent review afterwards stand in for the approver"
        ),
    ] = SeparationMode.STANDARD
    compensating: Annotated[
        Compensating | None,
        Doc(
            "the exception of compensating mode; while it stands here, reviews that are owed are looked after, "
            "also after `mode` is standard again"
        ),
    ] = None
    strict: Annotated[bool, Doc("fail outright when the deployer is among the approvers")] = False
    automated_deployer: Annotated[
        AutomatedDeployer,
        Doc(
            "who counts as the deployer when a push starts the deploy: whoever merged, "
            "or the run's actor"
        ),
    ] = AutomatedDeployer.MERGED_BY
