"""The normal change workflow: guide §5."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Annotated

from gate.domain.globs import Glob
from gate.domain.policy.markers import AtLeast, Doc


class TrackerName(Enum):
    """The systems that can hold tickets."""

    JIRA = "jira"
    GITHUB = "github"
    GITLAB = "gitlab"

    @property
    def is_forge(self) -> bool:
        """Whether its tickets are issues of a forge: named by `project#12`, and with labels for statuses."""
        return self is not TrackerName.JIRA


class Tie(Enum):
    """How a ticket names the change that it is for."""

    REPOSITORY = "repository"
    MERGE_REQUEST = "pull_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFields:
    """The shown names of a tracker's own fields. They differ from site to site."""

    risk: Annotated[str, Doc("field that holds the risk")] = "Change risk"
    planned_start: Annotated[str, Doc("field that holds the start of the planned window")] = (
        "Planned start"
    )
    planned_end: Annotated[str, Doc("field that holds the end of the planned window")] = (
        "Planned end"
    )
    rollback_plan: Annotated[str, Doc("field that holds the rollback plan")] = "Backout plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRules:
    """Every merge request names an approved ticket."""

    tracker: Annotated[TrackerName, Doc("system that holds the tickets")]
    projects: Annotated[
        tuple[str, ...],
        Doc(
            "only keys of these projects are tickets: Jira project keys, owner/name repositories for "
            "GitHub Issues, or group/name projects for GitLab Issues"
        ),
        AtLeast(1),
    ]
    approved_statuses: Annotated[
        tuple[str, ...],
        Doc("statuses (for issues of a forge: labels) that mean approved"),
        AtLeast(1),
    ]
    rejected_statuses: Annotated[
        tuple[str, ...],
        Doc("statuses (for issues of a forge: labels) that mean rejected or withdrawn"),
    ] = ("Rejected", "Declined", "Cancelled", "Canceled", "Withdrawn")
    bound_by: Annotated[
        tuple[Tie, ...],
        Doc(
            "the ticket must name the change by at least one of these: its repository, its merge "
            "request (`pull_request`); empty: the merge request naming the ticket is enough"
        ),
    ] = ()
    url: Annotated[
        str,
        Doc(
            "address of the tracker, such as https://acme.atlassian.net, or "
            "https://api.atlassian.com/ex/jira/<cloudId> for tokens with scopes; when given, no other is asked"
        ),
    ] = ""
    site: Annotated[
        str,
        Doc("address at which people see the tickets, where that is another than `url`"),
    ] = ""
    fields: Annotated[TicketFields, Doc("names of the tracker's own fields")] = field(
        default_factory=TicketFields
    )
    harmless_fields: Annotated[
        tuple[str, ...],
        Doc(
            "further fields that may be edited after the approval without voiding it, such as `Team`"
        ),
    ] = ()


class Freshness(Enum):
    """What to think of an approval that the forge carried over to a rewritten branch."""

    STRICT = "strict"
    ALLOW_REANCHORED = "allow_reanchored"


class ForgeRulesUse(Enum):
    """What the forge's own approval rules are to the policy."""

    OBSERVE = "observe"
    REQUIRE = "require"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRules:
    """Every commit was reviewed by somebody who did not write it."""

    approvals: Annotated[
        int, Doc("independent approvals that each merge request needs"), AtLeast(1)
    ] = 1
    freshness: Annotated[
        Freshness,
        Doc(
            "strict: an approval from before a rewrite of the branch never counts; "
            "allow_reanchored: it counts when the forge moved it to the final content"
        ),
    ] = Freshness.STRICT
    forge_rules: Annotated[
        ForgeRulesUse,
        Doc(
            "what GitLab's own approval rules (Premium) are to this policy; observe: what they asked for, and whether "
            "a merge request weakened them, is told; require: it also has to meet them, and not to weaken them"
        ),
    ] = ForgeRulesUse.OBSERVE


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredCheck:
    """A check that must have succeeded on the exact revision."""

    name: Annotated[
        Glob,
        Doc(
            "name of the check, or a pattern; a pattern needs at least one match and all to succeed"
        ),
    ]
    app: Annotated[
        str,
        Doc(
            "app that must report it, such as github-actions or gitlab-ci; names alone can be forged"
        ),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRules:
    """What must have been tested."""

    required: Annotated[
        tuple[RequiredCheck, ...], Doc("checks that must have succeeded"), AtLeast(1)
    ]
    max_age: Annotated[timedelta | None, Doc("results older than this are stale")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRules:
    """How the rows of the authority matrix are counted."""

    distinct_people: Annotated[bool, Doc("one person may not fill two rows of the matrix")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRules:
    """Which revisions may be deployed, started by what."""

    deployments_by: Annotated[
        tuple[str, ...],
        Doc(
            "accounts of deployment tools whose records of successful deployments are believed beside those that the "
            "forge makes for its own jobs"
        ),
    ] = ()

    events: Annotated[
        tuple[str, ...],
        Doc(
            "events that may start a production deploy, on GitLab sources of pipelines (`web`: by "
            "hand); those that outsiders can cause, such as pull_request, are refused"
        ),
        AtLeast(1),
    ] = ("push", "release", "workflow_dispatch", "deployment", "schedule", "web")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """Ticket, review, test, approve, deploy."""

    branch: Annotated[
        str, Doc("protected branch that deployed revisions are reachable from"), AtLeast(1)
    ]
    ticket: Annotated[TicketRules, Doc("the change ticket")]
    tests: Annotated[TestRules, Doc("the tests")]
    review: Annotated[ReviewRules, Doc("the code review")] = field(default_factory=ReviewRules)
    authority: Annotated[AuthorityRules, Doc("how approvals are counted")] = field(
        default_factory=AuthorityRules
    )
    revision: Annotated[RevisionRules, Doc("the revision and what may start its deploy")] = field(
        default_factory=RevisionRules
    )
    decision_valid_for: Annotated[timedelta, Doc("how long a decision holds at the most")] = (
        timedelta(minutes=60)
    )
