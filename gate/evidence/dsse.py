"""DSSE, the signing envelope of in-toto and Sigstore (secure-systems-lab/dsse, protocol 1.0.2)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A payload with its one signature. Nothing in it is to be believed before the signature was checked."""

    payload_type: str
    payload: bytes
    sig: bytes
    keyid: str = ""
    """A hint which key to try. It is not signed: no decision may rest on it."""

    @property
    def signed_bytes(self) -> bytes:
        """What the signature is over."""
        return pae(self.payload_type, self.payload)


def pae(payload_type: str, body: bytes) -> bytes:
    """The pre-authentication encoding. Lengths count bytes, not characters."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)


def write_envelope(envelope: Envelope) -> dict[str, Json]:
    """The envelope as JSON."""
    signature: dict[str, Json] = {"sig": _text(envelope.sig)}
    if envelope.keyid:
        signature["keyid"] = envelope.keyid
    return {
        "payload": _text(envelope.payload),
        "payloadType": envelope.payload_type,
        "signatures": [signature],
    }


def read_envelope(value: Json, *, name: str) -> Envelope:
    """Read an envelope. EvidenceInvalid, with the file's name, unless it holds exactly one signature.

    Standard and URL-safe base64 are both accepted, as the protocol demands.
    """
    match value:
        case {
            "payload": str(payload),
            "payloadType": str(kind),
            "signatures": [{"sig": str(sig), **more}],
            **rest,
        } if not rest and more.keys() <= {"keyid"}:
            keyid = more.get("keyid", "")
            if isinstance(keyid, str):
                return Envelope(
                    payload_type=kind,
                    payload=decode_base64(payload, name=name),
                    sig=decode_base64(sig, name=name),
                    keyid=keyid,
                )
    raise EvidenceInvalid(f"{name} holds no DSSE envelope with exactly one signature.")


def decode_base64(text: str, *, name: str) -> bytes:
    """Bytes from standard or URL-safe base64. EvidenceInvalid, with the file's name, when it is neither."""
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise EvidenceInvalid(f"{name} holds text that is not base64.") from error


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
