"""What it means when evidence is not kept as the policy demands: of a deploy one thing, of a sweep another."""

from __future__ import annotations

from typing import assert_never

from gate.domain.missing import Missing
from gate.errors import EvidenceNotWritten
from gate.evidence.record import Kind


def so_what(kind: Kind) -> str:
    """A sentence: what follows from it."""
    match kind:
        case Kind.DECISION:
            return "A decision that is not kept does not count, so the deploy must not go on."
        case Kind.SWEEP:
            return "The sweep did its work and told what it found, but what proves that is not kept as it should be."
        case _:
            assert_never(kind)


def not_archived(place: str, missing: Missing, kind: Kind) -> EvidenceNotWritten:
    """An archive did not take it."""
    afterwards = {
        Kind.DECISION: "archives what was decided; the deploy itself needs a new run",
        Kind.SWEEP: "archives it, and no new sweep is needed for that",
    }
    return EvidenceNotWritten(
        f"The evidence could not be archived in {place}: {missing.detail}. {so_what(kind)} The bundle stays in the "
        "folder of the evidence.",
        hint=f"{missing.remedy[:1].upper()}{missing.remedy[1:]}. `gate evidence archive` with that folder "
        f"{afterwards[kind]}.",
    )


def not_signed(why: str, kind: Kind) -> EvidenceNotWritten:
    """It carries less than the signature that the policy demands. `why` is a part of a sentence."""
    return EvidenceNotWritten(
        f"The evidence is not signed as the policy demands: {why}. {so_what(kind)}",
        hint="Give the step a key that stands under `evidence.signing.keys` of the policy, in "
        "CHANGE_GATE_SIGNING_KEY, or on GitHub the input `attest`; or whoever owns the policy corrects it.",
    )
