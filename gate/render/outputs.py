"""Step outputs: what later steps of a workflow may rely on."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from gate.domain.compensation import Stage
from gate.domain.decision import Decision
from gate.domain.follow_up import Kept
from gate.domain.missing import Missing
from gate.render.escape import visible


def outputs(
    decision: Decision, *, evidence_path: str, evidence_digest: str, kept: Kept | None = None
) -> dict[str, str]:
    """Every output on one line. `reason-codes` is a JSON list; what is not known, or does not arise, is empty.

    `kept` says where the follow-up of an emergency is.
    """
    return {
        "verdict": decision.verdict.value,
        "reason-codes": json.dumps(list(decision.reason_codes)),
        "evidence-path": evidence_path,
        "evidence-digest": evidence_digest,
        "change-type": ""
        if isinstance(decision.change_type, Missing)
        else decision.change_type.name,
        "risk": "" if isinstance(decision.risk, Missing) else decision.risk.level,
        "release-class": decision.release_class.value if decision.release_class else "",
        "emergency": _emergency(decision),
        "deploy-from": _deploy_from(decision),
        "review-due": min((moment(owed.due_at) for owed in decision.obligations), default=""),
        "follow-up": visible(kept.url) if kept else "",
    }


def _emergency(decision: Decision) -> str:
    if not decision.asked_for_emergency:
        return ""
    return "granted" if decision.emergency is not None else "refused"


def _deploy_from(decision: Decision) -> str:
    waiting = decision.compensating
    return "" if waiting is None or waiting.stage is Stage.MET else moment(waiting.deploy_from)


def moment(at: datetime) -> str:
    """An exact time, for machines: RFC 3339 in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
