"""Decide again from stored facts: the recorded decision must follow from the recorded facts, byte
for byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gate.controls import CONTROLS
from gate.domain import decide as deciding
from gate.domain.decision import Decision
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import DECISION, POLICY, verify
from gate.evidence.canonical import digest, loads
from gate.evidence.decision_json import decision_json
from gate.evidence.stored_facts import FOLDER, facts_digest, read_facts
from gate.policy.load import parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A bundle that is whole and whose decision follows from its facts."""

    decision: Decision
    gate_version: str
    """The version that wrote it."""
    digest: str


def replay(files: Mapping[str, bytes]) -> Replayed:
    """Decide again. EvidenceInvalid when the bundle is not whole or leads to another decision."""
    bundle = verify(files)
    stored = {name: content for name, content in bundle.files.items() if name.startswith(FOLDER)}
    facts = read_facts(stored)
    if POLICY in bundle.files:
        policy = parse(bundle.files[POLICY], name=POLICY).policy
        decision = deciding.decide(facts, policy, CONTROLS)
    else:
        decision = deciding.without_policy(facts)
    version = _version(bundle.files[DECISION])
    again = decision_json(decision, facts_digest=facts_digest(stored), gate_version=version)
    if again != bundle.files[DECISION]:
        raise EvidenceInvalid(
            "The recorded decision does not follow from the recorded facts: deciding again gives "
            f"{decision.verdict.value} and {digest(again)}, the bundle holds {digest(bundle.files[DECISION])}.",
            hint=f"It was written by version {version}: replay it with that version before concluding that "
            "somebody altered it.",
        )
    return Replayed(decision=decision, gate_version=version, digest=bundle.digest)


def _version(content: bytes) -> str:
    match loads(content, name=DECISION):
        case {"gate_version": str() as version}:
            return version
        case _:
            raise EvidenceInvalid(f"{DECISION} does not say which version of the gate wrote it.")
