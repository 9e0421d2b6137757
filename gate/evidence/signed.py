"""The signatures of a bundle: whose they are, whether they hold, and whether that is enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from gate.domain.policy.signing import SigningLevel
from gate.errors import EvidenceInvalid
from gate.evidence.bundle import SIGNATURE, SUMMARY_SIGNATURE, Bundle
from gate.evidence.flaw import Flaw, FlawKind
from gate.evidence.record import RECORD, Record
from gate.evidence.sigstore_bundle import Signature, read_signature
from gate.evidence.statement import check_payload, summary_statement


class SignatureRefused(Exception):
    """A signature is wrong: not by whom it names, or not over these bytes. The text is a part of a sentence."""


class NotBelieved(Exception):
    """A signature may be right, but whoever made it is not believed, or cannot be checked here. The same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedBy:
    """A signature that holds."""

    who: str
    level: SigningLevel


class Trust(Protocol):
    """Whose signatures are believed, and how they are checked."""

    def signed_by(self, content: bytes, signature: Signature, record: Record) -> SignedBy:
        """Who signed. `content` is the bundle that `signature` was read from.

        SignatureRefused when the signature does not hold; NotBelieved when nobody can say whose it is.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureState:
    """What became of one signature."""

    file: str
    by: SignedBy | None
    """None when it was not believed; then `why_not` says why."""
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """All signatures of a bundle."""

    states: tuple[SignatureState, ...]
    level: SigningLevel
    """What the believed ones amount to, over the record itself."""
    flaws: tuple[Flaw, ...]


def check_signatures(bundle: Bundle, trust: Trust, minimum: SigningLevel) -> Signatures:
    """Check every signature of a whole bundle. Less than `minimum` is a flaw, as is each that does not hold."""
    record, states, flaws = bundle.record, [], []
    level = SigningLevel.UNSIGNED
    for name, content in bundle.signatures.items():
        try:
            state, kind = _check(name, content, bundle, record, trust)
        except (EvidenceInvalid, SignatureRefused) as error:
            text = error.message if isinstance(error, EvidenceInvalid) else f"{name}: {error}"
            flaws.append(Flaw(FlawKind.SIGNATURE, text.removesuffix(".")))
            continue
        states.append(state)
        # A summary says less than the record: it alone is no signature over the evidence.
        if state.by and kind == record.kind.type:
            level = max(level, state.by.level, key=lambda item: item.rank)
    flaws += _missing_twin(bundle)
    if level.rank < minimum.rank:
        flaws += _too_little(level, minimum, states)
    return Signatures(states=tuple(states), level=level, flaws=tuple(flaws))


def _missing_twin(bundle: Bundle) -> Iterator[Flaw]:
    """Whoever signs the record signs the summary as well, where there can be one."""
    there = bundle.signatures
    alone = SIGNATURE in there and SUMMARY_SIGNATURE not in there
    if alone and summary_statement(bundle.files[RECORD]) is not None:
        yield Flaw(FlawKind.MISSING, f"{SUMMARY_SIGNATURE} is missing beside {SIGNATURE}")


def _check(
    name: str, content: bytes, bundle: Bundle, record: Record, trust: Trust
) -> tuple[SignatureState, str]:
    signature = read_signature(content, name=name)
    envelope = signature.envelope
    kind = check_payload(envelope.payload_type, envelope.payload, bundle.files[RECORD], name=name)
    try:
        by = trust.signed_by(content, signature, record)
    except NotBelieved as error:
        return SignatureState(file=name, by=None, why_not=str(error)), kind
    return SignatureState(file=name, by=by), kind


def _too_little(
    level: SigningLevel, minimum: SigningLevel, states: list[SignatureState]
) -> Iterator[Flaw]:
    why = "; ".join(f"{state.file}: {state.why_not}" for state in states if state.why_not)
    text = f"it must be {minimum.value} by somebody who is believed, and it is {level.value}"
    yield Flaw(FlawKind.UNSIGNED, f"{text} ({why})" if why else text)
