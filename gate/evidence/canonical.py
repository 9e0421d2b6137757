"""Canonical JSON (RFC 8785) and digests: one value, one sequence of bytes."""

from __future__ import annotations

import hashlib
import json
from typing import NoReturn

import rfc8785

from gate.errors import EvidenceInvalid

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""What evidence is made of. There are no floats: two languages may write one float differently."""


def dumps(value: Json) -> bytes:
    """Write a value canonically. Lone surrogates, which are no text, become U+FFFD."""
    return rfc8785.dumps(_clean(value))


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
            hint="The file was altered or cut short. Fetch the bundle again from where it is kept.",
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
