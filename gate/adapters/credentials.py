"""Who we are to a system. Every session gets one of these, since one without takes what ~/.netrc holds for the host."""

from __future__ import annotations

import base64

from requests import PreparedRequest
from requests.auth import AuthBase

from gate.domain.missing import Missing
from gate.domain.ports import FactMissing


class Anonymous(AuthBase):
    """Nobody: no header is sent, and none is found elsewhere."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Leave the request as it is."""
        return request


class _Header(AuthBase):
    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = self._value
        return request


def bearer(token: str, system: str) -> AuthBase:
    """`Authorization: Bearer`. FactMissing when there is no token, or when it cannot be one."""
    return _Header(f"Bearer {_checked(token, system)}")


def prefixed(prefix: str, token: str, system: str) -> AuthBase:
    """A form of the system's own, such as `Token token=…`. FactMissing as for `bearer`."""
    return _Header(f"{prefix}{_checked(token, system)}")


def basic(user: str, token: str, system: str) -> AuthBase:
    """`Authorization: Basic`, of an e-mail address and a token. FactMissing as for `bearer`."""
    pair = f"{user.strip()}:{_checked(token, system)}"
    return _Header(f"Basic {base64.b64encode(pair.encode()).decode()}")


def _checked(token: str, system: str) -> str:
    # Secrets often end with the newline of the file that they came from; inside, one would end the header.
    plain = token.strip()
    if plain and plain.isascii() and plain.isprintable() and " " not in plain:
        return plain
    said = "holds characters that no token has" if plain else "is empty"
    raise FactMissing(
        Missing(
            source=system,
            reason_code="not-configured",
            detail=f"the token for {system} {said}, so nothing can be asked",
            remedy=f"whoever owns the workflow passes a token for {system} and starts the deploy again",
        )
    )
