"""The file around a signature."""

import base64

import pytest

from gate.errors import EvidenceInvalid
from gate.evidence import sigstore_bundle
from gate.evidence.canonical import Json, dumps, loads
from gate.evidence.dsse import Envelope
from gate.evidence.sigstore_bundle import (
    Certificate,
    KeyHint,
    Signature,
    read_signature,
    write_with_key,
)

ENVELOPE = Envelope(payload_type="t", payload=b"p", sig=b"s", keyid="SHA256:k")
WRITTEN = write_with_key(ENVELOPE, "SHA256:k")


def with_material(material: Json) -> bytes:
    value = loads(WRITTEN, name="x")
    assert isinstance(value, dict)
    return dumps({**value, "verificationMaterial": material})


def test_what_is_written_is_read_again() -> None:
    found = read_signature(WRITTEN, name="x")
    assert found == Signature(envelope=ENVELOPE, material=KeyHint("SHA256:k"))


def test_it_has_the_media_type_of_its_version_and_one_envelope() -> None:
    value = loads(WRITTEN, name="x")
    assert isinstance(value, dict)
    assert value["mediaType"] == "application/vnd.dev.sigstore.bundle.v0.3+json"
    assert value.keys() == {"mediaType", "verificationMaterial", "dsseEnvelope"}


def test_a_certificate_may_come_with_more_in_any_spelling() -> None:
    raw = base64.b64encode(b"der").decode()
    material: Json = {"certificate": {"rawBytes": raw}, "tlogEntries": [{}], "other": 1}
    found = read_signature(with_material(material).replace(b'{"', b'{ "'), name="x")
    assert found.material == Certificate(b"der", 1)
    bare = read_signature(with_material({"certificate": {"rawBytes": raw}}), name="x")
    assert bare.material == Certificate(b"der", 0)
    odd: Json = {"certificate": {"rawBytes": raw}, "tlogEntries": "many"}
    assert read_signature(with_material(odd), name="x").material == Certificate(b"der", 0)


@pytest.mark.parametrize(
    "content",
    [
        WRITTEN.replace(b"v0.3", b"v0.2"),
        WRITTEN.replace(b"dsseEnvelope", b"messageSignature"),
        b"[]",
    ],
)
def test_another_kind_of_bundle_is_refused(content: bytes) -> None:
    with pytest.raises(EvidenceInvalid, match=r"not a Sigstore bundle of version 0\.3"):
        read_signature(content, name="x")


def test_one_without_key_or_certificate_is_refused() -> None:
    with pytest.raises(EvidenceInvalid, match="neither a key nor a certificate"):
        read_signature(with_material({"x509CertificateChain": {}}), name="x")


@pytest.mark.parametrize(
    "content",
    [
        WRITTEN.replace(b'{"', b'{ "', 1),
        WRITTEN.replace(b'"hint":"SHA256:k"', b'"hint":"SHA256:j"'),
        WRITTEN.replace(b'"keyid":"SHA256:k"', b'"keyid":"SHA256:j"'),
        WRITTEN.replace(b"cw==", b"cx=="),  # the same byte in another spelling
        with_material({"publicKey": {"hint": "SHA256:k"}, "tlogEntries": []}),
    ],
)
def test_one_signed_with_a_key_is_written_in_one_way_only(content: bytes) -> None:
    assert content != WRITTEN
    with pytest.raises(EvidenceInvalid, match="not written as the gate writes it"):
        read_signature(content, name="x")


def test_one_that_is_too_large_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sigstore_bundle, "MOST_BYTES", 10)
    with pytest.raises(EvidenceInvalid, match="larger than any signature"):
        read_signature(WRITTEN, name="x")
