"""The very secrets that this process was given, in every form in which a system may repeat them."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

SHORTEST_SECRET = 8
"""What is shorter is no secret: it may be part of anything, and masking it would garble every text."""
SHORTEST_LINE = 16
"""Of a secret with several lines each line is one, as long as this; the first and the last say only what it is."""


def every_form(secrets: Iterable[str]) -> tuple[str, ...]:
    """All forms of all secrets, the longest first, so that a form that is part of another leaves no rest of it."""
    found = {form for secret in secrets for form in _forms(secret)}
    return tuple(sorted(found, key=lambda form: (len(form), form), reverse=True))


def _forms(secret: str) -> Iterator[str]:
    plain = secret.strip()
    if len(plain) < SHORTEST_SECRET:
        return
    yield from _spelled(plain)
    lines = [line.strip() for line in plain.splitlines()]
    if len(lines) > 1:
        yield from (form for line in lines if _tells(line) for form in _spelled(line))


def _tells(line: str) -> bool:
    return len(line) >= SHORTEST_LINE and not line.startswith("-----")


def _spelled(plain: str) -> Iterator[str]:
    yield plain
    for escaped in (json.dumps(plain), json.dumps(plain, ensure_ascii=False)):
        inner = escaped[1:-1]
        yield from (inner, inner.replace("/", "\\/"))
    yield from (quote(plain, safe=""), quote_plus(plain), quote(plain))
    yield from _in_base64(plain.encode())


def _in_base64(plain: bytes) -> Iterator[str]:
    """What base64 makes of it wherever it stands in a longer text, as a password stands after a name and a colon.

    Three bytes become four characters. So there are three ways, and the characters at both ends, which depend on its
    neighbours, are left out.
    """
    for before in range(3):
        padded = b"\0" * before + plain
        start = -(-before * 8 // 6)
        end = len(padded) * 8 // 6
        for encoded in (b64encode(padded), urlsafe_b64encode(padded)):
            yield encoded[start:end].decode()
