"""Whole bundles for tests: the evidence of a decision that was built by hand."""

from __future__ import annotations

from gate.domain.decision import Decision
from gate.evidence.bundle import DECISION, POLICY, Bundle, seal
from gate.evidence.canonical import digest
from gate.evidence.decision_json import decision_json
from gate.evidence.record import Link
from tests import builders as b
from tests.render.decisions import decision

POLICY_TEXT = b"version: 1\n"


def content(shape: Decision | None = None) -> bytes:
    """decision.json: of an allowed deploy under POLICY_TEXT, unless another decision is given."""
    own = decision(policy_source=b.policy_source(digest=digest(POLICY_TEXT)))
    return decision_json(shape or own, facts_digest="sha256:f", gate_version="0.1.0")


def files(shape: Decision | None = None) -> dict[str, bytes]:
    return {DECISION: content(shape), "facts/run.json": b"[]", POLICY: POLICY_TEXT}


def bundle(shape: Decision | None = None, link: Link | None = None) -> Bundle:
    return seal(files(shape), link)
