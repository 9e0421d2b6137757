"""An ECDSA P-256 key that signs: no network, no account, and checked by every tool that knows DSSE."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from gate.domain.public_keys import fingerprint
from gate.errors import EvidenceNotWritten
from gate.evidence.dsse import Envelope, pae
from gate.evidence.sigstore_bundle import write_with_key
from gate.evidence.statement import PAYLOAD_TYPE


class KeySigner:
    """A `Signer`."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self.key = key
        self.public_key = key.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )

    @classmethod
    def from_pem(cls, pem: bytes) -> KeySigner:
        """Read the key (PEM, not encrypted). EvidenceNotWritten when it is none; nothing of it is ever quoted."""
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise _unusable("it is no private key in PEM form, or it is encrypted") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise _unusable("it is of another kind than ECDSA P-256")
        return cls(key)

    def sign(self, statement: bytes) -> bytes:
        """A Sigstore bundle around the statement."""
        keyid = fingerprint(self.public_key)
        sig = self.key.sign(pae(PAYLOAD_TYPE, statement), ec.ECDSA(SHA256()))
        envelope = Envelope(payload_type=PAYLOAD_TYPE, payload=statement, sig=sig, keyid=keyid)
        return write_with_key(envelope, keyid)


def _unusable(why: str) -> EvidenceNotWritten:
    return EvidenceNotWritten(
        f"The evidence cannot be signed with the key in CHANGE_GATE_SIGNING_KEY: {why}. Evidence without the signature "
        "that was asked for does not count, so the deploy must not go on.",
        hint="Whoever keeps the secret makes a key with `openssl ecparam -genkey -name prime256v1 -noout` and stores "
        "the whole text.",
    )
