"""What is known about one release that owes a review, wherever it is known from: what ticket and sweep work with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from gate.domain.decision import Decision, Verdict
from gate.domain.facts import Change, Run
from gate.domain.follow_up import Marker
from gate.domain.grant import NO_RUN, Consent, Grant, Obligation, Owed
from gate.domain.silence import Silence, silences


class Source(Enum):
    """Where a record comes from."""

    EVIDENCE = "evidence"
    """The decision itself, as it was made or as the run left it."""
    TICKET = "ticket"
    """The marker of a follow-up ticket, and nothing else: the evidence was not found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A merge request that the release brought."""

    reference: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyRecord:
    """One release that owes a review. Texts are raw, so hostile; what a ticket does not tell is empty."""

    marker: Marker
    source: Source
    why: str = ""
    """Why the review is owed."""
    reason: str = ""
    """As whoever broke the glass typed it."""
    incident: str = ""
    incident_url: str = ""
    incident_title: str = ""
    unverified: str = ""
    """Why no pager could confirm the incident."""
    invoked_by: tuple[str, ...] = ()
    """Keys of `people`."""
    consent: Consent | None = None
    """None for a release that was no emergency, and where only a ticket tells of it."""
    waived: tuple[str, ...] = ()
    """Controls that were really set aside."""
    silences: tuple[Silence, ...] = ()
    """Why those of them were not judged that the policy lets no emergency waive."""
    expires_at: datetime | None = None
    """When the grant ended."""
    brought: tuple[Brought, ...] = ()
    change_url: str = ""
    run_url: str = ""
    let_through: bool = False
    """Whether the gate let the release go, as far as this tells: a notice is given before."""
    decision_digest: str = ""
    """Of the `decision.json` that tells of it (`sha256:…`); empty until that was read back from where it is kept."""
    evidence_url: str = ""
    """Empty until the evidence is kept somewhere: then it is with the run."""


def records_of(decision: Decision) -> tuple[EmergencyRecord, ...]:
    """What a decision says about the reviews that its release owes; none for most of them."""
    return tuple(_records(decision))


def record_of_ticket(marker: Marker) -> EmergencyRecord:
    """The little that a ticket tells about a release whose evidence was not found."""
    return EmergencyRecord(marker=marker, source=Source.TICKET)


def marker_of(
    run: Run, obligation: Obligation, issued_at: datetime, not_judged: tuple[str, ...] = ()
) -> Marker:
    """The marker of the ticket that keeps an obligation of this run."""
    is_notice = obligation.owed is Owed.INDEPENDENT_REVIEW
    run_id, attempt = NO_RUN if is_notice else (run.id, run.attempt)
    return Marker(
        id=obligation.id,
        owed=obligation.owed,
        repository=run.repository,
        repository_id=run.repository_id,
        environment=run.environment,
        revision=run.revision,
        run_id=run_id,
        attempt=attempt,
        issued_at=issued_at,
        due_at=obligation.due_at,
        # A machine reviews nothing anyway, and its name may hold what no marker can.
        not_by=tuple(name for name in obligation.not_by if not name.startswith("bot:")),
        not_judged=not_judged,
    )


def _records(decision: Decision) -> Iterator[EmergencyRecord]:
    run, change, issued_at = decision.run, decision.change, decision.decided_at
    if not isinstance(run, Run) or issued_at is None:
        return  # what is bound to no run and no moment was not allowed, and owes nothing
    for obligation in decision.obligations:
        record = EmergencyRecord(
            marker=marker_of(run, obligation, issued_at, decision.not_judged),
            source=Source.EVIDENCE,
            let_through=decision.verdict is Verdict.ALLOW,
            why=obligation.why,
            waived=decision.waived,
            silences=silences(decision),
            brought=_brought(change) if isinstance(change, Change) else (),
            change_url=change.url if isinstance(change, Change) else "",
            run_url=run.url,
        )
        yield _with_grant(record, decision.emergency) if decision.emergency else record


def _brought(change: Change) -> tuple[Brought, ...]:
    return tuple(
        Brought(reference=one.reference, title=one.title, url=one.url)
        for one in change.merge_requests
    )


def _with_grant(record: EmergencyRecord, grant: Grant) -> EmergencyRecord:
    return replace(
        record,
        reason=grant.reason,
        incident=grant.incident,
        incident_url=grant.incident_url,
        incident_title=grant.incident_title,
        unverified=grant.unverified,
        invoked_by=grant.invoked_by,
        consent=grant.consent,
        expires_at=grant.expires_at,
    )
