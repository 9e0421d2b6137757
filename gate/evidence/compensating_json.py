"""What decision.json says of a release that nobody independent approved (guide §4, compensating mode)."""

from __future__ import annotations

from gate.domain.decision import Decision
from gate.evidence.canonical import Json
from gate.evidence.codec import encode, moment


def compensating(decision: Decision) -> Json:
    """The exception, the notice, and what was set aside; null where nothing stands in for an approver."""
    what = decision.compensating
    if what is None:
        return None
    return {
        "id": what.id,
        "stage": what.stage.value,
        "reason": what.reason,
        "granted_by": what.granted_by,
        "expires": what.expires.isoformat(),
        "reviewer": what.reviewer,
        "could_review": list(what.could_review),
        "notice": encode(what.notice) if what.notice else None,
        "deploy_from": moment(what.deploy_from),
        "due_at": moment(what.due_at),
        "reviewed_by": what.reviewed_by or None,
        "set_aside": [result.control for result in decision.results if result.notice],
    }
