"""Look for planted credentials in everything that was left, however it is wrapped."""

from __future__ import annotations

import base64
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from urllib.parse import unquote_to_bytes

from tests.redaction.kinds import SIGN

_PLANTED = re.compile(rf"{SIGN}([0-9]{{8}})".encode(), re.IGNORECASE)
_BROKEN = re.compile(SIGN[:6].encode(), re.IGNORECASE)
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_ESCAPE = re.compile(rb"\\u00([0-7][0-9a-fA-F])")
_LONG = 200
"""Base64 that holds a document: it is always looked into."""
DEEPEST = 4
PART = -1
"""Found in the place of a number, where only a part of a credential is left."""


def planted_in(content: bytes) -> set[int]:
    """Numbers of the credentials that are in some content."""
    found = set()
    for layer in layers(content, _aligned(SIGN)):
        numbers = {int(number) for number in _PLANTED.findall(layer)}
        found |= numbers or ({PART} if _BROKEN.search(layer) else set())
    return found


def signs_in(content: bytes, signs: Mapping[str, str]) -> set[str]:
    """Names of the secrets of which there is one of the signs in some content."""
    wanted = {sign.encode(): name for sign, name in signs.items()}
    needles = [needle for sign in signs for needle in _aligned(sign)]
    return {
        name for layer in layers(content, needles) for sign, name in wanted.items() if sign in layer
    }


def layers(content: bytes, needles: list[bytes], depth: int = 0) -> Iterator[bytes]:
    """The content, and whatever is wrapped in it: archives, base64, escapes of addresses, HTML and JSON."""
    yield content
    if depth < DEEPEST:
        for inner in _inner(content, needles):
            yield from layers(inner, needles, depth + 1)


def _inner(content: bytes, needles: list[bytes]) -> Iterator[bytes]:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
        return
    if content.startswith(b"\x1f\x8b"):
        yield zlib.decompress(content, wbits=31)
        return
    unescaped = _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), content)
    unescaped = unescaped.replace(b"\\/", b"/").replace(b'\\"', b'"').replace(b"\\n", b"\n")
    plain = (
        html.unescape(content.decode("utf-8", "replace")).encode() if b"&" in content else content
    )
    for other in (unquote_to_bytes(content), unescaped, plain):
        if other != content:
            yield other
    yield from _decoded(content, needles)


def _decoded(content: bytes, needles: list[bytes]) -> Iterator[bytes]:
    """Runs of base64, begun at each of the four places, since a part of it may be gone."""
    for run in set(_BASE64.findall(content)):
        holds = any(needle in run for needle in needles)
        if holds or len(run) > _LONG:
            for start in range(4 if holds else 1):
                with suppress(ValueError):
                    yield _decode(run[start:])


def _decode(run: bytes) -> bytes:
    plain = run.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    whole = plain[:-1] if len(plain) % 4 == 1 else plain
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))


def _aligned(text: str) -> list[bytes]:
    """What base64 makes of a text wherever it stands: the part that its neighbours have no influence on."""
    found = []
    for before in range(3):
        padded = b"\0" * before + text.encode()
        middle = base64.b64encode(padded)[-(-before * 8 // 6) : len(padded) * 8 // 6]
        found += [middle, middle.replace(b"+", b"-").replace(b"/", b"_")]
    return found
