"""Addresses that the gate will ask: encrypted, and without a credential inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from gate.policy.at import At
from gate.policy.problem import Problem, quoted

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"[A-Za-z0-9.:-]+")


def check_address(url: str, at: At) -> Iterator[Problem]:
    """Refuse whatever is not https to a named host; http is for this machine alone."""
    try:
        parts = urlsplit(url)
        host, user, _ = parts.hostname or "", parts.username, parts.port
    except ValueError:
        yield at.error(
            f"{quoted(url)} is no address", allowed="an address such as https://acme.example"
        )
        return
    if user is not None:
        # Never quoted: the problem goes to a log.
        yield at.error(
            "the address holds a user name or password, which everybody who reads the file can use",
            hint="remove it from the address, and change the password",
        )
    elif parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        yield at.error(
            f"{quoted(url)} is no address", allowed="an address such as https://acme.example"
        )
    elif parts.scheme == "http" and host not in _LOOPBACK:
        yield at.error(
            "the address is not encrypted, so the answer could be forged", allowed="https://"
        )
    elif any(char.isspace() for char in url):
        yield at.error(f"{quoted(url)} holds a space", hint="remove it")
