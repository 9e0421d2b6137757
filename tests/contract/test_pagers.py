"""Every answer of the sandbox's pagers fits what their descriptions say of that route and status."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import requests

from gate.sandbox.incident_io import api as incident_io
from gate.sandbox.incident_io.shapes import schedule_id as io_schedule_id
from gate.sandbox.jsm import api as jsm
from gate.sandbox.jsm.shapes import alert_id
from gate.sandbox.jsm.shapes import schedule_id as jsm_schedule_id
from gate.sandbox.pagerduty import api as pagerduty
from gate.sandbox.pagerduty.shapes import schedule_id
from gate.sandbox.routing import Route, find
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from tests.contract import pager_shapes as shapes
from tests.contract.openapi import Description
from tests.sandbox.asking import world
from tests.sandbox.pager_worlds import raw

Asked = tuple[str, str, Any]
WORLDS = {
    "whole": world(**raw()),
    "pages": world(**raw(pager={"page": 2, "owners": "email"})),
    "dead": world(**raw(token={"pager_dead": True})),
    "poor": world(
        **raw(token={"pager_lacks": ["incidents", "on-call", "schedules", "notes", "people"]})
    ),
}
KEYS = {
    "pagerduty": {"Authorization": "Token token=any", "From": "ann@acme.example"},
    "incident_io": {"Authorization": "Bearer any"},
    "jsm": {"Authorization": "Basic any"},
}


def ask_pagerduty(some: World) -> Iterator[Asked]:
    for key in (*some.incidents, "PT4KHLK", "404"):
        yield "GET", f"/incidents/{key}", None
        yield "POST", f"/incidents/{key}/notes", {"note": {"content": f"Released {key}."}}
        yield "POST", f"/incidents/{key}/notes", {"note": {}}
        yield "GET", f"/incidents/{key}/notes", None
        for query in ("", "?is_overview=true&time_zone=UTC", "?offset=2&limit=1"):
            yield "GET", f"/incidents/{key}/log_entries{query}", None
    ids = [schedule_id(item) for item in some.schedules.values()]
    for id_ in (*ids, "PNONE00"):
        yield "GET", f"/schedules/{id_}", None
        yield "GET", f"/oncalls?schedule_ids[]={id_}&time_zone=UTC", None
    yield "GET", "/oncalls?since=2026-11-25T12:00:00Z&until=2026-11-25T11:00:00Z", None
    yield "GET", "/schedules?query=a", None


def ask_incident_io(some: World) -> Iterator[Asked]:
    for key in (*some.incidents, "404"):
        yield "GET", f"/v2/incidents/{key}", None
    for path in ("/v2/escalations", "/v2/schedules"):
        yield "GET", path, None
        yield "GET", f"{path}?page_size=1", None
    for item in some.schedules.values():
        id_ = io_schedule_id(item)
        yield "GET", f"/v2/schedule_entries?schedule_id={id_}", None
    yield "GET", "/v2/schedule_entries?schedule_id=none", None


def ask_jsm(some: World) -> Iterator[Asked]:
    for number, item in some.incidents.items():
        yield "GET", f"/v1/alerts?query=tinyId:{number}", None
        for id_ in (alert_id(item), number):
            yield "GET", f"/v1/alerts/{id_}", None
            yield "GET", f"/v1/alerts/{id_}/logs", None
            yield "POST", f"/v1/alerts/{id_}/notes", {"note": "Released."}
            yield "POST", f"/v1/alerts/{id_}/notes", {}
            yield "GET", f"/v1/alerts/{id_}/notes", None
    yield "GET", "/v1/schedules?size=1", None
    for schedule in some.schedules.values():
        for query in ("", "?flat=true"):
            yield "GET", f"/v1/schedules/{jsm_schedule_id(schedule)}/on-calls{query}", None
    yield "GET", "/v1/schedules/none/on-calls", None
    yield "GET", "/rest/api/3/user/search?query=ann", None


QUESTIONS = {"pagerduty": ask_pagerduty, "incident_io": ask_incident_io, "jsm": ask_jsm}
ROUTES: Mapping[str, Sequence[Route[Any]]] = {
    "pagerduty": pagerduty.ROUTES,
    "incident_io": incident_io.ROUTES,
    "jsm": jsm.ROUTES,
}
BY_HAND = {
    "pagerduty": (shapes.PAGERDUTY, shapes.PAGERDUTY_ERROR),
    "incident_io": (shapes.INCIDENT_IO, shapes.INCIDENT_IO_ERROR),
    "jsm": (shapes.JSM, shapes.JSM_ERROR),
}


def answers(some: World, system: str) -> Iterator[tuple[str, str, int, Any]]:
    """Method, path, status and body of every answer."""
    with Sandbox(some) as box:
        for method, path, body in QUESTIONS[system](some):
            url = f"{box.url}/{system}{path}"
            response = requests.request(method, url, json=body, headers=KEYS[system], timeout=10)
            yield method, path.partition("?")[0], response.status_code, response.json()


def by_hand(system: str) -> Description:
    """The hand-written description, in the form of an official one."""
    paths: dict[str, Any] = {}
    known, error = BY_HAND[system]
    for (method, path), schema in known.items():
        listed = {status: _response(schema) for status in ("200", "202")}
        listed |= {status: _response(error) for status in ("400", "401", "403", "404", "422")}
        paths.setdefault(path, {})[method.lower()] = {"responses": listed}
    return Description({"paths": paths, "components": {"schemas": {}}})


def _response(schema: Any) -> Any:
    return {"content": {"application/json": {"schema": schema}}}


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("system", QUESTIONS)
def test_every_answer_fits_what_the_description_says(name: str, system: str) -> None:
    description, asked, statuses = by_hand(system), set(), set()
    for method, path, status, body in answers(WORLDS[name], system):
        assert list(description.problems(method, path, status, body)) == []
        match = find(ROUTES[system], method, path)
        assert match
        asked.add((method, match.route.path))
        statuses.add(status)
    assert asked == {(route.method, route.path) for route in ROUTES[system]}
    assert (200 in statuses) is (name in {"whole", "pages"})


ERROR = "#/components/responses/Conflict/content/application~1json/schema"
"""Where PagerDuty's description keeps the shape of errors, outside of all schemas."""


@pytest.fixture(scope="module")
def official() -> Description:
    """PagerDuty's own description, where a copy is at hand, without its contradictions."""
    place = os.environ.get("CHANGE_GATE_PAGERDUTY_DESCRIPTION", "")
    if not place:
        pytest.skip("CHANGE_GATE_PAGERDUTY_DESCRIPTION names no copy of PagerDuty's description")
    document = json.loads(Path(place).read_text().replace(ERROR, "#/components/schemas/Error"))
    parts, responses = document["components"]["schemas"], document["components"]["responses"]
    parts["Error"] = responses["Conflict"]["content"]["application/json"]["schema"]
    # A channel must fit exactly one of several shapes, and every channel fits all of them.
    del parts["Channel"]["oneOf"]
    # An acknowledgement must be called in two ways at once, so no entry is one.
    entry = parts["LogEntry"]["allOf"][1]["properties"]
    entry["type"]["enum"].append("acknowledgement_log_entry")
    page = document["paths"]["/incidents/{id}/log_entries"]["get"]["responses"]["200"]
    schema = page["content"]["application/json"]["schema"]["allOf"][1]
    schema["properties"]["log_entries"]["items"] = {"$ref": "#/components/schemas/LogEntry"}
    # That a shift for ever has no end is said in words only.
    for name in ("start", "end"):
        parts["Oncall"]["properties"][name]["nullable"] = True
    # Bots are said to act, in examples and in the notes; the list of who acts knows none.
    parts["AgentReference"]["allOf"][1]["properties"]["type"]["enum"].append("bot_user_reference")
    parts["AcknowledgerReference"]["allOf"][1]["properties"]["type"]["enum"].append(
        "bot_user_reference"
    )
    return Description(document)


@pytest.mark.parametrize("name", WORLDS)
def test_every_answer_fits_pagerdutys_own_description(name: str, official: Description) -> None:
    for method, path, status, body in answers(WORLDS[name], "pagerduty"):
        found = list(official.problems(method, path, status, body))
        assert found == [], (method, path, body)
