"""The whole policy: the Change Approval Workflow Guide as values, one field for each section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Annotated

from gate.domain.globs import Glob
from gate.domain.policy.emergency import Emergency
from gate.domain.policy.markers import AtLeast, AtMost, Doc, Name, OneOrMany, Refers
from gate.domain.policy.people import (
    ChangeTypeRule,
    PersonEntry,
    RiskRule,
    Role,
    SeparationOfDuties,
)
from gate.domain.policy.signing import SigningRules
from gate.domain.policy.windows import Windows
from gate.domain.policy.workflow import Workflow


class Enforcement(Enum):
    """What a control that is not met does to the decision."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """Document control of the guide."""

    title: Annotated[str, Doc("title of the document")] = "Change Approval Workflow Guide"
    document: Annotated[str, Doc("document number")] = ""
    owner: Annotated[str, Doc("role or person that owns the document")] = ""
    security_contact: Annotated[str, Doc("whom to ask about security")] = ""
    effective: Annotated[date | None, Doc("first day on which the document holds")] = None
    next_review: Annotated[date | None, Doc("day by which it is reviewed")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A separately deployed part of the repository."""

    paths: Annotated[
        tuple[Glob, ...],
        Doc("files that belong to the service and to no other, unless both list them"),
        AtLeast(1),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is gated (guide §1)."""

    environments: Annotated[
        tuple[str, ...], Doc("environments that count as production"), AtLeast(1)
    ]
    system: Annotated[str, Doc("name of the system inside the audit boundary")] = ""
    services: Annotated[
        Mapping[Annotated[str, Name()], Service], Doc("services of a monorepo, by name")
    ] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProhibitedRule:
    """A kind of change that is never allowed, or only with a named role's approval (guide §7)."""

    id: Annotated[str, Doc("short name of the rule"), Name()]
    why: Annotated[str, Doc("the reason, shown to whoever is blocked")]
    paths: Annotated[tuple[Glob, ...], Doc("files that may not be touched")] = ()
    commits_outside_pull_requests: Annotated[
        bool, Doc("commits that no merged merge request brought")
    ] = False
    unless_approved_by: Annotated[
        str, Doc("role whose approval makes it acceptable"), Refers("roles")
    ] = ""


class RollbackTarget(Enum):
    """What a failed deploy is rolled back to."""

    LAST_GOOD_DEPLOYMENT = "last_good_deployment"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackRules:
    """Rollback requirements (guide §9)."""

    required_for: Annotated[
        tuple[Annotated[str, Refers("risk")], ...],
        Doc("risk classes that need a rollback plan"),
        OneOrMany(),
    ] = ()
    must_name: Annotated[
        tuple[str, ...], Doc("parts that a plan names, each with something real")
    ] = ("trigger", "owner", "steps", "verification")
    target: Annotated[RollbackTarget, Doc("what must exist to roll back to")] = (
        RollbackTarget.LAST_GOOD_DEPLOYMENT
    )
    short_lane: Annotated[
        tuple[Annotated[str, Refers("excusable")], ...],
        Doc(
            "controls that a rollback to a revision once deployed with an allow decision "
            "need not meet"
        ),
        OneOrMany(),
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRules:
    """Evidence retention (guide §10)."""

    retain: Annotated[str, Doc("how long evidence is kept, such as `25 months`")] = "25 months"
    archive: Annotated[
        tuple[str, ...],
        Doc(
            "addresses where it is kept beyond the artifacts of the pipeline, such as "
            "s3://bucket/prod?object_lock=compliance; the first one decides the order of the chain"
        ),
        OneOrMany(),
    ] = ()
    signing: Annotated[SigningRules, Doc("whose signature it needs")] = field(
        default_factory=SigningRules
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A control, or one part of it, that need not be met until a day."""

    control: Annotated[
        str, Doc("control that is waived; `risk` lowers a risk class"), Refers("waivable")
    ]
    check: Annotated[
        str, Doc("only this part of it: a check's name, or the risk class that is lowered")
    ] = ""
    reason: Annotated[str, Doc("why"), AtLeast(1)]
    granted_by: Annotated[str, Doc("who granted it"), Refers("people")]
    expires: Annotated[
        date,
        Doc("last day on which it holds, in the policy's time zone; every waiver has an end"),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observe:
    """Only watch: decide and record, but never block. It has an end."""

    until: Annotated[
        date,
        Doc(
            "last day of observing, in the policy's time zone; from the next day on the gate blocks"
        ),
    ]
    reason: Annotated[str, Doc("why the gate does not block yet")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The Change Approval Workflow Guide, as the gate enforces it."""

    version: Annotated[int, Doc("version of this file format: 1"), AtLeast(1), AtMost(1)]
    scope: Annotated[Scope, Doc("§1 what is gated")]
    people: Annotated[
        Mapping[Annotated[str, Name()], PersonEntry],
        Doc("§3 one person, every system"),
        AtLeast(1),
    ]
    roles: Annotated[
        Mapping[Annotated[str, Name()], Role],
        Doc("§3 the roles of the authority matrix"),
        AtLeast(1),
    ]
    change_types: Annotated[
        Mapping[Annotated[str, Name()], ChangeTypeRule],
        Doc("§2 change types; the first match wins, what matches nothing is normal"),
    ]
    workflow: Annotated[Workflow, Doc("§5 the normal change workflow")]
    guide: Annotated[Guide, Doc("document control of the guide")] = field(default_factory=Guide)
    risk: Annotated[
        Mapping[Annotated[str, Name()], RiskRule],
        Doc("risk classes, from high to low; a change can be in several"),
    ] = field(default_factory=dict)
    separation_of_duties: Annotated[SeparationOfDuties, Doc("§4 segregation of duties")] = field(
        default_factory=SeparationOfDuties
    )
    emergency: Annotated[Emergency | None, Doc("§6 break-glass; absent: there is none")] = None
    prohibited: Annotated[tuple[ProhibitedRule, ...], Doc("§7 prohibited changes")] = ()
    windows: Annotated[Windows, Doc("§8 maintenance windows")] = field(default_factory=Windows)
    rollback: Annotated[RollbackRules, Doc("§9 rollback requirements")] = field(
        default_factory=RollbackRules
    )
    evidence: Annotated[EvidenceRules, Doc("§10 evidence retention")] = field(
        default_factory=EvidenceRules
    )
    related_documents: Annotated[tuple[str, ...], Doc("§11 related documents")] = ()
    frameworks: Annotated[
        Mapping[str, tuple[str, ...]], Doc("§12 ids of the frameworks that the guide supports")
    ] = field(default_factory=dict)
    controls: Annotated[
        Mapping[Annotated[str, Refers("controls")], Enforcement],
        Doc("how each control is enforced; block unless said otherwise"),
    ] = field(default_factory=dict)
    waivers: Annotated[
        tuple[Waiver, ...], Doc("exceptions, each with a reason, who granted it, and an end")
    ] = ()
    observe: Annotated[Observe | None, Doc("watch without blocking, until a day")] = None

    @property
    def owes_reviews(self) -> bool:
        """Whether a release under this policy can leave a review behind that has to be done later."""
        return self.emergency is not None or self.separation_of_duties.compensating is not None
