"""The official descriptions, from npm: `npm ci --prefix tests/contract`. Without them these tests are skipped."""

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from graphql import GraphQLError, GraphQLScalarType, GraphQLSchema, build_schema

from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from tests.contract.openapi import Description

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
OPENAPI = MODULES / "@octokit/openapi/generated/api.github.com.json"
SCHEMA = MODULES / "@octokit/graphql-schema/schema.graphql"
PRISM = MODULES / "@stoplight/prism-cli/dist/index.js"
SCENARIOS = HERE.parent / "scenarios"
NEEDY = {"github_description", "github_schema", "prism"}
SEEN_LIVE = {
    "environment": {"can_admins_bypass": {"type": "boolean"}},
    "validation-error": {"status": {"type": "string"}},
}
"""Properties of live answers that the description does not have."""
SCALARS = {
    "DateTime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    "GitObjectID": re.compile(r"[0-9a-f]{40}"),
    "URI": re.compile(r"https?://\S+|/\S*"),
}
WORLDS = {
    "base": SCENARIOS / "base",
    "rich": HERE.parent / "sandbox" / "rich",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a package that is not there is skipped, with the reason."""
    missing = [str(path.relative_to(HERE)) for path in (OPENAPI, SCHEMA) if not path.is_file()]
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.contract)
            if missing and NEEDY & set(getattr(item, "fixturenames", ())):
                reason = f"run `make contract`: {', '.join(missing)} is not there"
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def github_description() -> Description:
    """GitHub's REST interface."""
    document = json.loads(OPENAPI.read_bytes())
    schemas = document["components"]["schemas"]
    for name, properties in SEEN_LIVE.items():
        schemas[name]["properties"] |= properties
    schemas["check-run"]["properties"]["conclusion"]["enum"].append("stale")
    return Description(document)


@pytest.fixture(scope="session")
def github_schema() -> GraphQLSchema:
    """GitHub's GraphQL interface, with scalars that are checked.

    The published file breaks rules of the specification that do not matter here, so it is taken as it is.
    """
    text = SCHEMA.read_text(encoding="utf-8")
    schema = build_schema(text, assume_valid=True, assume_valid_sdl=True)
    for name, form in SCALARS.items():
        scalar = schema.type_map[name]
        assert isinstance(scalar, GraphQLScalarType)
        scalar.serialize = partial(_checked, name, form)  # type: ignore[method-assign]
    return schema


def _checked(name: str, form: re.Pattern[str], value: object) -> object:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise GraphQLError(f"{value!r} is no {name}")
    return value


@pytest.fixture(scope="module", params=WORLDS)
def box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox that plays one of the worlds."""
    with Sandbox(World.load(WORLDS[request.param])) as running:
        yield running


@pytest.fixture(scope="session")
def prism() -> Iterator[str]:
    """The address of a mock server that Prism makes of GitHub's own description."""
    node = shutil.which("node")
    if node is None or not PRISM.is_file():
        pytest.skip("run `make contract`: Prism needs node and its npm package")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [node, str(PRISM), "mock", "--host", "127.0.0.1", "--port", str(port), str(OPENAPI)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"Prism ended with exit code {process.returncode} before it listened")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail("Prism did not listen within three minutes")
