"""How far a chain had come at some moment: kept somewhere else than the chain, so that a cut end shows."""

from __future__ import annotations

from dataclasses import dataclass

from gate.errors import EvidenceInvalid
from gate.evidence.canonical import dumps, loads
from gate.evidence.record import MOST_RECORDS

CHECKPOINT = "checkpoint.json"
_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How far a stream had come: kept somewhere else than the stream itself."""

    stream: str
    count: int
    """How many records it held, which is the number of the last one."""
    head: str
    """Id (`sha256:…`) of the last one."""


def checkpoint_json(checkpoint: Checkpoint) -> bytes:
    """A checkpoint as a file."""
    return dumps(
        {
            "schema_version": _SCHEMA_VERSION,
            "stream": checkpoint.stream,
            "count": checkpoint.count,
            "head": checkpoint.head,
        }
    )


def read_checkpoint(content: bytes, *, name: str) -> Checkpoint:
    """Read a checkpoint. EvidenceInvalid, with the file's name, when it is none."""
    match loads(content, name=name):
        case {
            "schema_version": int(version),
            "stream": str(stream),
            "count": int(count),
            "head": str(head),
            **rest,
        } if (
            not rest
            and version == _SCHEMA_VERSION
            and not isinstance(count, bool)
            and 1 <= count <= MOST_RECORDS
        ):
            return Checkpoint(stream=stream, count=count, head=head)
        case _:
            raise EvidenceInvalid(
                f"{name} is no checkpoint of a chain.",
                hint="Give a file with schema_version, stream, count and head, as docs/evidence-verify.md shows it.",
            )
