"""Signing with a key, and checking such signatures."""

from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from gate.adapters.signers.key import KeySigner
from gate.adapters.signers.key_ring import BelievedKey, signed_by_key
from gate.domain.policy.signing import SigningLevel
from gate.domain.ports import Signer
from gate.domain.public_keys import fingerprint
from gate.errors import EvidenceNotWritten
from gate.evidence.dsse import Envelope, pae
from gate.evidence.record import RECORD, Record
from gate.evidence.signed import NotBelieved, SignatureRefused, SignedBy
from gate.evidence.sigstore_bundle import KeyHint, Signature, read_signature
from gate.evidence.statement import PAYLOAD_TYPE, statement
from tests.adapters.signers.keys import Key, p256, private_pem, public_der
from tests.evidence.bundles import bundle

KEY = p256()
RECORD_OF = bundle().record
STATEMENT = statement(bundle().files[RECORD])
BELIEVED = BelievedKey(name="release", der=public_der(KEY))
OTHER = BelievedKey(name="other", der=public_der(p256()))


def signed(key: ec.EllipticCurvePrivateKey = KEY) -> Signature:
    signer: Signer = KeySigner(key)
    return read_signature(signer.sign(STATEMENT), name="x")


def check(
    signature: Signature, *keys: BelievedKey, record: Record = RECORD_OF, hint: str = ""
) -> SignedBy:
    material = signature.material
    assert isinstance(material, KeyHint)
    return signed_by_key(hint or material.hint, signature, record, keys)


def test_a_signature_holds_for_its_key() -> None:
    found = check(signed(), OTHER, BELIEVED)
    assert found == SignedBy(
        who=f"the key release ({fingerprint(BELIEVED.der)})", level=SigningLevel.SIGNED
    )


def test_the_statement_is_signed_as_it_is() -> None:
    signature = signed()
    assert signature.envelope.payload == STATEMENT
    assert signature.envelope.keyid == fingerprint(BELIEVED.der)
    assert signature.material == KeyHint(fingerprint(BELIEVED.der))


def test_a_key_is_read_from_its_pem() -> None:
    assert KeySigner.from_pem(private_pem(KEY)).public_key == BELIEVED.der
    traditional = KEY.private_bytes(
        Encoding.PEM,
        PrivateFormat.TraditionalOpenSSL,
        BestAvailableEncryption(b"x"),
    )
    with pytest.raises(EvidenceNotWritten, match="no private key in PEM form, or it is encrypted"):
        KeySigner.from_pem(traditional)


def test_what_is_no_key_is_refused_and_never_quoted() -> None:
    with pytest.raises(EvidenceNotWritten, match="no private key in PEM form") as caught:
        KeySigner.from_pem(b"-----BEGIN PRIVATE KEY-----\nY2FuYXJ5\n-----END PRIVATE KEY-----")
    assert "Y2FuYXJ5" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
    ],
    ids=["P-384", "Ed25519", "RSA"],
)
def test_the_gate_signs_with_p256_alone(key: Key) -> None:
    with pytest.raises(EvidenceNotWritten, match="of another kind than ECDSA P-256"):
        KeySigner.from_pem(private_pem(key))


def test_ed25519_keys_of_others_are_checked() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    sig = key.sign(pae(PAYLOAD_TYPE, STATEMENT))
    envelope = Envelope(payload_type=PAYLOAD_TYPE, payload=STATEMENT, sig=sig)
    signature = Signature(envelope=envelope, material=KeyHint("k"))
    believed = BelievedKey(name="hsm", der=public_der(key))
    assert check(signature, believed).who.startswith("the key hsm")
    wrong = replace(signature, envelope=replace(envelope, payload=b"other"))
    with pytest.raises(NotBelieved):
        check(wrong, believed)


def test_a_key_that_is_no_point_of_its_curve_checks_nothing() -> None:
    broken = BelievedKey(name="broken", der=BELIEVED.der[:-1] + b"\0")
    with pytest.raises(NotBelieved):
        check(signed(), broken)


def test_a_key_that_is_not_believed_counts_for_nothing() -> None:
    with pytest.raises(NotBelieved, match="which is not among those that are believed"):
        check(signed(), OTHER)
    with pytest.raises(NotBelieved, match="no key was given to check it with"):
        check(signed())


def test_the_hint_decides_nothing() -> None:
    assert check(signed(), BELIEVED, hint="SHA256:wrong").level is SigningLevel.SIGNED
    with pytest.raises(SignatureRefused, match="does not hold for the key"):
        check(signed(), OTHER, hint=fingerprint(OTHER.der))


def test_an_altered_payload_or_signature_does_not_hold() -> None:
    good = signed()
    for envelope in (
        replace(good.envelope, payload=STATEMENT + b" "),
        replace(good.envelope, payload_type="application/json"),
        replace(good.envelope, sig=good.envelope.sig[:-1]),
        replace(good.envelope, sig=b""),
    ):
        with pytest.raises(SignatureRefused, match="does not hold"):
            check(replace(good, envelope=envelope), BELIEVED)


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        (date(2026, 11, 25), date(2026, 11, 25), True),
        (date(2026, 11, 26), None, False),
        (None, date(2026, 11, 24), False),
        (None, None, True),
    ],
)
def test_a_key_signs_on_its_days_alone(start: date | None, end: date | None, holds: bool) -> None:
    key = replace(BELIEVED, valid_from=start, valid_until=end)
    if holds:
        assert check(signed(), key).level is SigningLevel.SIGNED
        return
    with pytest.raises(SignatureRefused, match="does not sign on 2026-11-25"):
        check(signed(), key)


@pytest.mark.parametrize("limit", ["valid_from", "valid_until"])
def test_a_key_with_days_does_not_sign_at_an_unknown_time(limit: str) -> None:
    key = replace(BELIEVED, **{limit: date(2026, 1, 1)})  # type: ignore[arg-type]  # one day each
    with pytest.raises(SignatureRefused, match="a day that is not known"):
        check(signed(), key, record=replace(RECORD_OF, at=""))
