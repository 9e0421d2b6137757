"""incident.io's interface with the traps of the real one, and the real client of it over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from gate.adapters.pagers.incident_io import IncidentIo
from gate.domain.emergency_facts import EntryKind, IncidentState
from gate.domain.policy.emergency import PagerName
from gate.domain.ports import FactMissing
from gate.sandbox.server import Sandbox
from tests.sandbox.asking import NOW
from tests.sandbox.pager_worlds import get, played


@contextmanager
def incident_io(**over: Any) -> Iterator[tuple[IncidentIo, Sandbox]]:
    with played(IncidentIo, PagerName.INCIDENT_IO, **over) as found:
        yield found


def code_of(pager: IncidentIo, key: str) -> str:
    with pytest.raises(FactMissing) as raised:
        pager.incident(key)
    return raised.value.missing.reason_code


def shown(box: Sandbox, path: str, **query: str) -> Any:
    response = get(box, f"/incident_io{path}", "Bearer any", **query)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("page", [100, 1])
def test_the_client_reads_an_incident_and_who_acknowledged_its_escalation(page: int) -> None:
    with incident_io(pager={"page": page}) as (pager, _):
        keys = ("1234", "INC-1234", "https://app.incident.io/acme/incidents/1234")
        found, *others = (pager.incident(key) for key in keys)
        assert all(pager.incident(found.key).entries == other.entries for other in others)
    assert (found.number, found.state) == ("1234", IncidentState.OPEN)
    assert "PSVC001" in found.services
    told = [(one.kind, one.by and one.by.name, NOW - one.at) for one in found.entries]
    assert told == [
        (EntryKind.RAISED, None, timedelta(minutes=50)),
        (EntryKind.ACKNOWLEDGED, "Ann", timedelta(minutes=40)),
        (EntryKind.ACKNOWLEDGED, "ben", timedelta(minutes=5)),
    ]


@pytest.mark.parametrize(
    ("over", "state", "raised_by"),
    [
        ({"mode": "test"}, IncidentState.TEST, "ben"),
        ({"category": "paused"}, IncidentState.RESOLVED, "ben"),
        ({}, IncidentState.RESOLVED, "ben"),
        ({"raised_channel": "api"}, IncidentState.RESOLVED, None),
        ({"urgency": "low"}, IncidentState.RESOLVED, "ben"),
    ],
)
def test_the_client_knows_where_an_incident_stands_and_who_raised_it(
    over: dict[str, Any], state: IncidentState, raised_by: str | None
) -> None:
    with incident_io(incidents={1235: over}) as (pager, _):
        found = pager.incident("1235")
    assert found.state is state
    assert (found.entries[0].by and found.entries[0].by.name) == raised_by


def test_an_escalation_of_long_ago_is_not_listed() -> None:
    with incident_io(incidents={1237: {"raised_at": "-9d"}}) as (_, box):
        every = shown(box, "/v2/escalations")["escalations"]
        new = shown(box, "/v2/escalations", **{"updated_at[gte]": "2026-11-24"})["escalations"]
    assert len(every) == len(new) + 1


def test_the_client_knows_who_was_on_call_at_each_moment() -> None:
    with incident_io(schedules={"Everybody": {"id": "01HEVERYB0DY00000000000000"}}) as (pager, _):
        for ago, who in ((40, ["Ann"]), (30, ["ben"]), (5, ["ben"])):
            found = pager.on_call("payments primary", NOW - timedelta(minutes=ago))
            assert [person.name for person in found] == who
        everybody = pager.on_call("01HEVERYB0DY00000000000000", NOW)
        assert [person.id for person in everybody] == ["01HANN00000000000000000000"]
        assert pager.on_call("Nobody", NOW) == ()
        for unknown in ("Somebody", "01HEVERYB0DY00000000000009"):
            with pytest.raises(FactMissing):
                pager.on_call(unknown, NOW)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"token": {"pager_dead": True}}, "not-authenticated"),
        ({"token": {"pager_lacks": ["incidents"]}}, "not-permitted"),
        ({"faults": [{"route": "GET /v2/escalations", "status": 502}]}, "unavailable"),
        ({"faults": [{"route": "GET /incident_io/v2/incidents/*", "reset": True}]}, "unavailable"),
        ({"faults": [{"route": "GET /v2/escalations", "truncate": 9}]}, "unavailable"),
        ({"faults": [{"route": "GET /v2/incidents/*", "wrong": {"json": {}}}]}, "unreadable"),
        (
            {
                "pager": {"page": 1},
                "faults": [
                    {"route": "GET /v2/escalations", "page": 2, "status": 403, "body": "{}"}
                ],
            },
            "not-permitted",
        ),
    ],
)
def test_whatever_goes_wrong_is_said_and_never_an_incident(over: dict[str, Any], code: str) -> None:
    with incident_io(**over) as (pager, _):
        assert code_of(pager, "1234") == code


def test_the_client_waits_until_the_date_in_the_body_of_a_limit() -> None:
    slept: list[float] = []
    body = '{"type": "too_many_requests", "rate_limit": {"retry_after": "Wed, 25 Nov 2026 15:00:09 UTC"}}'
    fault = {"route": "GET /v2/incidents/1234", "status": 429, "times": 1, "body": body}
    with incident_io(faults=[fault], how={"sleep": slept.append}) as (pager, _):
        assert pager.incident("1234").number == "1234"
    assert len(slept) == 1
    assert 5 < slept[0] <= 9


def test_what_does_not_exist_is_not_found() -> None:
    with incident_io() as (pager, box):
        assert code_of(pager, "999") == "not-found"
        assert get(box, "/incident_io/v2/x", "Bearer any").status_code == 404
        assert get(box, "/incident_io/v2/schedules", "").status_code == 401
