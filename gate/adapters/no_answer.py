"""What it means when no whole answer came."""

from __future__ import annotations

from requests import exceptions
from urllib3.exceptions import MaxRetryError, NewConnectionError

from gate.adapters.answer import Asked
from gate.domain.ports import FactMissing

_ADDRESS = (exceptions.InvalidSchema, exceptions.InvalidURL, exceptions.MissingSchema)


def may_pass(error: Exception) -> bool:
    """Whether the same question may be answered a moment later."""
    return not isinstance(error, (exceptions.SSLError, *_ADDRESS))


def never_sent(error: Exception) -> bool:
    """Whether the system certainly never got the request, since nobody could even connect to it."""
    if isinstance(error, (exceptions.ConnectTimeout, *_ADDRESS)):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def no_answer(asked: Asked, error: Exception) -> FactMissing:
    """Say what went wrong on the way to the system.

    The text of such an error may hold the header with the token, so only its type is told.
    """
    kind, host = type(error).__name__, asked.host
    if isinstance(error, exceptions.SSLError):
        return asked.missing(
            "unavailable",
            f"the certificate of {host} cannot be trusted ({kind})",
            "whoever runs the runner names the company's certificates in REQUESTS_CA_BUNDLE, or looks who answers "
            f"for {host}",
        )
    if isinstance(error, _ADDRESS):
        return asked.missing(
            "not-configured", f"the address of {asked.system} cannot be used ({kind})"
        )
    if isinstance(error, exceptions.ProxyError):
        return asked.missing(
            "unavailable", f"the proxy on the way to {host} did not answer ({kind})"
        )
    return asked.missing("unavailable", f"no whole answer came from {host} ({kind})")
