"""The suite itself: it cannot leave this machine, and a CI job around it changes nothing."""

import os
import socket

import pytest
import requests

from tests.conftest import NetworkUsedError


def test_a_connection_to_another_machine_ends_the_test() -> None:
    with socket.socket() as connection, pytest.raises(NetworkUsedError):
        connection.connect(("192.0.2.1", 80))


def test_a_look_up_of_another_machine_ends_the_test() -> None:
    with pytest.raises(NetworkUsedError):
        requests.get("https://api.github.com", timeout=1)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_no_variable_of_a_ci_job_is_seen() -> None:
    assert not [name for name in os.environ if name.startswith(("GITHUB_", "RUNNER_", "CI_"))]
    assert "CI" not in os.environ
