"""PagerDuty's interface with the traps of the real one, and the real client of it over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import requests

from gate.adapters.pagers.pagerduty import PagerDuty
from gate.adapters.writing import WriteUnknown
from gate.domain.emergency_facts import EntryKind, IncidentState
from gate.domain.policy.emergency import PagerName
from gate.domain.ports import FactMissing
from gate.sandbox.server import Sandbox
from gate.sandbox.world import WorldInvalid
from tests.sandbox.asking import NOW, world
from tests.sandbox.pager_worlds import get, played, raw

KEY = "Token token=any"


@contextmanager
def pagerduty(**over: Any) -> Iterator[tuple[PagerDuty, Sandbox]]:
    with played(PagerDuty, PagerName.PAGERDUTY, **over) as found:
        yield found


def code_of(pager: PagerDuty, key: str) -> str:
    with pytest.raises(FactMissing) as raised:
        pager.incident(key)
    return raised.value.missing.reason_code


def shown(box: Sandbox, path: str, **query: str) -> Any:
    response = get(box, f"/pagerduty{path}", KEY, **query)
    assert response.status_code == 200, response.text
    return response.json()


# --- the client, over HTTP ------------------------------------------------------------------


def test_the_client_reads_an_incident_by_id_by_number_and_by_address() -> None:
    with pagerduty() as (pager, _):
        keys = ("PT4KHLK", "1234", "https://acme.pagerduty.com/incidents/PT4KHLK")
        by_id, by_number, by_address = (pager.incident(key) for key in keys)
    assert by_id.entries == by_number.entries == by_address.entries
    assert (by_id.key, by_id.number, by_id.services) == ("PT4KHLK", "1234", ("PSVC001",))
    assert by_id.state is IncidentState.OPEN
    told = [(e.kind, NOW - e.at, e.by and e.by.id, e.channel, e.by_hand) for e in by_id.entries]
    acknowledged = EntryKind.ACKNOWLEDGED
    assert told[:2] == [
        (EntryKind.RAISED, timedelta(minutes=50), None, "api", False),
        (acknowledged, timedelta(minutes=40), "P0ANN01", "sms", True),
    ]
    assert told[2][3:] == ("slack", True)
    assert told[3] == (acknowledged, timedelta(minutes=4), None, "api", False)


def test_the_client_reads_a_log_of_many_pages() -> None:
    with pagerduty(pager={"page": 2}) as (pager, box):
        assert len(pager.incident("1234").entries) == 4
        pages = [asked for asked in box.requests if asked.path.endswith("/log_entries")]
    assert len(pages) == 3


def test_the_client_knows_who_raised_an_incident_and_that_it_is_over() -> None:
    with pagerduty() as (pager, _):
        found = pager.incident("1235")
    raised = found.entries[0]
    assert raised.by is not None
    assert (raised.by.name, raised.channel, found.state) == (
        "ben",
        "website",
        IncidentState.RESOLVED,
    )


def test_the_client_knows_who_was_on_call_at_each_moment() -> None:
    with pagerduty() as (pager, _):
        for ago, who in ((40, ["Ann"]), (30, ["ben"]), (5, ["ben"])):
            found = pager.on_call("PSCH001", NOW - timedelta(minutes=ago))
            assert [person.name for person in found] == who
        assert [person.id for person in pager.on_call("everybody", NOW)] == ["P0ANN01"]
        assert pager.on_call("Nobody", NOW) == ()
        with pytest.raises(FactMissing):
            pager.on_call("PNOSUCH", NOW)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"token": {"pager_dead": True}}, "not-authenticated"),
        ({"token": {"pager_lacks": ["incidents"]}}, "not-permitted"),
        ({"faults": [{"route": "GET /incidents/*/log_entries", "status": 500}]}, "unavailable"),
        ({"faults": [{"route": "GET /incidents/1234", "reset": True}]}, "unavailable"),
        ({"faults": [{"route": "GET /pagerduty/incidents/*", "truncate": 30}]}, "unavailable"),
        (
            {"faults": [{"route": "GET /incidents/*", "wrong": {"json": {"incident": {}}}}]},
            "unreadable",
        ),
        (
            {"faults": [{"route": "**", "status": 429, "headers": {"ratelimit-reset": "600"}}]},
            "rate-limited",
        ),
        (
            {
                "pager": {"page": 2},
                "faults": [
                    {
                        "route": "GET /incidents/*/log_entries",
                        "page": 2,
                        "status": 403,
                        "body": "{}",
                    }
                ],
            },
            "not-permitted",
        ),
    ],
)
def test_whatever_goes_wrong_is_said_and_never_an_incident(over: dict[str, Any], code: str) -> None:
    with pagerduty(**over) as (pager, _):
        assert code_of(pager, "1234") == code


def test_what_does_not_exist_is_not_found() -> None:
    with pagerduty() as (pager, _):
        assert code_of(pager, "999") == "not-found"


def test_the_client_waits_for_as_many_seconds_as_the_limit_says() -> None:
    slept: list[float] = []
    fault = {
        "route": "GET /incidents/1234",
        "status": 429,
        "times": 1,
        "headers": {"ratelimit-reset": "3"},
    }
    with pagerduty(faults=[fault], how={"sleep": slept.append}) as (pager, _):
        assert pager.incident("1234").key == "PT4KHLK"
    assert slept == [3.0]


def test_a_note_whose_answer_never_came_was_written_once_and_is_not_written_again() -> None:
    fault = {"route": "POST /incidents/*/notes", "reset": True, "done": True, "times": 1}
    with pagerduty(faults=[fault], how={"email": "ann@acme.example"}) as (pager, box):
        with pytest.raises(WriteUnknown):
            pager.note("1234", "Released.")
        pager.note("1234", "Released.")
        (note,) = shown(box, "/incidents/PT4KHLK/notes")["notes"]
    assert (note["content"], note["user"]["id"]) == ("Released.", "P0ANN01")


@pytest.mark.parametrize("email", ["", "nobody@acme.example"])
def test_a_key_of_the_account_writes_as_nobody_unknown(email: str) -> None:
    with pagerduty(how={"email": email}) as (pager, _), pytest.raises(FactMissing) as raised:
        pager.note("1234", "Released.")
    assert raised.value.missing.reason_code == "refused"


def test_a_token_of_an_app_writes_as_itself() -> None:
    with pagerduty(pager={"needs_sender": False}) as (pager, box):
        pager.note("1234", "Released.")
        (note,) = shown(box, "/incidents/1234/notes")["notes"]
    assert note["user"]["type"] == "bot_user_reference"


# --- the interface itself -------------------------------------------------------------------


def test_acknowledgements_are_emptied_when_they_expire_and_when_it_is_resolved() -> None:
    with pagerduty() as (_, box):
        open_ = shown(box, "/incidents/1234")["incident"]
        over = shown(box, "/incidents/1235")["incident"]
    standing = [one["acknowledger"]["summary"] for one in open_["acknowledgements"]]
    assert standing == ["ben", "robot"]
    assert (over["status"], over["acknowledgements"]) == ("resolved", [])


def test_the_log_is_newest_first_and_names_acknowledgements_in_both_ways() -> None:
    with pagerduty() as (_, box):
        log = shown(box, "/incidents/PT4KHLK/log_entries")["log_entries"]
        overview = shown(box, "/incidents/PT4KHLK/log_entries", is_overview="true")["log_entries"]
    assert [one["type"] for one in log] == [
        "acknowledge_log_entry",
        "acknowledgement_log_entry",
        "unacknowledge_log_entry",
        "acknowledge_log_entry",
        "escalate_log_entry",
        "trigger_log_entry",
    ]
    assert len(overview) == 5
    assert (log[2]["channel"]["type"], log[2]["agent"]["type"]) == ("timeout", "service_reference")
    assert log[0]["agent"]["type"] == "bot_user_reference"


def test_an_annotation_is_no_acknowledgement() -> None:
    with pagerduty() as (_, box):
        (note, _) = shown(box, "/incidents/1236/log_entries")["log_entries"]
        status = shown(box, "/incidents/1236")["incident"]["status"]
    assert (note["type"], status) == ("annotate_log_entry", "triggered")


def test_times_come_with_the_offset_of_the_account_unless_utc_is_asked_for() -> None:
    with pagerduty() as (_, box):
        query = {"schedule_ids[]": "PSCH001", "until": "2026-11-26T00:00:00Z"}
        (away,) = shown(box, "/oncalls", **query)["oncalls"]
        (utc,) = shown(box, "/oncalls", time_zone="UTC", **query)["oncalls"]
        (always,) = shown(box, "/oncalls", **{"schedule_ids[]": id_of(box, "Everybody")})["oncalls"]
    assert (away["start"][-6:], utc["start"][-1:]) == ("-05:00", "Z")
    assert (always["start"], always["end"]) == (None, None)


def id_of(box: Sandbox, name: str) -> str:
    (found,) = shown(box, "/schedules", query=name)["schedules"]
    assert shown(box, f"/schedules/{found['id']}")["schedule"] == found
    return str(found["id"])


def test_on_call_for_a_time_that_ends_before_it_begins_is_refused() -> None:
    with pagerduty() as (_, box):
        query = {"since": "2026-11-25T12:00:00Z", "until": "2026-11-25T11:00:00Z"}
        assert get(box, "/pagerduty/oncalls", KEY, **query).status_code == 400


@pytest.mark.parametrize(
    "path", ["/incidents/9", "/incidents/9/log_entries", "/incidents/9/notes", "/schedules/X", "/x"]
)
def test_what_is_not_there_is_said_in_pagerdutys_words(path: str) -> None:
    with pagerduty() as (_, box):
        response = get(box, f"/pagerduty{path}", KEY)
    assert (response.status_code, response.json()["error"]["code"]) == (404, 2100)


@pytest.mark.parametrize("authorization", ["", "GenieKey any"])
def test_who_has_no_key_is_refused(authorization: str) -> None:
    with pagerduty() as (_, box):
        assert get(box, "/pagerduty/oncalls", authorization).status_code == 401


@pytest.mark.parametrize(("number", "body", "status"), [(9, "x", 404), (1234, "", 400)])
def test_a_note_needs_an_incident_and_a_text(number: int, body: str, status: int) -> None:
    with pagerduty() as (_, box):
        response = requests.post(
            f"{box.url}/pagerduty/incidents/{number}/notes",
            json={"note": {"content": body}},
            headers={"Authorization": KEY, "From": "ann@acme.example"},
            timeout=10,
        )
    assert response.status_code == status


# --- the world ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("over", "says"),
    [
        (
            {"incidents": {1: {"history": [{"at": "-2h"}]}}},
            "incidents.1.history: must go on in order",
        ),
        (
            {"schedules": {"d": {"shifts": [{"who": "ann", "from": "-1h", "to": "-2h"}]}}},
            "schedules.d.shifts.1",
        ),
        ({"schedules": {"d": {"shifts": [{"who": "zoe"}]}}}, "'zoe' is not among accounts"),
        ({"pager": {"page": 0}}, "pager.page: must be at least 1"),
    ],
)
def test_a_world_whose_incidents_make_no_sense_is_refused(over: dict[str, Any], says: str) -> None:
    with pytest.raises(WorldInvalid) as raised:
        world(**raw(**over))
    assert says in str(raised.value)
