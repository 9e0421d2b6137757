"""Step outputs: what later steps of a workflow may rely on."""

from __future__ import annotations

import json

from gate.domain.decision import Decision
from gate.domain.missing import Missing


def outputs(decision: Decision, *, evidence_path: str, evidence_digest: str) -> dict[str, str]:
    """Every output on one line. `reason-codes` is separated by spaces; what is not known is empty."""
    return {
        "verdict": decision.verdict.value,
        "reason-codes": json.dumps(list(decision.reason_codes)),
        "evidence-path": evidence_path,
        "evidence-digest": evidence_digest,
        "change-type": ""
        if isinstance(decision.change_type, Missing)
        else decision.change_type.name,
        "risk": "" if isinstance(decision.risk, Missing) else decision.risk.level,
    }
