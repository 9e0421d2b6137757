"""Every test runs as on a desk: no CI around it, and no network but this machine."""

import os
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest

_CI_PREFIXES = ("ACTIONS_", "CHANGE_GATE_", "CI_", "GATE_", "GITHUB_", "GITLAB_", "RUNNER_")
_CI_NAMES = ("CI", "GH_TOKEN", "GH_HOST", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
_real_connect = socket.socket.connect
_real_connect_ex = socket.socket.connect_ex
_real_getaddrinfo = socket.getaddrinfo


class NetworkUsedError(Exception):
    """A test tried to leave this machine; it must talk to the sandbox instead."""


@pytest.fixture(autouse=True)
def _no_ci_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite must say the same in a CI job and on a desk, so what CI exports is taken away."""
    for name in list(os.environ):
        if name in _CI_NAMES or name.startswith(_CI_PREFIXES):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Connections and look-ups of names end here unless they stay on this machine."""
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", _guarded_connect)
    patch.setattr(socket.socket, "connect_ex", _guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", _guarded_getaddrinfo)
    yield
    patch.undo()


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _refuse_remote(self, address)
    _real_connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _refuse_remote(self, address)
    return _real_connect_ex(self, address)


def _guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if name is not None and not _is_local(name):
        raise NetworkUsedError(f"look-up of {name}")
    return _real_getaddrinfo(host, *args, **kwargs)


def _refuse_remote(connection: socket.socket, address: Any) -> None:
    if connection.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
        raise NetworkUsedError(f"connection to {address[0]}")


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
