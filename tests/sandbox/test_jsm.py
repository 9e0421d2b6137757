"""The interface of JSM Operations with the traps of the real one, and the real client of it over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import requests

from gate.adapters.pagers.jsm import Jsm
from gate.adapters.writing import WriteUnknown
from gate.domain.emergency_facts import EntryKind, IncidentState
from gate.domain.identity import Kind
from gate.domain.policy.emergency import PagerName
from gate.domain.ports import FactMissing
from gate.sandbox.server import Sandbox
from tests.sandbox.asking import NOW
from tests.sandbox.pager_worlds import get, played

ANN, BEN = "5b10a2844c20165700ede21g", "712020:5b10ac8d-82e0-5b22-cc7d-4ef5aaaaaaaa"


@contextmanager
def jsm(**over: Any) -> Iterator[tuple[Jsm, Sandbox]]:
    with played(Jsm, PagerName.JSM, **over) as found:
        yield found


def code_of(pager: Jsm, key: str) -> str:
    with pytest.raises(FactMissing) as raised:
        pager.incident(key)
    return raised.value.missing.reason_code


def shown(box: Sandbox, path: str, **query: str) -> Any:
    response = get(box, f"/jsm{path}", "Bearer any", **query)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("owners", ["account", "email"])
@pytest.mark.parametrize("page", [100, 2])
def test_the_client_reads_an_alert_and_who_acknowledged_it(owners: str, page: int) -> None:
    with jsm(pager={"page": page, "owners": owners}) as (pager, _):
        found = pager.incident("1234")
        assert pager.incident(found.key).entries == found.entries
    assert (found.number, found.state, found.services[0]) == ("1234", IncidentState.OPEN, "PSVC001")
    acknowledged = EntryKind.ACKNOWLEDGED
    told = [(e.kind, e.by and e.by.id, NOW - e.at, e.channel, e.by_hand) for e in found.entries]
    assert told[:3] == [
        (EntryKind.RAISED, None, timedelta(minutes=50), "API", False),
        (acknowledged, ANN, timedelta(minutes=40), "sms", True),
        (acknowledged, BEN, timedelta(minutes=5), "slack", True),
    ]
    assert not told[3][4]


def test_somebody_who_is_called_like_anothers_address_is_nobody_known() -> None:
    mallory = {"jira": "712020:aaaaaaaa-82e0-5b22-cc7d-4ef5aaaaaaaa", "name": "ben@acme.example"}
    over = {"pager": {"owners": "email"}, "accounts": {"mallory": mallory}}
    with jsm(**over) as (pager, _):
        found = pager.incident("1234").entries[2].by
    assert found is not None
    assert (found.id, found.kind) == ("", Kind.UNKNOWN)


def test_the_client_knows_who_raised_an_alert_and_that_it_is_closed() -> None:
    with jsm() as (pager, _):
        found = pager.incident("1235")
    assert found.entries[0].by is not None
    assert (found.entries[0].by.id, found.state) == (BEN, IncidentState.RESOLVED)


def test_the_client_knows_who_was_on_call_at_each_moment() -> None:
    everybody = "f8f2a4ec-54b2-4513-865b-8cb3b81c9544"
    with jsm(schedules={"Everybody": {"id": everybody}}) as (pager, _):
        for ago, who in ((40, [ANN]), (30, [BEN]), (5, [BEN])):
            found = pager.on_call("payments primary", NOW - timedelta(minutes=ago))
            assert [person.id for person in found] == who
        assert [person.id for person in pager.on_call(everybody, NOW)] == [ANN]
        assert pager.on_call("Nobody", NOW) == ()
        for unknown in ("Somebody", everybody.replace("f", "0")):
            with pytest.raises(FactMissing):
                pager.on_call(unknown, NOW)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"token": {"pager_dead": True}}, "not-authenticated"),
        ({"token": {"pager_lacks": ["incidents"]}}, "not-authenticated"),
        ({"token": {"pager_lacks": ["people"]}}, "not-authenticated"),
        ({"faults": [{"route": "GET /v1/alerts/*/logs", "status": 500}]}, "unavailable"),
        ({"faults": [{"route": "GET /jsm/v1/alerts/*", "reset": True}]}, "unavailable"),
        ({"faults": [{"route": "GET /v1/alerts/*/logs", "truncate": 9}]}, "unavailable"),
        ({"faults": [{"route": "GET /v1/alerts/*", "wrong": {"json": {}}}]}, "unreadable"),
        (
            {
                "pager": {"page": 2},
                "faults": [
                    {"route": "GET /v1/alerts/*/logs", "page": 2, "status": 403, "body": "{}"}
                ],
            },
            "not-permitted",
        ),
    ],
)
def test_whatever_goes_wrong_is_said_and_never_an_alert(over: dict[str, Any], code: str) -> None:
    with jsm(**over) as (pager, _):
        assert code_of(pager, "1234") == code


def test_what_does_not_exist_is_not_found() -> None:
    with jsm() as (pager, box):
        assert code_of(pager, "999") == "not-found"
        assert code_of(pager, "9b251e07-73c9-4907-9996-8cb53a6a20d0-1704440650350") == "not-found"
        for path in ("/v1/x", "/v1/alerts/1234", "/v1/alerts/1234/logs", "/v1/alerts/1234/notes"):
            assert get(box, f"/jsm{path}", "Bearer any").status_code == 404
        assert get(box, "/jsm/v1/schedules", "").status_code == 401


def test_a_note_whose_answer_never_came_was_written_once_and_is_not_written_again() -> None:
    fault = {"route": "POST /v1/alerts/*/notes", "reset": True, "done": True, "times": 1}
    with jsm(faults=[fault]) as (pager, box):
        with pytest.raises(WriteUnknown):
            pager.note("1234", "Released.")
        pager.note("1234", "Released.")
        id_ = pager.incident("1234").key
        (note,) = shown(box, f"/v1/alerts/{id_}/notes")["values"]
    assert note["note"] == "Released."


@pytest.mark.parametrize(("number", "body", "status"), [(9, "x", 404), (1234, "", 422)])
def test_a_note_needs_an_alert_and_a_text(number: int, body: str, status: int) -> None:
    with jsm() as (pager, box):
        id_ = pager.incident("1234").key if number == 1234 else "none"
        response = requests.post(
            f"{box.url}/jsm/v1/alerts/{id_}/notes",
            json={"note": body},
            headers={"Authorization": "Bearer any"},
            timeout=10,
        )
    assert response.status_code == status


def test_without_flat_participants_are_told_and_not_plain_accounts() -> None:
    with jsm() as (_, box):
        (schedule,) = shown(box, "/v1/schedules", query="everybody")["values"]
        found = shown(box, f"/v1/schedules/{schedule['id']}/on-calls")
    assert found == {"onCallParticipants": [{"id": ANN, "type": "user"}]}
