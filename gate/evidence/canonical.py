"""Canonical JSON (RFC 8785) and digests: one value, one sequence of bytes."""

from __future__ import annotations

import hashlib
import json
import re
from typing import NoReturn

import rfc8785

from gate.errors import EvidenceInvalid

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""What evidence is made of. There are no floats: two languages may write one float differently."""

_PLAIN = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
)
_LONG = re.compile(r"[:,\[]-?\d{16}")
"""What may be a number that RFC 8785 does not write, where it is a part of something."""


def dumps(value: Json) -> bytes:
    """Write a value canonically. Lone surrogates, which are no text, become U+FFFD.

    EvidenceInvalid for what the gate never writes, so that somebody else wrote it: whole numbers of 2**53 and more, and
    lists in lists beyond all measure.
    """
    try:
        plain = _PLAIN.encode(value)
        # Where all is ASCII, Python orders and escapes as RFC 8785 does, in a tenth of the time.
        if plain.isascii() and not _LONG.search(f":{plain}"):
            return plain.encode()
        return rfc8785.dumps(_clean(value))
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise EvidenceInvalid(
            f"It holds JSON that the gate does not write: {error}",
            hint="Somebody altered it, or it is something else. Fetch it again from where it is kept.",
        ) from error


def loads(content: bytes, *, name: str) -> Json:
    """Read JSON strictly: a duplicate key, a number that is not whole, or bytes that are not UTF-8
    are refused.

    Every common parser keeps the last of two equal keys, so that `block` could silently become
    `allow`. EvidenceInvalid names the file.
    """
    try:
        value: Json = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse,
            parse_float=_refuse,
        )
    except (ValueError, RecursionError) as error:
        raise EvidenceInvalid(
            f"{name} is not the JSON that the gate writes: {error}",
            hint="The file was altered or cut short. Fetch it again from where it is kept.",
        ) from error
    return value


def digest(content: bytes) -> str:
    """SHA-256 of the bytes, as `sha256:<hex>`."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _clean(value: Json) -> Json:
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_clean(item) for item in value]
        case dict():
            return {str(_clean(key)): _clean(item) for key, item in value.items()}
        case _:
            return value


def _without_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a whole number")
