"""Sign the evidence, and hold the signatures against what the policy demands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gate.app import wiring
from gate.app.not_kept import not_signed
from gate.domain.policy.document import Policy
from gate.domain.policy.signing import SigningLevel, SigningRules
from gate.domain.ports import Signer
from gate.errors import EvidenceInvalid, SigningUnavailable
from gate.evidence.bundle import ATTESTATION, SIGNATURE, SUMMARY_SIGNATURE, Bundle
from gate.evidence.record import RECORD
from gate.evidence.signed import check_signatures
from gate.evidence.sigstore_bundle import read_signature
from gate.evidence.statement import SUMMARY_TYPE, check_payload, statement, summary_statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """How this run signs."""

    signer: Signer | None
    """None when the gate itself does not sign."""
    attested_next: bool = False
    """The step after this one attests the record, and the job fails when it cannot."""


def sign_evidence(
    bundle: Bundle, policy: Policy | None, signing: Signing, warn: Callable[[str], None]
) -> Bundle:
    """The bundle with its signatures, once they proved to satisfy the policy.

    EvidenceNotWritten when they do not: evidence without the signature that the policy demands does not count.
    """
    rules = policy.evidence.signing if policy else SigningRules()
    try:
        signed = with_signatures(bundle, signing.signer)
    except SigningUnavailable as error:
        if rules.minimum is not SigningLevel.UNSIGNED:
            raise
        warn(f"{error.message} The policy demands no signature, so this evidence stays unsigned.")
        signed = bundle
    minimum = SigningLevel.UNSIGNED if signing.attested_next else rules.minimum
    found = check_signatures(signed, wiring.trust_by_policy(rules), minimum)
    if found.flaws:
        raise not_signed("; ".join(flaw.text for flaw in found.flaws), bundle.kind)
    return signed


def attach_attestation(directory: Path, content: bytes) -> None:
    """Keep what GitHub's attestation step made beside the evidence, once it proves to be over this very record.

    EvidenceInvalid when it is not. Whose certificate it carries is for those to check who verify the evidence.
    """
    files = wiring.read_evidence(directory)
    if RECORD not in files:
        raise EvidenceInvalid(f"{directory} holds no {RECORD}.")
    envelope = read_signature(content, name=ATTESTATION).envelope
    kind = check_payload(envelope.payload_type, envelope.payload, files[RECORD], name=ATTESTATION)
    if kind == SUMMARY_TYPE:
        raise EvidenceInvalid(f"{ATTESTATION} attests a summary, and not the record.")
    if files.get(ATTESTATION) != content:  # a step that is run again changes nothing
        wiring.add_evidence(directory, {ATTESTATION: content})


def with_signatures(bundle: Bundle, signer: Signer | None) -> Bundle:
    """The bundle with the signer's signatures over its record; as it is when nobody signs. EvidenceNotWritten when the
    signer cannot.
    """
    if signer is None:
        return bundle
    record = bundle.files[RECORD]
    made = {SIGNATURE: signer.sign(statement(record))}
    summary = summary_statement(record)
    if summary is not None:
        made[SUMMARY_SIGNATURE] = signer.sign(summary)
    return Bundle(files={**bundle.files, **made})
