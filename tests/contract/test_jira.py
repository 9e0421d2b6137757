"""Every answer of the sandbox's Jira fits Jira's description of that route and status."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from gate.sandbox.jira.api import ROUTES
from gate.sandbox.routing import find
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from gate.sandbox.world.forge import Token
from tests.contract.conftest import WORLDS
from tests.contract.jira_shapes import CREATED, ERRORS, SHAPES, UNLIKE_THE_DESCRIPTION
from tests.contract.openapi import Description

AUTH = ("gate@acme.example", "sandbox-jira-token")
Asked = tuple[str, str, Any]
NOTHING_TO_SAY = 204
NULL_IN_CHANGES = "None is not of type 'string'"


@pytest.fixture(scope="module")
def by_hand() -> Description:
    """The hand-written description, in the form of an official one."""
    paths: dict[str, Any] = {}
    for (method, path), schema in SHAPES.items():
        created = method == "POST" and path in CREATED
        answers = {"201" if created else "200" if schema else "204": _response(schema)}
        answers |= {str(status): _response(ERRORS) for status in (400, 401, 403, 404)}
        paths.setdefault(path, {})[method.lower()] = {"responses": answers}
    return Description({"paths": paths, "components": {"schemas": {}}})


def _response(schema: Any) -> Any:
    return {"content": {"application/json": {"schema": schema}}} if schema else {}


@pytest.fixture(scope="module")
def official() -> Description:
    """Atlassian's own description, where a copy is at hand."""
    place = os.environ.get("CHANGE_GATE_JIRA_DESCRIPTION", "")
    if not place:
        pytest.skip("CHANGE_GATE_JIRA_DESCRIPTION names no copy of Jira's description")
    return Description(json.loads(Path(place).read_bytes()))


def questions(world: World) -> Iterator[Asked]:
    """Everything that can be asked about a world, found or not."""
    api = "/rest/api/3"
    yield from (("GET", f"{api}/myself", None), ("GET", f"{api}/field", None))
    for key in (*world.tickets, "CHG-404"):
        yield "GET", f"{api}/issue/{key}", None
        yield "GET", f"{api}/issue/{key}?fields=summary,status&expand=names,changelog", None
        yield "GET", f"{api}/issue/{key}/changelog", None
        yield "GET", f"{api}/issue/{key}/changelog?startAt=2&maxResults=1", None
        yield "GET", f"{api}/issue/{key}/remotelink", None
        yield "GET", f"{api}/mypermissions?issueKey={key}&permissions=BROWSE_PROJECTS", None
    yield "GET", f"{api}/mypermissions", None
    both = {"issueIdsOrKeys": [*world.tickets]}
    for path in (f"{api}/issue/bulkfetch", f"{api}/changelog/bulkfetch"):
        yield "POST", path, both
        yield "POST", path, {**both, "expand": ["names", "changelog"], "maxResults": 2}
        yield "POST", path, {}
    yield from writes(world)


def writes(world: World) -> Iterator[Asked]:
    """Everything that can be written, and how it reads afterwards."""
    api, text = "/rest/api/3", {"type": "doc", "version": 1, "content": []}
    project = next((key.rpartition("-")[0] for key in world.tickets), "OPS")
    fields = {"project": {"key": project}, "issuetype": {"name": "Task"}, "labels": ["a"]}
    properties = [{"key": "change-gate", "value": {"id": "x"}}]
    for summary in ("Review", "Review again", ""):
        given = {**fields, "summary": summary, "description": text, "duedate": "2026-11-26"}
        yield "POST", f"{api}/issue", {"fields": given, "properties": properties}
    # Issues of the sandbox's own are numbered from here on.
    for key in ("2000000", "CHG-404"):
        yield "POST", f"{api}/issue/{key}/comment", {"body": text}
        yield "POST", f"{api}/issue/{key}/comment", {"body": "text"}
        yield "GET", f"{api}/issue/{key}/comment?startAt=0&maxResults=1", None
        yield "PUT", f"{api}/issue/{key}", {"update": {"labels": [{"add": "b"}]}}
        yield "PUT", f"{api}/issue/{key}", {}
        yield "GET", f"{api}/issue/{key}/transitions?expand=transitions.fields", None
        yield "POST", f"{api}/issue/{key}/transitions", {"transition": {"id": "31"}}
        yield "POST", f"{api}/issue/{key}/transitions", {}
        yield "GET", f"{api}/issue/{key}?properties=change-gate", None
    for query in ("jql=labels=a&maxResults=1&fields=summary&expand=names", "jql=labels=a", "jql="):
        yield "GET", f"{api}/search/jql?{query}&properties=change-gate", None


def answers(world: World) -> Iterator[tuple[str, str, int, Any]]:
    """Method, path, status and body of every answer."""
    with Sandbox(world) as box:
        for method, path, body in questions(world):
            response = requests.request(
                method, f"{box.url}/jira{path}", json=body, auth=AUTH, timeout=10
            )
            found = response.json() if response.content else None
            yield method, path.partition("?")[0], response.status_code, found


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("dead", [False, True])
def test_every_answer_fits_what_the_description_says(
    name: str, dead: bool, by_hand: Description
) -> None:
    world = replace(World.load(WORLDS[name]), token=Token(jira_dead=dead))
    asked = set()
    for method, path, status, body in answers(world):
        if status == NOTHING_TO_SAY:
            assert (SHAPES[method, by_hand.template(path)], body) == (None, None)
        else:
            assert list(by_hand.problems(method, path, status, body)) == []
        match = find(ROUTES, method, path)
        assert match
        asked.add(match.route.path)
    assert asked == {route.path for route in ROUTES}


@pytest.mark.parametrize("name", WORLDS)
def test_every_answer_fits_the_official_description(name: str, official: Description) -> None:
    for method, path, status, body in answers(World.load(WORLDS[name])):
        if status == NOTHING_TO_SAY:
            operation = official.paths[official.template(path)][method.lower()]
            assert str(NOTHING_TO_SAY) in operation["responses"]
        elif (
            status in {200, 201} and (method, official.template(path)) not in UNLIKE_THE_DESCRIPTION
        ):
            found = official.problems(method, path, status, body)
            # It calls `from` and `to` of a change strings, and they are null for every text field.
            assert [problem for problem in found if NULL_IN_CHANGES not in problem] == []
