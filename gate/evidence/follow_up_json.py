"""follow-up.json: where the review that a release owes is kept. The decision was made before, so it does not say it."""

from __future__ import annotations

from gate.domain.follow_up import Kept
from gate.errors import EvidenceInvalid
from gate.evidence.canonical import dumps, loads
from gate.evidence.codec import decode, encode

FOLLOW_UP = "follow-up.json"
SCHEMA_VERSION = 1


def write_kept(kept: Kept) -> bytes:
    """The file of the bundle."""
    return dumps({"schema_version": SCHEMA_VERSION, "kept": encode(kept)})


def read_kept(content: bytes) -> Kept:
    """Read it back. EvidenceInvalid when it is not what the gate writes."""
    match loads(content, name=FOLLOW_UP):
        case {"schema_version": int() as version, "kept": value, **rest} if not rest:
            if version == SCHEMA_VERSION and not isinstance(version, bool):
                return decode(Kept, value, f"{FOLLOW_UP}: kept")
    raise EvidenceInvalid(
        f"{FOLLOW_UP} does not say where a follow-up is kept.",
        hint="The file was altered, or written by a version of the gate that this one does not read.",
    )
