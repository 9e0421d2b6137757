"""What of an answer may be kept: listed keys only, and no token in any text.

Evidence may end in storage that nothing can be deleted from, so this happens before anything is kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

MASK = "[redacted]"
LONGEST_TEXT = 100_000
DEEPEST = 40
SHORTEST_SECRET = 8

_TOKENS = re.compile(
    r"""
      -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----.*?(?:-----END\ [A-Z ]*PRIVATE\ KEY-----|\Z)
    | \b(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{16,}
    | \bgl(?:pat|ptt|cbt|rt|dt|soat|ft|imt|agent|oas)-[A-Za-z0-9_.-]{16,}
    | \bxox[a-z]-[A-Za-z0-9-]{8,}
    | \bATATT[A-Za-z0-9_=-]{16,}
    | \b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b
    | \beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*
    """,
    re.VERBOSE | re.DOTALL,
)
_SCHEMES = re.compile(
    r"((?i:authorization\W{1,4}(?:bearer|basic)\s+)|\b(?i:bearer|basic)\s+(?=\S*(?:[0-9=]|[a-z][A-Z])))"
    r"[A-Za-z0-9._~+/=-]{8,}"
)
"""`Basic dXNlcjpwYXNz`, and not `basic authentication`."""
_USERINFO = re.compile(r"\b([a-z][a-z0-9+.-]*://)[^\s/@?#]+@", re.IGNORECASE)
_NAMED = re.compile(
    r"\b((?:access_?|refresh_?|id_?|private_?|auth_?|api_?|x-amz-security-)?(?:token|secret|password|passwd|api_?key)"
    r"|client_secret|sig|signature|x-amz-signature|x-amz-credential)=[^\s&#\"']+",
    re.IGNORECASE,
)


class Redactor:
    """Masks everything that looks like a credential, and the very secrets that this process was given."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # The longest first, so that one secret that is part of another leaves no rest.
        self._secrets = tuple(sorted({item for item in secrets if item}, key=len, reverse=True))

    def text(self, text: str) -> str:
        """The text without credentials, cut when it is very long, and always encodable as UTF-8."""
        text = text.encode("utf-8", "replace").decode("utf-8")
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        text = _TOKENS.sub(MASK, text)
        text = _SCHEMES.sub(rf"\1{MASK}", text)
        text = _USERINFO.sub(rf"\1{MASK}@", text)
        text = _NAMED.sub(rf"\1={MASK}", text)
        if len(text) <= LONGEST_TEXT:
            return text
        return f"{text[:LONGEST_TEXT]}… [cut: {len(text)} characters]"

    def content(self, content: bytes) -> bytes:
        """The bytes of an answer without the very secrets that this process was given.

        Systems repeat tokens in their errors. It happens before anything is read, since half of a secret that was cut
        later on would not be recognised any more. What is too short to be a secret stays.
        """
        for secret in self._secrets:
            if len(secret) >= SHORTEST_SECRET:
                content = content.replace(secret.encode(), MASK.encode())
        return content

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
