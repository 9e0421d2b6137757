"""The envelope, against the test vector of its specification and against damage."""

import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import Json
from gate.evidence.dsse import Envelope, decode_base64, pae, read_envelope, write_envelope

VECTOR: dict[str, Json] = {
    "payload": "aGVsbG8gd29ybGQ=",
    "payloadType": "http://example.com/HelloWorld",
    "signatures": [
        {
            "sig": "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
        }
    ],
}
X = 46950820868899156662930047687818585632848591499744589407958293238635476079160
Y = 5640078356564379163099075877009565129882514886557779369047442380624545832820


def test_the_encoding_is_that_of_the_specification() -> None:
    encoded = pae("http://example.com/HelloWorld", b"hello world")
    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_lengths_count_bytes_and_not_characters() -> None:
    assert pae("ö", "ü".encode()) == "DSSEv1 2 ö 2 ü".encode()


def test_the_signature_of_the_specification_holds() -> None:
    envelope = read_envelope(VECTOR, name="vector")
    key = ec.EllipticCurvePublicNumbers(X, Y, ec.SECP256R1()).public_key()
    r, s = (int.from_bytes(part, "big") for part in (envelope.sig[:32], envelope.sig[32:]))
    signature = encode_dss_signature(r, s)
    key.verify(signature, envelope.signed_bytes, ec.ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(signature, envelope.signed_bytes + b"!", ec.ECDSA(SHA256()))


@given(kind=st.text(), payload=st.binary(), sig=st.binary(), keyid=st.text(max_size=8))
def test_what_is_written_is_read_again(kind: str, payload: bytes, sig: bytes, keyid: str) -> None:
    envelope = Envelope(payload_type=kind, payload=payload, sig=sig, keyid=keyid)
    assert read_envelope(write_envelope(envelope), name="x") == envelope


def test_both_kinds_of_base64_are_read() -> None:
    assert decode_base64("-_-_", name="x") == decode_base64("+/+/", name="x") == b"\xfb\xff\xbf"


@pytest.mark.parametrize("text", ["a", "====", "ä===", "aGk", "a b="])
def test_what_is_not_base64_is_refused(text: str) -> None:
    with pytest.raises(EvidenceInvalid, match="x holds text that is not base64"):
        decode_base64(text, name="x")


@pytest.mark.parametrize(
    "change",
    [
        {"signatures": []},
        {"signatures": [{"sig": "YQ=="}, {"sig": "YQ=="}]},
        {"signatures": [{"sig": 1}]},
        {"signatures": [{"sig": "YQ==", "keyid": 1}]},
        {"signatures": [{"sig": "YQ==", "more": ""}]},
        {"payload": None},
        {"payloadType": []},
        {"more": ""},
    ],
    ids=str,
)
def test_an_envelope_holds_exactly_one_signature_and_nothing_else(change: dict[str, Json]) -> None:
    with pytest.raises(EvidenceInvalid, match="exactly one signature"):
        read_envelope({**VECTOR, **change}, name="x")


def test_the_payload_is_what_was_signed() -> None:
    assert read_envelope(VECTOR, name="x").payload == base64.b64decode("aGVsbG8gd29ybGQ=")
