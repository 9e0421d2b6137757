"""Public keys as people paste them: which kinds are known, and what they are called for short."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

_PEM = re.compile(
    r"\s*-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END PUBLIC KEY-----\s*"
)
# The DER of a SubjectPublicKeyInfo begins alike for every key of a kind (RFC 5480, RFC 8410); behind it stands the key.
# With the key itself go the names that SSH gives the kind (RFC 5656, RFC 8709).
_KINDS = {
    bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200"): (
        65,
        (b"ecdsa-sha2-nistp256", b"nistp256"),
    ),
    bytes.fromhex("302a300506032b6570032100"): (32, (b"ssh-ed25519",)),
}
KINDS = "ECDSA P-256 or Ed25519"


def public_key(text: str) -> bytes:
    """The key (DER, SubjectPublicKeyInfo) in a PEM text. ValueError says what is wrong, without quoting the text."""
    if "PRIVATE KEY" in text:
        raise ValueError(
            "this is a private key, which must not be here: whoever reads the file can sign with it"
        )
    match = _PEM.fullmatch(text)
    if match is None:
        raise ValueError("this is no public key in PEM form (-----BEGIN PUBLIC KEY-----)")
    try:
        der = base64.b64decode("".join(match[1].split()), validate=True)
    except binascii.Error as error:
        raise ValueError("the text of the public key is damaged") from error
    _parts(der)
    return der


def fingerprint(der: bytes) -> str:
    """What a key is called for short: as SSH does it, since cosign looks a key up by that.

    `ssh-keygen -i -m PKCS8 -f key.pub | ssh-keygen -l -f -` prints the same. ValueError for another kind of key.
    """
    names, key = _parts(der)
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in (*names, key))
    found = base64.b64encode(hashlib.sha256(blob).digest()).decode("ascii")
    return f"SHA256:{found.rstrip('=')}"


def _parts(der: bytes) -> tuple[tuple[bytes, ...], bytes]:
    for start, (size, names) in _KINDS.items():
        if der.startswith(start) and len(der) == len(start) + size:
            return names, der[len(start) :]
    raise ValueError(f"this public key is neither {KINDS}")
