"""Facts that are worked out from gathered facts and the policy, each with its reasons.

They are made once, before the controls run (`gate.domain.derive`), so that two controls can never disagree about who
somebody is or what class a change has. Where an input is missing they take the stricter answer and say so, or, where no
answer would be honest, they are Missing themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gate.domain.facts import ChangedFile, ChangeKind, Commit, Fact, MergeRequest, Review, Ticket
from gate.domain.identity import Identity
from gate.domain.policy.document import Waiver
from gate.domain.policy.people import ApprovalRule, ApprovalSource


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfScope:
    """A part of the change that this deploy cannot touch, and why not."""

    what: str
    why: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedChange(Fact):
    """The part of the change that this deploy can touch (guide §1). Nothing is dropped: the rest is in `left_out`."""

    kind: ChangeKind
    commits: tuple[Commit, ...] = ()
    merge_requests: tuple[MergeRequest, ...] = ()
    files: tuple[ChangedFile, ...] | None = None
    """None when the list of files is missing: then everything counts as touched."""
    left_out: tuple[OutOfScope, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeType(Fact):
    """Standard, normal, or another type of the policy (guide §2), and what it needs."""

    name: str
    reasons: tuple[str, ...]
    approvals: tuple[ApprovalRule, ...] = ()
    standard: bool = False
    """True when a valid template stands behind it; its ticket may be used again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk(Fact):
    """Every risk class that the change is in, the highest first; `level` is the highest, or `low`."""

    classes: tuple[str, ...]
    reasons: tuple[str, ...]
    approvals: Mapping[str, tuple[ApprovalRule, ...]] = field(default_factory=dict)
    """What each class needs beyond the change type."""
    brought_by: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """For each class the numbers of the merge requests that put the change there; none: the change as a whole did."""
    in_doubt: tuple[str, ...] = ()
    """Classes that count only because a missing fact keeps them from being ruled out."""

    @property
    def level(self) -> str:
        """The highest class, or `low` when the change is in none."""
        return self.classes[0] if self.classes else "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedReview:
    """A review and whether it counts as an independent approval of what is deployed."""

    review: Review
    person: str
    """Key of `people`; empty when the reviewer stands under none."""
    counts: bool
    code: str
    """`counts`, or why it does not: a key of `gate.domain.reviews.WHY_NOT`."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRequest:
    """A merge request with its writers and all its reviews, judged."""

    number: int
    reference: str
    url: str
    writers: tuple[str, ...]
    """Keys of `people`, or `bot:<login>` for accounts of machines."""
    reviews: tuple[JudgedReview, ...] = ()
    last_content: str = ""
    """The last commit that changed the content: what an approval must be for."""
    vetoed_by: tuple[str, ...] = ()
    """People whose latest word is a request for changes."""
    could_approve: tuple[str, ...] = ()
    """People who hold an account on the forge and wrote none of it."""

    @property
    def approvers(self) -> tuple[str, ...]:
        """Different people whose approval counts."""
        return tuple(dict.fromkeys(judged.person for judged in self.reviews if judged.counts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews(Fact):
    """All merge requests in scope, judged."""

    requests: tuple[JudgedRequest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTicket:
    """A ticket and whether its approval stands: who, when, and what came after."""

    ticket: Ticket
    approver: Identity | None = None
    person: str = ""
    approved_at: datetime | None = None
    counts: bool = False
    code: str = ""
    """`counts`, or why it does not: a key of `gate.domain.ticket_approval.WHY_NOT`."""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTickets(Fact):
    """All tickets of the change, judged; `by_request` says which keys each merge request in scope names."""

    tickets: tuple[JudgedTicket, ...] = ()
    by_request: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    plan_field: str = ""
    """The tracker's field that the policy names for the rollback plan."""

    def find(self, key: str) -> JudgedTicket | None:
        """The judged ticket that was asked for under `key`."""
        return next((judged for judged in self.tickets if judged.ticket.asked_key == key), None)


OUTSIDE = 0
"""Stands in `Approval.covers` for what no merge request brought. Forges number from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One approval from any source, and whether it counts once the parts people played are known (guide §4)."""

    person: str
    shown: str
    """The account's own name, for people to recognise."""
    source: ApprovalSource
    where: str
    """`#12`, `CHG-7`, or the environment."""
    covers: tuple[int, ...] | None
    """Numbers of the merge requests that it was given for, and OUTSIDE; None: the whole change."""
    at: datetime | None
    counts: bool
    code: str = ""
    """`counts`, or why it does not: a key of `gate.domain.approvals.WHY_NOT`, or of the review's or ticket's own."""
    why_not: str = ""
    comment: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class People(Fact):
    """Who requested, wrote, approved and deploys: the people matrix. Names are keys of `people` or `bot:<login>`."""

    requesters: tuple[str, ...]
    writers: Mapping[str, tuple[str, ...]]
    """Each writer with what was written: `#12`, or short SHAs of commits outside any merge request."""
    deployers: tuple[str, ...]
    approvals: tuple[Approval, ...] = ()
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Who holds each role, as far as the policy and the forge tell."""
    unresolved_roles: Mapping[str, str] = field(default_factory=dict)
    """Roles whose members could not be told, with the reason."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """Full names, by key."""

    @property
    def approvers(self) -> tuple[str, ...]:
        """Different people who approved in a way that counts."""
        return tuple(dict.fromkeys(item.person for item in self.approvals if item.counts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waivers(Fact):
    """The policy's waivers at this moment. Only `active` ones mean anything; `expired` ones are void and are shown."""

    active: tuple[Waiver, ...] = ()
    expired: tuple[Waiver, ...] = ()

    def of(self, control: str, part: str = "") -> Waiver | None:
        """The active waiver of `control`, whole (`part` empty) or of exactly that part."""
        return next((w for w in self.active if w.control == control and w.check == part), None)
