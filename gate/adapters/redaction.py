"""What of an answer may be kept: listed keys only, and no credential in any text.

Evidence may end in storage that nothing can be deleted from, so this happens before anything is kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from urllib.parse import quote, unquote

from gate.adapters.own_secrets import every_form
from gate.adapters.token_forms import MASK, without_credentials

__all__ = ["DEEPEST", "LONGEST_TEXT", "MASK", "Redactor"]

LONGEST_TEXT = 100_000
LONGEST_WORD = 2_000
DEEPEST = 40

_PIECES = re.compile(r"([/?&=;#]+)")


class Redactor:
    """Masks everything that looks like a credential, and the very secrets that this process was given."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = every_form(secrets)
        self._encoded = tuple(form.encode() for form in self._secrets)

    def text(self, text: str) -> str:
        """The text without credentials, cut when it is very long, and always encodable as UTF-8."""
        text = text.encode("utf-8", "replace").decode("utf-8")
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, MASK)
        if len(text) <= LONGEST_TEXT:
            return without_credentials(text)
        cut = without_credentials(f"{_whole_words(text[:LONGEST_TEXT])}…")
        return f"{cut} [cut: {len(text)} characters]"

    def content(self, content: bytes) -> bytes:
        """The bytes of an answer without the very secrets that this process was given.

        Systems repeat tokens in their errors. It happens before anything is read, since half of a secret that was cut
        later on would not be recognised any more.
        """
        for secret in self._encoded:
            if secret in content:
                content = content.replace(secret, MASK.encode())
        return content

    def address(self, path_and_query: str) -> str:
        """A path with its query, without what stands in it in percent-encoding either."""
        pieces = _PIECES.split(self.text(path_and_query))
        return "".join(map(self._piece, pieces))

    def _piece(self, piece: str) -> str:
        if "%" not in piece:
            return piece
        plain = unquote(piece)
        masked = self.text(plain)
        return piece if masked == plain else quote(masked, safe="[]")

    def body(self, body: object, keep: Collection[str]) -> object:
        """The JSON value with only the keys of `keep`, at whatever depth they stand, and masked texts."""
        return self._kept(body, keep, DEEPEST)

    def _kept(self, value: object, keep: Collection[str], depth: int) -> object:
        match value:
            case str():
                return self.text(value)
            case None | bool() | int() | float():
                return value
            case dict() | list() if depth == 0:
                return "[cut: nested too deeply]"
            case dict():
                return {
                    key: self._kept(value[key], keep, depth - 1) for key in value if key in keep
                }
            case list():
                return [self._kept(item, keep, depth - 1) for item in value]
            case _:
                return f"[not JSON: {type(value).__name__}]"


def _whole_words(text: str) -> str:
    """Without the last word, of which half may be gone: half of a credential would not be recognised."""
    end = max(text.rfind(space) for space in " \n\t")
    return text[:end] if end > len(text) - LONGEST_WORD else text
