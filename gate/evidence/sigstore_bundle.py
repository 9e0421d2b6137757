"""The Sigstore bundle (v0.3): one DSSE envelope with what is needed to check its signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import Json, dumps, loads
from gate.evidence.dsse import Envelope, decode_base64, read_envelope, write_envelope

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class KeyHint:
    """Which public key signed: for ours, its fingerprint. Not signed, so only a hint."""

    hint: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A short-lived certificate that names who signed."""

    der: bytes
    log_entries: int
    """How many entries of a transparency log the bundle brings. Whether they hold is for a verifier to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signed statement, and by what means it was signed. Nothing here was checked yet."""

    envelope: Envelope
    material: KeyHint | Certificate


def write_with_key(envelope: Envelope, hint: str) -> bytes:
    """The bundle of an envelope that was signed with a key, as canonical JSON."""
    return dumps(
        {
            "mediaType": MEDIA_TYPE,
            "verificationMaterial": {"publicKey": {"hint": hint}},
            "dsseEnvelope": write_envelope(envelope),
        }
    )


def read_signature(content: bytes, *, name: str) -> Signature:
    """Read a bundle. EvidenceInvalid, with the file's name, when it is none of this version with one envelope.

    One that was signed with a key must be written exactly as the gate writes it, so that no byte of it can be changed
    unseen. Those with certificates are written by others and may hold more.
    """
    if len(content) > MOST_BYTES:
        raise EvidenceInvalid(f"{name} is larger than any signature.")
    match loads(content, name=name):
        case {
            "mediaType": str(kind),
            "verificationMaterial": dict(material),
            "dsseEnvelope": envelope,
        } if kind == MEDIA_TYPE:
            found = Signature(
                envelope=read_envelope(envelope, name=name), material=_material(material, name)
            )
        case _:
            raise EvidenceInvalid(
                f"{name} is not a Sigstore bundle of version 0.3 with one envelope."
            )
    if isinstance(found.material, KeyHint):
        _check_written(found.envelope, found.material, content, name)
    return found


def _material(material: Mapping[str, Json], name: str) -> KeyHint | Certificate:
    match material:
        case {"publicKey": {"hint": str(hint)}}:
            return KeyHint(hint)
        case {"certificate": {"rawBytes": str(raw)}}:
            entries = material.get("tlogEntries", [])
            return Certificate(
                decode_base64(raw, name=name), len(entries) if isinstance(entries, list) else 0
            )
        case _:
            raise EvidenceInvalid(f"{name} names neither a key nor a certificate.")


def _check_written(envelope: Envelope, material: KeyHint, content: bytes, name: str) -> None:
    if write_with_key(envelope, material.hint) != content or envelope.keyid != material.hint:
        raise EvidenceInvalid(f"{name} is not written as the gate writes it.")
