"""Decide again from stored facts: the recorded decision must follow from the recorded facts, byte
for byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from gate.controls import CONTROLS
from gate.domain import decide as deciding
from gate.domain.decision import Decision
from gate.domain.policy.document import Policy
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import POLICY, Bundle, decision_in, policy_flaws, verify
from gate.evidence.canonical import digest
from gate.evidence.decision_json import decision_json
from gate.evidence.stored_facts import FOLDER, facts_digest, read_facts
from gate.policy.load import parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A bundle that is whole and whose decision follows from its facts."""

    decision: Decision
    policy: Policy | None
    gate_version: str
    """The version that wrote it."""
    digest: str


def replay(files: Mapping[str, bytes]) -> Replayed:
    """Decide again. EvidenceInvalid when the bundle is not whole, holds none, or leads to another one."""
    return decide_again(verify(files))


def decide_again(bundle: Bundle) -> Replayed:
    """The same for a bundle that is known to be whole."""
    recorded = decision_in(bundle)
    for flaw in policy_flaws(bundle):
        raise EvidenceInvalid(f"The bundle does not fit together: {flaw.text}.")
    stored = {name: content for name, content in bundle.files.items() if name.startswith(FOLDER)}
    facts = read_facts(stored)
    policy = policy_of(bundle)
    decision = (
        deciding.without_policy(facts)
        if policy is None
        else deciding.decide(facts, policy, CONTROLS)
    )
    version = bundle.record.gate_version
    again = decision_json(decision, facts_digest=facts_digest(stored), gate_version=version)
    if again != recorded:
        raise EvidenceInvalid(
            "The recorded decision does not follow from the recorded facts: deciding again gives "
            f"{decision.verdict.value} and {digest(again)}, the bundle holds {digest(recorded)}.",
            hint=f"It was written by version {version}: replay it with that version before concluding that "
            "somebody altered it.",
        )
    return Replayed(decision=decision, policy=policy, gate_version=version, digest=bundle.digest)


def policy_of(bundle: Bundle) -> Policy | None:
    """The policy that was in use; None when there was none. PolicyInvalid when this version cannot read it."""
    return _parsed(bundle.files[POLICY]) if POLICY in bundle.files else None


@lru_cache(maxsize=8)  # thousands of bundles share a handful of policies, and YAML is slow to read
def _parsed(content: bytes) -> Policy:
    return parse(content, name=POLICY).policy
