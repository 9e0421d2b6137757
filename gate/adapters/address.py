"""Addresses that may be asked: encrypted, or on this very machine."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from gate.adapters.answer import Asked
from gate.domain.ports import FactMissing


def check_address(url: str, system: str, *, query: bool = False) -> str:
    """The address of a system without its last slash.

    FactMissing (`not-configured`) unless it is https and without a user: tokens are sent there. Plain http is for a
    sandbox on this machine. A query is refused unless `query` is true.
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise _bad_address(system, "cannot be read") from None
    user = parts.username is not None or parts.password is not None
    if not host or user or parts.fragment or (parts.query and not query):
        raise _bad_address(system, "is not of the form https://host/path")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise _bad_address(
            system, "is not https, so whoever is on the way could read a token or change an answer"
        )
    return url.strip().rstrip("/")


def is_same(one: str, other: str) -> bool:
    """Whether two addresses that were checked are the same place, however they are spelled."""
    return _spelled(one) == _spelled(other)


def is_loopback(host: str) -> bool:
    """Whether the host is this very machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _spelled(address: str) -> tuple[str, str, int, str]:
    parts = urlsplit(address)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    return parts.scheme, parts.hostname or "", port, parts.path.rstrip("/")


def _bad_address(system: str, why: str) -> FactMissing:
    return Asked(system=system, what="its address", host="").missing(
        "not-configured", f"the address given for {system} {why}"
    )
