"""decision.json: the decision as other programs read it. Versioned; it does not mirror the types of
the code.
"""

from __future__ import annotations

from typing import assert_never

from gate.domain.control import Failed, NotApplicable, Observation, Passed, Reason, Unknown
from gate.domain.decision import Decision, Result
from gate.domain.derived import Approval, People, ScopedChange
from gate.domain.facts import Change, Fact, Run
from gate.domain.identity import Identity
from gate.domain.missing import Missing
from gate.domain.policy.document import Waiver
from gate.evidence.canonical import Json, dumps
from gate.evidence.codec import encode, moment
from gate.evidence.compensating_json import compensating
from gate.evidence.emergency_json import emergency, obligations

SCHEMA_VERSION = 1


def decision_json(decision: Decision, *, facts_digest: str, gate_version: str) -> bytes:
    """Write a decision canonically. It is a pure function of its arguments: `gate replay` relies on
    that.
    """
    return dumps(
        {
            "schema_version": SCHEMA_VERSION,
            "gate_version": gate_version,
            "verdict": decision.verdict.value,
            "reason_codes": list(decision.reason_codes),
            "decided_at": moment(decision.decided_at) if decision.decided_at else None,
            "valid_until": moment(decision.valid_until) if decision.valid_until else None,
            "observe": {
                "until": decision.observe.until.isoformat(),
                "reason": decision.observe.reason,
            }
            if decision.observe
            else None,
            "release_class": decision.release_class.value if decision.release_class else None,
            "emergency": emergency(decision),
            "compensating": compensating(decision),
            "run": _run(decision.run),
            "policy": encode_or_missing(decision.policy_source),
            "facts_digest": facts_digest,
            "change": _change(decision.change, decision.scope),
            "change_type": _named(decision.change_type, "name"),
            "risk": _named(decision.risk, "level"),
            "people": _people(decision.people),
            "results": [_result(item, decision) for item in decision.results],
            "expired_waivers": []
            if isinstance(decision.waivers, Missing)
            else [_waiver(item) for item in decision.waivers.expired],
            "obligations": obligations(decision),
        }
    )


def encode_or_missing(fact: Fact | Missing) -> Json:
    """A fact as JSON, or `{"missing": …}`."""
    return {"missing": encode(fact)} if isinstance(fact, Missing) else encode(fact)


def _run(run: Run | Missing) -> Json:
    if isinstance(run, Missing):
        return {"missing": encode(run)}
    return {
        "forge": run.forge,
        "host": run.host,
        "repository": run.repository,
        "repository_id": run.repository_id,
        "environment": run.environment,
        "services": list(run.services),
        "revision": run.revision,
        "ref": run.ref,
        "event": run.event,
        "id": run.id,
        "attempt": run.attempt,
        "url": run.url,
        "workflow": run.workflow,
        "started_by": _identity(run.started_by),
        "rerun_by": _identity(run.rerun_by) if run.rerun_by else None,
    }


def _identity(identity: Identity) -> Json:
    return {
        "system": identity.system,
        "login": str(identity),
        "id": identity.id,
        "kind": identity.kind.value,
    }


def _change(change: Change | Missing, scope: ScopedChange | Missing) -> Json:
    if isinstance(change, Missing):
        return {"missing": encode(change)}
    return {
        "kind": change.kind.value,
        "base": change.base or None,
        "head": change.head,
        "url": change.url,
        "commits": [commit.sha for commit in change.commits],
        "undone": list(change.undone),
        "merge_requests": [
            {
                "reference": r.reference,
                "title": r.title,
                "url": r.url,
                "author": _identity(r.author),
            }
            for r in change.merge_requests
        ],
        "out_of_scope": []
        if isinstance(scope, Missing)
        else [encode(item) for item in scope.left_out],
    }


def _named(fact: Fact | Missing, key: str) -> Json:
    if isinstance(fact, Missing):
        return {"missing": encode(fact)}
    found: dict[str, Json] = {key: encode(getattr(fact, key))}
    for name in ("classes", "reasons"):
        if hasattr(fact, name):
            found[name] = encode(getattr(fact, name))
    return found


def _people(people: People | Missing) -> Json:
    if isinstance(people, Missing):
        return {"missing": encode(people)}
    return {
        "requesters": list(people.requesters),
        "writers": encode(people.writers),
        "deployers": list(people.deployers),
        "approvers": list(people.approvers),
        "approvals": [_approval(item) for item in people.approvals],
        "roles": encode(people.roles),
    }


def _approval(item: Approval) -> Json:
    return {
        "person": item.person or None,
        "account": item.shown,
        "source": item.source.value,
        "where": item.where,
        "at": moment(item.at) if item.at else None,
        "counts": item.counts,
        "why_not": item.why_not or None,
        "url": item.url,
    }


def _result(result: Result, decision: Decision) -> Json:
    found: dict[str, Json] = {
        "control": result.control,
        "title": result.title,
        "guide": result.guide,
        "frameworks": encode(decision.frameworks),
        "enforcement": result.enforcement.value,
        "reason_codes": list(result.reason_codes),
        "waiver": _waiver(result.waiver) if result.waiver else None,
        "short_lane": result.lane or None,
        "grant": result.grant or None,
        "notice": result.notice or None,
    }
    match result.outcome:
        case Passed(observations=seen, until=until):
            found |= {"outcome": "passed", "observations": _seen(seen)}
            found["until"] = moment(until) if until else None
        case Failed(reasons=reasons, observations=seen):
            found |= {"outcome": "failed", "observations": _seen(seen)}
            found["reasons"] = [_reason(item, result.control) for item in reasons]
        case NotApplicable(reason=reason):
            found |= {"outcome": "not-applicable", "reason": reason}
        case Unknown(missing=missing):
            found |= {"outcome": "unknown", "missing": [encode(item) for item in missing]}
        case _:
            assert_never(result.outcome)
    return found


def _seen(observations: tuple[Observation, ...]) -> Json:
    return [encode(item) for item in observations]


def _reason(reason: Reason, control: str) -> Json:
    return {
        "code": f"{control}.{reason.code}",
        "text": reason.text,
        "remedy": reason.remedy,
        "who": list(reason.who),
        "url": reason.url,
    }


def _waiver(waiver: Waiver) -> Json:
    return {
        "control": waiver.control,
        "check": waiver.check or None,
        "reason": waiver.reason,
        "granted_by": waiver.granted_by,
        "expires": waiver.expires.isoformat(),
    }
