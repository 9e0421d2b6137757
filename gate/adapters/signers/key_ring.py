"""Checks signatures that were made with a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from gate.domain.policy.signing import SigningLevel
from gate.domain.public_keys import fingerprint
from gate.evidence.record import Record
from gate.evidence.signed import NotBelieved, SignatureRefused, SignedBy
from gate.evidence.sigstore_bundle import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class BelievedKey:
    """A public key, and the days (UTC, inclusive) on which its signatures count."""

    name: str
    der: bytes
    valid_from: date | None = None
    valid_until: date | None = None


def signed_by_key(
    hint: str, signature: Signature, record: Record, keys: Sequence[BelievedKey]
) -> SignedBy:
    """Who of `keys` signed. SignatureRefused when it does not hold; NotBelieved when the key is not known."""
    envelope = signature.envelope
    # The hint is not signed: it may not decide which keys are tried, only what is said when none fits.
    found = next((key for key in keys if _holds(key, envelope.sig, envelope.signed_bytes)), None)
    if found is not None:
        _check_day(found, record)
        return SignedBy(
            who=f"the key {found.name} ({fingerprint(found.der)})", level=SigningLevel.SIGNED
        )
    if any(fingerprint(key.der) == hint for key in keys):
        raise SignatureRefused(f"the signature does not hold for the key {hint} that it names")
    raise NotBelieved(
        f"it names the key {hint}, which is not among those that are believed"
        if keys
        else f"it names the key {hint}, and no key was given to check it with"
    )


def _holds(key: BelievedKey, sig: bytes, message: bytes) -> bool:
    try:
        loaded = load_der_public_key(key.der)
        if isinstance(loaded, ec.EllipticCurvePublicKey):
            loaded.verify(sig, message, ec.ECDSA(SHA256()))
        else:  # `public_keys.public_key` lets in no third kind
            cast(ed25519.Ed25519PublicKey, loaded).verify(sig, message)
    except (InvalidSignature, ValueError):  # ValueError: the key is no point of its curve
        return False
    return True


def _check_day(key: BelievedKey, record: Record) -> None:
    day = record.at[:10]
    if (key.valid_from and (not day or day < key.valid_from.isoformat())) or (
        key.valid_until and (not day or day > key.valid_until.isoformat())
    ):
        raise SignatureRefused(
            f"the key {key.name} does not sign on {day or 'a day that is not known'}, when this was decided"
        )
