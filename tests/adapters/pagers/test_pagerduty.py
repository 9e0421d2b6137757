"""The client of PagerDuty against answers in the shapes of its published description, and against what is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.pagers import pagerduty_pages
from gate.adapters.pagers.pagerduty import PagerDuty
from gate.adapters.writing import WriteUnknown
from gate.domain.emergency_facts import EntryKind, Incident, IncidentState
from gate.domain.identity import Identity, Kind
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from tests.adapters.loopback import NOW, Asked, Reply, as_json
from tests.adapters.pagers.canned import (
    TOKEN,
    Answers,
    account,
    after_failures,
    gap,
    looks_more_granted,
    query,
    rules,
)
from tests.adapters.trackers.mutations import WRONG, instead, paths, without

ID = "PT4KHLK"
AT = datetime(2026, 11, 25, 14, 10, tzinfo=UTC)
ALICE = {"id": "P-ALICE", "type": "user_reference", "summary": "Alice Ng"}
DAVE = {"id": "P-DAVE", "type": "user_reference", "summary": "Dave Kim"}
SERVICE = {"id": "PSVC001", "type": "service_reference", "summary": "Payments"}


def entry(id_: str, type_: str, at: str, agent: Any, channel: Any = "website") -> dict[str, Any]:
    return {
        "id": id_,
        "type": type_,
        "created_at": at,
        "agent": agent,
        "channel": {"type": channel, "summary": "…"},
        "incident": {"id": ID, "type": "incident_reference"},
    }


LOG = [
    entry("R4", "resolve_log_entry", "2026-11-25T14:40:00Z", SERVICE, "auto"),
    entry("R3", "acknowledgement_log_entry", "2026-11-25T09:20:00-05:00", DAVE, "sms"),
    entry("R2", "acknowledge_log_entry", "2026-11-25T14:10:00Z", ALICE),
    entry("RN", "notify_log_entry", "2026-11-25T14:05:00Z", SERVICE, "auto"),
    entry("R1", "trigger_log_entry", "2026-11-25T14:00:00Z", SERVICE, "api"),
]
"""The newest first, as PagerDuty lists them."""


def incident(**over: Any) -> dict[str, Any]:
    return {
        "id": ID,
        "incident_number": 1234,
        "title": "Payments <b>fail</b>",
        "status": "acknowledged",
        "urgency": "high",
        "created_at": "2026-11-25T14:00:00Z",
        "html_url": f"https://acme.pagerduty.com/incidents/{ID}",
        "service": SERVICE,
        "first_trigger_log_entry": {"id": "R1", "type": "trigger_log_entry_reference"},
        "acknowledgements": [],
        "secret": "from monitoring",
    } | over


def log_page(entries: Any, offset: int = 0, *, limit: int = 100, more: bool = False) -> Any:
    page = {"limit": limit, "offset": offset, "more": more, "total": None}
    return {"log_entries": entries, **page}


def of(found: Any, log: Any = None) -> dict[str, Any]:
    told = as_json({"incident": found})
    pages = as_json(log_page(LOG) if log is None else log)
    return {
        f"/incidents/{ID}": told,
        "/incidents/1234": told,
        f"/incidents/{ID}/log_entries": pages,
    }


def read(answers: Answers, key: str = ID, **how: Any) -> Incident:
    with account(PagerDuty, answers, **how) as (pager, _):
        found = pager.incident(key)
        assert isinstance(found, Incident)
        return found


def lost(answers: Answers, key: str = ID, **how: Any) -> Missing:
    with account(PagerDuty, answers, **how) as (pager, _):
        return gap(lambda: pager.incident(key))


# --- an incident ----------------------------------------------------------------------------


def test_an_incident_is_read_with_its_whole_log_the_oldest_first() -> None:
    with account(PagerDuty, of(incident())) as (pager, server):
        found = pager.incident(f" {ID} ")
    assert (found.system, found.key, found.number) == ("pagerduty", ID, "1234")
    assert found.asked_key == f" {ID} "
    assert found.url == f"https://acme.pagerduty.com/incidents/{ID}"
    assert found.title == "Payments <b>fail</b>"
    assert (found.state, found.status) == (IncidentState.OPEN, "acknowledged")
    assert (found.services, found.urgency) == (("PSVC001",), "high")
    assert found.raised_at == datetime(2026, 11, 25, 14, tzinfo=UTC)
    assert [(one.kind, one.at, one.channel, one.by_hand) for one in found.entries] == [
        (EntryKind.RAISED, AT - timedelta(minutes=10), "api", False),
        (EntryKind.ACKNOWLEDGED, AT, "website", True),
        (EntryKind.ACKNOWLEDGED, AT + timedelta(minutes=10), "sms", True),
        (EntryKind.RESOLVED, AT + timedelta(minutes=30), "auto", False),
    ]
    alice = Identity(system="pagerduty", login="", id="P-ALICE", name="Alice Ng")
    assert [one.by.id if one.by else None for one in found.entries] == [
        None,
        "P-ALICE",
        "P-DAVE",
        None,
    ]
    assert found.entries[1].by == alice
    assert query(server.asked[1]) == {
        "is_overview": ["false"],
        "include[]": ["channels"],
        "time_zone": ["UTC"],
        "limit": ["100"],
        "offset": ["0"],
    }


def test_the_request_carries_a_key_in_pagerdutys_own_form() -> None:
    with account(PagerDuty, of(incident())) as (pager, server):
        pager.incident(ID)
    headers = server.asked[0].headers
    assert headers["Authorization"] == f"Token token={TOKEN}"
    assert headers["Accept"] == "application/vnd.pagerduty+json;version=2"
    assert "From" not in headers


def test_a_token_of_an_oauth_app_is_sent_as_bearer() -> None:
    with account(PagerDuty, of(incident()), token="pdus+_0XBPWQQ_abc") as (pager, server):
        pager.incident(ID)
    assert server.asked[0].headers["Authorization"] == "Bearer pdus+_0XBPWQQ_abc"


@pytest.mark.parametrize(
    "key", [ID, "1234", "#1234", f"https://acme.pagerduty.com/incidents/{ID}/timeline"]
)
def test_an_incident_is_found_by_id_by_number_and_by_address(key: str) -> None:
    assert read(of(incident()), key).key == ID


def test_the_address_of_another_account_is_refused_and_never_asked() -> None:
    missing = lost(of(incident()), f"https://evil.example/incidents/{ID}")
    assert missing.reason_code == "not-found"
    assert "is not the address of this incident" in missing.detail


@pytest.mark.parametrize(
    "key",
    ["", "pt4khlk", "../users", "PT4/../..", "1" * 20, "https://acme.pagerduty.com/x", "Ⅷ234567"],
)
def test_what_is_no_key_asks_nobody(key: str) -> None:
    with account(PagerDuty, {}) as (pager, server):
        assert gap(lambda: pager.incident(key)).reason_code == "not-found"
    assert server.asked == []


@pytest.mark.parametrize(
    "over", [{"id": "POTHER1", "incident_number": 7}, {"id": "pt/..", "incident_number": 1234}]
)
def test_another_incident_than_the_one_asked_for_is_not_believed(over: dict[str, Any]) -> None:
    answers = {"/incidents/1234": as_json({"incident": incident(**over)})}
    assert lost(answers, "1234").reason_code in {"wrong-object", "unreadable"}


@pytest.mark.parametrize(("status", "state"), [("triggered", "open"), ("resolved", "resolved")])
def test_the_status_says_where_it_stands(status: str, state: str) -> None:
    assert read(of(incident(status=status))).state is IncidentState(state)


def test_a_status_that_nobody_knows_is_unreadable() -> None:
    assert lost(of(incident(status="snoozed"))).reason_code == "unreadable"


# --- who, and how ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agent", "by"),
    [
        (ALICE, ("P-ALICE", Kind.HUMAN)),
        ({**ALICE, "type": "user", "name": "Alice Ng"}, ("P-ALICE", Kind.HUMAN)),
        (SERVICE, None),
        ({**ALICE, "type": "integration_reference"}, None),
        ({**ALICE, "type": "bot_user_reference"}, None),
        (None, ("", Kind.UNKNOWN)),
        ({**ALICE, "type": "something_new"}, ("", Kind.UNKNOWN)),
    ],
)
def test_only_a_user_is_somebody_and_what_is_not_named_may_be_anybody(agent: Any, by: Any) -> None:
    log = [entry("R1", "trigger_log_entry", "2026-11-25T14:00:00Z", agent)]
    (raised,) = read(of(incident(), log_page(log))).entries
    assert by == (raised.by and (raised.by.id, raised.by.kind))


@pytest.mark.parametrize(
    ("channel", "by_hand"),
    [
        ({"type": "mobile"}, True),
        ({"type": "slack"}, True),
        ({"type": "api"}, False),
        ({"type": "timeout"}, False),
        ({"type": "Website"}, False),
        ({"type": None}, False),
        ({}, False),
        (None, False),
    ],
)
def test_a_channel_is_one_of_people_only_when_it_is_known_to_be(
    channel: Any, by_hand: bool
) -> None:
    log = [LOG[-1], {**LOG[2], "channel": channel}]
    acknowledged = read(of(incident(), log_page(log))).entries[1]
    assert acknowledged.by_hand is by_hand


def test_an_entry_of_another_incident_is_not_believed() -> None:
    log = [*LOG, {**LOG[2], "id": "R9", "incident": {"id": "POTHER1"}}]
    assert lost(of(incident(), log_page(log))).reason_code == "wrong-object"


def test_entries_need_not_name_their_incident() -> None:
    log = [{key: value for key, value in one.items() if key != "incident"} for one in LOG]
    assert len(read(of(incident(), log_page(log))).entries) == 4


def test_a_log_without_its_first_entry_is_not_whole() -> None:
    assert lost(of(incident(), log_page(LOG[:-1]))).reason_code == "unreadable"


# --- pages ----------------------------------------------------------------------------------


def paged(size: int, **over: Any) -> Any:
    def answer(asked: Asked) -> Reply:
        start = int(query(asked)["offset"][0])
        more = start + size < len(LOG)
        return as_json(log_page(LOG[start : start + size], start, limit=size, more=more) | over)

    return answer


def test_a_long_log_is_read_to_its_end() -> None:
    answers = of(incident()) | {f"/incidents/{ID}/log_entries": paged(2)}
    with account(PagerDuty, answers) as (pager, server):
        assert len(pager.incident(ID).entries) == 4
    assert [query(asked)["offset"] for asked in server.asked[1:]] == [["0"], ["2"], ["4"]]


@pytest.mark.parametrize(
    "page",
    [
        log_page(LOG, 7),
        log_page([], more=True),
        log_page(LOG, limit=9, more=True),
        {key: value for key, value in log_page(LOG).items() if key != "more"},
    ],
)
def test_a_page_that_leaves_a_gap_is_unreadable(page: Any) -> None:
    assert lost(of(incident(), page)).reason_code == "unreadable"


def test_a_log_that_does_not_end_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagerduty_pages, "MOST", 4)
    answers = of(incident()) | {f"/incidents/{ID}/log_entries": paged(2, more=True)}
    assert lost(answers).reason_code == "too-large"


# --- no answer ------------------------------------------------------------------------------


def test_a_pager_that_fails_for_a_moment_is_asked_again() -> None:
    """Nobody has the time to start a new run."""
    whole = of(incident())
    answers = whole | {f"/incidents/{ID}": after_failures(whole[f"/incidents/{ID}"])}
    assert read(answers) == read(whole)


HTML = Reply(body=b"<html>Sign in</html>", kind="text/html")


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (as_json({"error": {"message": "Not Found", "code": 2100}}, 404), "not-found"),
        (as_json({"error": {"message": "x"}}, 401), "not-authenticated"),
        (as_json({"error": {"message": "x"}}, 403), "not-permitted"),
        (as_json({"error": {"message": "x"}}, 400), "unreadable"),
        (as_json({"error": {"message": "x"}}, 429, {"ratelimit-reset": "3600"}), "rate-limited"),
        (as_json({}, 500), "unavailable"),
        (as_json({}, 503), "unavailable"),
        (Reply(status=302, headers={"Location": "https://evil.example/"}), "unreadable"),
        (HTML, "unreadable"),
        (Reply(status=404, body=HTML.body, kind="text/html"), "unreadable"),
        (Reply(body=b'{"incident": {"id": "PT', promises=4000), "unavailable"),
        (Reply(body=b'{"incident":{"id":"A","id":"B"}}'), "unreadable"),
        (Reply(resets=True), "unavailable"),
        (as_json([]), "unreadable"),
    ],
)
@pytest.mark.parametrize("where", ["", "/log_entries"])
def test_no_answer_is_never_an_incident(reply: Reply, code: str, where: str) -> None:
    answers = of(incident()) | {f"/incidents/{ID}{where}": reply}
    assert lost(answers).reason_code == code


def test_a_token_without_the_scope_says_which_one_it_lacks() -> None:
    assert "the scope incidents.read" in lost({f"/incidents/{ID}": as_json({}, 403)}).remedy


def test_a_limit_is_waited_for_as_long_as_it_says_when_there_is_time() -> None:
    slept: list[float] = []

    def answer(asked: Asked) -> Reply:
        return (
            as_json({}, 429, {"ratelimit-reset": "7"})
            if not slept
            else of(incident())[f"/incidents/{ID}"]
        )

    answers = of(incident()) | {f"/incidents/{ID}": answer}
    assert read(answers, sleep=slept.append).key == ID
    assert slept == [7.0]


def test_a_limit_beyond_the_deadline_is_not_waited_for() -> None:
    slept: list[float] = []
    answers = {f"/incidents/{ID}": as_json({}, 429, {"ratelimit-reset": "15"})}
    missing = lost(answers, sleep=slept.append, deadline=Deadline(10))
    assert (missing.reason_code, slept) == ("rate-limited", [])
    assert "in 15 seconds" in missing.detail


# --- odd answers ----------------------------------------------------------------------------


SHORT = [LOG[-1], LOG[2]]
BY_DAVE = [{**LOG[-1], "agent": DAVE}, LOG[2]]


@contextmanager
def outcomes() -> Iterator[Callable[[Any, Any], Incident | Missing]]:
    """What becomes of an incident and a page of its log, whatever they are."""
    answers: dict[str, Any] = {}

    with account(PagerDuty, answers) as (pager, _):

        def outcome(found: Any, log: Any) -> Incident | Missing:
            answers.update(of(found, log))
            try:
                return cast(Incident, pager.incident(ID))
            except FactMissing as missing:
                return missing.missing

        yield outcome


def test_a_key_that_fell_out_on_the_way_never_makes_it_look_more_granted() -> None:
    was = read(of(incident(), log_page(SHORT)))
    with outcomes() as outcome:
        for path in paths(incident()):
            now = outcome(without(incident(), path), log_page(SHORT))
            assert isinstance(now, Missing) or not looks_more_granted(was, now), path
        for path in paths(log_page(SHORT)):
            if isinstance(path[-1], str):
                now = outcome(incident(), without(log_page(SHORT), path))
                assert isinstance(now, Missing) or not looks_more_granted(was, now), path


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_something_odd_in_an_answer_never_crashes_nor_looks_more_granted(wrong: Any) -> None:
    was = read(of(incident(), log_page(BY_DAVE)))
    with outcomes() as outcome:
        for path in paths(log_page(BY_DAVE)):
            now = outcome(incident(), instead(log_page(BY_DAVE), path, wrong))
            named = path[-1] == "id" and wrong == "odd"
            assert isinstance(now, Missing) or named or not looks_more_granted(was, now), path
        for path in paths(incident()):
            now = outcome(instead(incident(), path, wrong), log_page(SHORT))
            assert isinstance(now, Missing) or now.services == ("PSVC001",) or wrong == "odd", path


def test_the_evidence_keeps_no_address_and_nothing_of_what_monitoring_sent() -> None:
    kept = Recorder(lambda: NOW, [TOKEN])
    alice = {**ALICE, "email": "alice@acme.example"}
    log = [*LOG, {**LOG[2], "id": "R8", "agent": alice, "channel": {"type": "sms", "to": "+49 30"}}]
    read(of(incident(), log_page(log)), recorder=kept)
    text = str([one.body for one in kept.exchanges])
    assert "P-ALICE" in text
    for secret in ("from monitoring", "alice@acme.example", "+49"):
        assert secret not in text


# --- who was on call ------------------------------------------------------------------------


def shift(
    user: Any, start: str | None, end: str | None, schedule: str = "PSCH001"
) -> dict[str, Any]:
    return {"user": user, "schedule": {"id": schedule}, "start": start, "end": end}


def on_call(shifts: Any, **more: Any) -> Answers:
    page = {"limit": 100, "offset": 0, "more": False, "total": None}
    return {"/oncalls": as_json({"oncalls": shifts, **page}), **more}


def named(*schedules: Any) -> Reply:
    page = {"limit": 100, "offset": 0, "more": False, "total": None}
    return as_json({"schedules": list(schedules), **page})


def ids(answers: Answers, schedule: str = "PSCH001") -> list[str]:
    with account(PagerDuty, answers) as (pager, _):
        return [person.id for person in pager.on_call(schedule, AT)]


def test_who_was_on_call_is_asked_for_that_very_moment() -> None:
    shifts = [
        shift(ALICE, "2026-11-25T09:00:00-05:00", "2026-11-25T10:00:00-05:00"),
        shift(ALICE, None, None),
        shift(DAVE, "2026-11-25T14:10:01Z", None),
        shift(DAVE, None, "2026-11-25T14:10:00Z"),
    ]
    with account(PagerDuty, on_call(shifts)) as (pager, server):
        found = pager.on_call(" PSCH001 ", AT)
    assert found == (Identity(system="pagerduty", login="", id="P-ALICE", name="Alice Ng"),)
    (asked,) = server.asked
    assert query(asked)["since"] == ["2026-11-25T14:10:00Z"]
    assert query(asked)["until"] == ["2026-11-25T14:10:01Z"]
    assert query(asked)["schedule_ids[]"] == ["PSCH001"]


def test_the_beginning_of_a_shift_belongs_to_it() -> None:
    assert ids(on_call([shift(ALICE, "2026-11-25T14:10:00Z", None)])) == ["P-ALICE"]


def test_nobody_on_call_is_nobody_once_the_schedule_is_known_to_exist() -> None:
    there = {"/schedules/PSCH001": as_json({"schedule": {"id": "PSCH001"}})}
    assert ids(on_call([], **there)) == []


def test_another_schedule_than_the_one_asked_for_is_not_believed() -> None:
    with account(PagerDuty, on_call([shift(ALICE, None, None, "POTHER1")])) as (pager, _):
        assert gap(lambda: pager.on_call("PSCH001", AT)).reason_code == "wrong-object"
    there = {"/schedules/PSCH001": as_json({"schedule": {"id": "POTHER1"}})}
    with account(PagerDuty, on_call([], **there)) as (pager, _):
        assert gap(lambda: pager.on_call("PSCH001", AT)).reason_code == "wrong-object"


def test_a_schedule_is_found_by_its_name() -> None:
    schedules = named(
        {"id": "PSCH002", "name": "Payments Primary (old)"},
        {"id": "PSCH001", "name": "payments primary"},
    )
    answers = on_call([shift(ALICE, None, None)], **{"/schedules": schedules})
    assert ids(answers, "Payments Primary") == ["P-ALICE"]


def test_a_name_that_looks_like_an_id_is_found_as_well() -> None:
    answers = {"/schedules": named({"id": "PSCH001", "name": "PRIMARY"})}

    def shifts(asked: Asked) -> Reply:
        known = query(asked)["schedule_ids[]"] == ["PSCH001"]
        page = {"limit": 100, "offset": 0, "more": False, "total": None}
        return as_json({"oncalls": [shift(ALICE, None, None)] if known else [], **page})

    assert ids({"/oncalls": shifts, **answers}, "PRIMARY") == ["P-ALICE"]


@pytest.mark.parametrize(
    ("schedules", "says"),
    [
        ([], "none is called so"),
        (
            [{"id": "PSCH001", "name": "duty"}, {"id": "PSCH002", "name": "Duty "}],
            "2 of them are called so",
        ),
    ],
)
def test_a_name_must_be_that_of_one_schedule(schedules: list[Any], says: str) -> None:
    with account(PagerDuty, {"/schedules": named(*schedules)}) as (pager, _):
        missing = gap(lambda: pager.on_call("duty", AT))
    assert missing.reason_code == "not-found"
    assert says in missing.detail


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"/oncalls": as_json({}, 403)}, "not-permitted"),
        ({"/oncalls": as_json({}, 404)}, "not-found"),
        ({"/oncalls": HTML}, "unreadable"),
        (on_call([], **{"/schedules/PSCH001": as_json({}, 500)}), "unavailable"),
        (
            on_call(
                [], **{"/schedules/PSCH001": Reply(status=404, body=b"<html>", kind="text/html")}
            ),
            "unreadable",
        ),
        (on_call([{"user": ALICE, "schedule": None, "start": None, "end": None}]), "unreadable"),
        (
            on_call([{"user": None, "schedule": {"id": "PSCH001"}, "start": None, "end": None}]),
            "unreadable",
        ),
        (on_call([{"user": ALICE, "schedule": {"id": "PSCH001"}, "start": None}]), "unreadable"),
    ],
)
def test_an_odd_answer_is_never_somebody_on_call(answers: Answers, code: str) -> None:
    with account(PagerDuty, answers) as (pager, _):
        assert gap(lambda: pager.on_call("PSCH001", AT)).reason_code == code


# --- notes ----------------------------------------------------------------------------------


def notes(*texts: str) -> dict[str, Any]:
    return of(incident()) | {
        f"/incidents/{ID}/notes": as_json(
            {"notes": [{"id": "N1", "content": text} for text in texts]}
        )
    }


def test_a_note_is_written_once_as_the_account_that_was_named() -> None:
    answers = notes("Another one.") | {
        f"POST /incidents/{ID}/notes": as_json({"note": {"id": "N2"}})
    }
    with account(PagerDuty, answers, email=" gate@acme.example ") as (pager, server):
        pager.note("1234", "Released in an emergency.")
    assert server.asked[-1].json == {"note": {"content": "Released in an emergency."}}
    assert server.asked[-1].headers["From"] == "gate@acme.example"
    assert server.asked[-1].headers["Authorization"] == f"Token token={TOKEN}"


def test_a_note_that_is_there_already_is_not_written_again() -> None:
    with account(PagerDuty, notes("Released.")) as (pager, server):
        pager.note(ID, "Released.")
    assert {asked.method for asked in server.asked} == {"GET"}


@pytest.mark.parametrize("reply", [as_json({}, 500), as_json({}, 502), Reply(resets=True)])
def test_a_note_of_which_nobody_knows_is_never_written_again_blindly(reply: Reply) -> None:
    answers = notes() | {f"POST /incidents/{ID}/notes": reply}
    with account(PagerDuty, answers) as (pager, server), pytest.raises(WriteUnknown):
        pager.note(ID, "Released.")
    assert [asked.method for asked in server.asked].count("POST") == 1


def test_a_note_that_is_refused_says_why() -> None:
    answers = notes() | {f"POST /incidents/{ID}/notes": as_json({}, 403)}
    with account(PagerDuty, answers) as (pager, _):
        assert gap(lambda: pager.note(ID, "Released.")).reason_code == "not-permitted"


# --- configuration --------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "  ", "two words", "new\nline"])
def test_what_can_be_no_token_is_refused_before_anything_is_asked(token: str) -> None:
    assert gap(lambda: make("", token=token)).reason_code == "not-configured"


@pytest.mark.parametrize(
    "url", ["http://api.pagerduty.com", "https://user@api.pagerduty.com", "pagerduty"]
)
def test_an_address_to_which_no_token_may_be_sent_is_refused(url: str) -> None:
    assert gap(lambda: make(url)).reason_code == "not-configured"


@pytest.mark.parametrize("email", ["gate", "gate@acme.example\r\nX: y", "Gate <gate@acme.example>"])
def test_what_can_be_no_sender_is_refused(email: str) -> None:
    assert gap(lambda: make("", email=email)).reason_code == "not-configured"


def test_without_an_address_it_is_pagerdutys_own() -> None:
    pager = make("")
    pager.close()


def make(url: str, **how: Any) -> PagerDuty:
    given: dict[str, Any] = {
        "rules": rules(url), "token": TOKEN, "recorder": Recorder(lambda: NOW), "deadline": Deadline(5),
    }  # fmt: skip
    return PagerDuty(**(given | how))
