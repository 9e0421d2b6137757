"""What decision.json says of an emergency and of what it owes, and back: the sweep reads what earlier runs decided."""

from __future__ import annotations

from typing import TypeVar

from gate.domain.decision import Decision, Verdict
from gate.domain.emergency_record import Brought, EmergencyRecord, Source
from gate.domain.follow_up import Marker
from gate.domain.grant import NO_RUN, Consent, Grant, Obligation, Owed
from gate.domain.missing import Missing
from gate.domain.silence import Silence, silences
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import DECISION
from gate.evidence.canonical import Json, loads
from gate.evidence.codec import decode, encode, moment

T = TypeVar("T")


def emergency(decision: Decision) -> Json:
    """What was asked for and what became of it; null when nobody asked for an emergency."""
    said, grant = decision.break_glass, decision.emergency
    if isinstance(said, Missing):
        return {"missing": encode(said)}
    if not said.asked and grant is None:
        return None
    return {
        "granted": grant is not None,
        "reason": said.reason,
        "incident": said.incident,
        "grant": _grant(grant) if grant else None,
        "waived": list(decision.waived),
        "not_waived": list(decision.not_waived),
        "not_judged": list(decision.not_judged),
        "silences": [encode(item) for item in silences(decision)],
    }


def obligations(decision: Decision) -> Json:
    """What is owed after the release, each with its exact deadline and whoever cannot do it."""
    return [encode(item) for item in decision.obligations]


def records(content: bytes) -> tuple[EmergencyRecord, ...]:
    """What a decision.json of this or another run says about the reviews that its release owes.

    EvidenceInvalid when it is not what the gate writes.
    """
    decision = _mapping(loads(content, name=DECISION), DECISION)
    owed = _of(decision, "obligations", list)
    return tuple(_record(decision, decode(Obligation, one, "obligations")) for one in owed)


def _grant(grant: Grant) -> Json:
    return {
        "id": grant.id,
        "repository": grant.repository,
        "repository_id": grant.repository_id,
        "environment": grant.environment,
        "revision": grant.revision,
        "run_id": grant.run_id,
        "attempt": grant.attempt,
        "run_url": grant.run_url,
        "reason": grant.reason,
        "incident": grant.incident,
        "incident_url": grant.incident_url,
        "incident_title": grant.incident_title,
        "unverified": grant.unverified,
        "invoked_by": list(grant.invoked_by),
        "consent": encode(grant.consent),
        "waives": list(grant.waives),
        "issued_at": moment(grant.issued_at),
        "expires_at": moment(grant.expires_at),
    }


def _record(decision: dict[str, Json], owed: Obligation) -> EmergencyRecord:
    run, change = _of(decision, "run", dict), _of(decision, "change", dict)
    asked = decision.get("emergency")
    told = _mapping(asked, "emergency") if asked is not None else {}
    given = told.get("grant")
    grant = decode(Grant, given, "emergency.grant") if given is not None else None
    return EmergencyRecord(
        marker=_marker(decision, run, owed, told.get("not_judged", [])),
        source=Source.EVIDENCE,
        let_through=decision.get("verdict") == Verdict.ALLOW.value,
        why=owed.why,
        reason=grant.reason if grant else "",
        incident=grant.incident if grant else "",
        incident_url=grant.incident_url if grant else "",
        incident_title=grant.incident_title if grant else "",
        unverified=grant.unverified if grant else "",
        invoked_by=grant.invoked_by if grant else (),
        consent=_consent(grant),
        waived=decode(tuple[str, ...], told.get("waived", []), "emergency.waived"),
        silences=decode(tuple[Silence, ...], told.get("silences", []), "emergency.silences"),
        expires_at=grant.expires_at if grant else None,
        brought=_brought(change),
        change_url=_of(change, "url", str),
        run_url=_of(run, "url", str),
    )


def _consent(grant: Grant | None) -> Consent | None:
    return grant.consent if grant else None


def _marker(
    decision: dict[str, Json], run: dict[str, Json], owed: Obligation, not_judged: Json
) -> Marker:
    fields = ("repository", "repository_id", "environment", "revision")
    is_notice = owed.owed is Owed.INDEPENDENT_REVIEW
    run_id, attempt = NO_RUN if is_notice else (run.get("id"), run.get("attempt"))
    value: dict[str, Json] = {
        "id": owed.id,
        "owed": owed.owed.value,
        **{name: run.get(name) for name in fields},
        "run_id": run_id,
        "attempt": attempt,
        "issued_at": decision.get("decided_at"),
        "due_at": moment(owed.due_at),
        "not_by": [name for name in owed.not_by if not name.startswith("bot:")],
        "not_judged": not_judged,
    }
    return decode(Marker, value, DECISION)


def _brought(change: dict[str, Json]) -> tuple[Brought, ...]:
    requests = [_mapping(one, "merge_requests") for one in _of(change, "merge_requests", list)]
    return tuple(
        Brought(
            reference=_of(one, "reference", str),
            title=_of(one, "title", str),
            url=_of(one, "url", str),
        )
        for one in requests
    )


def _mapping(value: Json, name: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise EvidenceInvalid(f"{name} is no object.")
    return value


def _of(value: dict[str, Json], name: str, kind: type[T]) -> T:
    found = value.get(name)
    if not isinstance(found, kind):
        raise EvidenceInvalid(
            f"{DECISION}: {name} is not what the gate writes there.",
            hint="The file was altered, or written by a version of the gate that this one does not read.",
        )
    return found
