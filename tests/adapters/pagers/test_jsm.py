"""The client of JSM Operations against answers in the shapes of its documentation, and against what is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.pagers import jsm_pages, jsm_people
from gate.adapters.pagers.jsm import Jsm
from gate.adapters.writing import WriteUnknown
from gate.domain.emergency_facts import EntryKind, Incident, IncidentState
from gate.domain.identity import Identity, Kind
from gate.domain.missing import Missing
from gate.domain.policy.emergency import PagerName
from gate.domain.ports import FactMissing
from tests.adapters.loopback import NOW, Asked, Reply, as_json, serve
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

ID = "9b251e07-73c9-4907-9996-8cb53a6a20d0-1704440650350"
SCHEDULE = "f8f2a4ec-54b2-4513-865b-8cb3b81c9544"
AT = datetime(2026, 11, 25, 14, 10, tzinfo=UTC)
ALICE, DAVE = "5b10a2844c20165700ede21g", "712020:5b10ac8d-82e0-5b22-cc7d-4ef5aaaaaaaa"
PEOPLE = "/rest/api/3/user/search"


def log(text: str, at: str, owner: Any) -> dict[str, Any]:
    return {"log": text, "logTime": f"2026-11-25T{at}:00.000Z", "logType": "system", "owner": owner}


LOG = [
    log("Alert closed via API[Default API]", "14:40", "Alert API"),
    log("Alert acknowledged via web", "14:10", ALICE),
    log("Alert unacknowledged via web", "14:08", ALICE),
    log("Note added: Alert acknowledged via web", "14:07", ALICE),
    log("Viewed on [web]", "14:06", DAVE),
    log("Alert created via API[Monitoring]", "14:00", "Monitoring"),
]


def alert(**over: Any) -> dict[str, Any]:
    return {
        "id": ID,
        "tinyId": "1234",
        "message": "Payments <b>fail</b>",
        "status": "open",
        "acknowledged": True,
        "priority": "P1",
        "entity": "payments-api",
        "ownerTeamId": "T-OWNER",
        "responders": [{"id": "T-DUTY", "type": "team"}, {"id": ALICE, "type": "user"}],
        "integrationType": "API",
        "createdAt": "2026-11-25T14:00:00.000Z",
        "description": "from monitoring",
    } | over


def page(*items: Any, following: str = "") -> Reply:
    return as_json({"values": list(items)} | ({"links": {"next": following}} if following else {}))


def of(found: Any, entries: Any = None, **more: Any) -> dict[str, Any]:
    return {
        f"/v1/alerts/{ID}": as_json(found),
        "/v1/alerts": page({"id": ID, "tinyId": "1234"}),
        f"/v1/alerts/{ID}/logs": page(*LOG) if entries is None else as_json(entries),
        PEOPLE: as_json([]),
    } | more


def read(answers: Answers, key: str = ID, **how: Any) -> Incident:
    with account(Jsm, answers, **how) as (pager, _):
        return cast(Incident, pager.incident(key))


def lost(answers: Answers, key: str = ID, **how: Any) -> Missing:
    with account(Jsm, answers, **how) as (pager, _):
        return gap(lambda: pager.incident(key))


# --- an alert -------------------------------------------------------------------------------


def test_an_alert_is_read_with_what_its_log_says_the_oldest_first() -> None:
    with account(Jsm, of(alert())) as (pager, server):
        found = pager.incident(ID)
    assert (found.system, found.key, found.number, found.url) == ("jsm", ID, "1234", "")
    assert (found.title, found.status, found.urgency) == ("Payments <b>fail</b>", "open", "P1")
    assert (found.state, found.raised_at) == (IncidentState.OPEN, AT - timedelta(minutes=10))
    assert found.services == ("payments-api", "T-OWNER", "T-DUTY")
    assert [(one.kind, one.channel, one.by_hand) for one in found.entries] == [
        (EntryKind.RAISED, "API[Monitoring]", False),
        (EntryKind.ACKNOWLEDGED, "web", True),
        (EntryKind.RESOLVED, "API[Default API]", False),
    ]
    alice = Identity(system="jira", login="", id=ALICE)
    assert [one.by for one in found.entries] == [None, alice, None]
    assert server.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"


def test_an_email_address_makes_it_basic() -> None:
    with account(Jsm, of(alert()), email="gate@acme.example") as (pager, server):
        pager.incident(ID)
    assert {asked.headers["Authorization"][:6] for asked in server.asked} == {"Basic "}


@pytest.mark.parametrize("key", [ID, "1234", "#1234"])
def test_an_alert_is_found_by_its_long_id_and_by_its_number(key: str) -> None:
    assert read(of(alert()), key).key == ID


@pytest.mark.parametrize(
    "key",
    [
        "",
        "../users",
        ID.upper(),
        f"https://acme.atlassian.net/jira/ops/alerts/{ID}",
        "https://x/alerts/1234",
    ],
)
def test_what_is_no_key_and_every_address_asks_nobody(key: str) -> None:
    with account(Jsm, {}) as (pager, server):
        assert gap(lambda: pager.incident(key)).reason_code == "not-found"
    assert server.asked == []


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([], "knows no alerts"),
        ([{"id": ID, "tinyId": "1234"}, {"id": "B", "tinyId": "1234"}], "knows 2 alerts"),
    ],
)
def test_a_number_must_be_that_of_one_alert(found: list[Any], says: str) -> None:
    missing = lost(of(alert(), **{"/v1/alerts": page(*found)}), "1234")
    assert missing.reason_code == "not-found"
    assert says in missing.detail


@pytest.mark.parametrize(("key", "over"), [(ID, {"id": "OTHER"}), ("1234", {"tinyId": "99"})])
def test_another_alert_than_the_one_asked_for_is_not_believed(
    key: str, over: dict[str, Any]
) -> None:
    assert lost(of(alert(**over)), key).reason_code == "wrong-object"


def test_a_number_that_leads_to_no_id_is_not_found() -> None:
    answers = of(alert(), **{"/v1/alerts": page({"id": "../users", "tinyId": "1234"})})
    assert lost(answers, "1234").reason_code == "not-found"


def test_the_status_says_where_it_stands() -> None:
    assert read(of(alert(status="closed"))).state is IncidentState.RESOLVED
    assert lost(of(alert(status="snoozed"))).reason_code == "unreadable"


def test_what_is_left_out_is_empty() -> None:
    bare = {key: alert()[key] for key in ("id", "tinyId", "message", "status", "createdAt")}
    found = read(of(bare))
    assert (found.services, found.urgency) == ((), "")


# --- who, and how ---------------------------------------------------------------------------


def acknowledged(text: str, owner: Any, people: Any = ()) -> Any:
    entries = {"values": [LOG[-1], log(text, "14:10", owner)]}
    return read(of(alert(), entries, **{PEOPLE: as_json(list(people))})).entries[1]


@pytest.mark.parametrize("channel", ["web", "Android", "iPhone", "Slack", "sms"])
def test_channels_of_people_are_by_hand(channel: str) -> None:
    assert acknowledged(f"Alert acknowledged via {channel}", ALICE).by_hand


@pytest.mark.parametrize(
    "text", ["Alert acknowledged", "Alert acknowledged via API[Web]", "Alert acknowledged via JSM"]
)
def test_no_other_channel_is(text: str) -> None:
    assert not acknowledged(text, ALICE).by_hand


def person(id_: str, name: str, type_: str = "atlassian") -> dict[str, Any]:
    return {"accountId": id_, "accountType": type_, "displayName": name}


@pytest.mark.parametrize(
    ("owner", "people", "by"),
    [
        ("alice@acme.example", [person(ALICE, "Alice Ng")], (ALICE, Kind.HUMAN)),
        (
            "alice@acme.example",
            [person(ALICE, "Alice Ng"), person("B", "Bot", "app")],
            (ALICE, Kind.HUMAN),
        ),
        ("alice@acme.example", [], ("", Kind.UNKNOWN)),
        ("alice@acme.example", [person(ALICE, "Alice Ng"), person(DAVE, "Al")], ("", Kind.UNKNOWN)),
        ("alice@acme.example", [person(DAVE, "Alice@acme.example")], ("", Kind.UNKNOWN)),
        (ALICE, [person(DAVE, ALICE)], ("", Kind.UNKNOWN)),
        ("Alice Ng", [person(ALICE, "Alice Ng")], ("", Kind.UNKNOWN)),
        ("", [], ("", Kind.UNKNOWN)),
        (None, [], ("", Kind.UNKNOWN)),
    ],
)
def test_an_owner_is_whom_jira_names_and_nobody_who_only_calls_himself_so(
    owner: Any, people: Any, by: Any
) -> None:
    found = acknowledged("Alert acknowledged via web", owner, people)
    assert (found.by.id, found.by.kind) == by


def test_too_many_accounts_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsm_people, "MOST", 1)
    found = acknowledged("Alert acknowledged via web", ALICE, [person(DAVE, "x")])
    assert found.by.kind is Kind.UNKNOWN


@pytest.mark.parametrize(
    ("entries", "over", "by", "channel"),
    [
        ([log("Alert created via web", "14:00", DAVE)], {}, DAVE, "web"),
        ([log("Alert created via API[x]", "14:00", DAVE)], {}, DAVE, "API[x]"),
        ([log("Alert created via API[x]", "14:00", "Monitoring")], {}, None, "API[x]"),
        ([], {"integrationType": "Datadog"}, None, "Datadog"),
        ([], {"integrationType": ""}, "", ""),
        ([], {"integrationType": "API"}, "", "API"),
    ],
)
def test_who_raised_it_is_a_person_a_machine_or_anybody(
    entries: Any, over: Any, by: Any, channel: str
) -> None:
    (raised,) = read(of(alert(**over), {"values": entries})).entries
    assert by == (raised.by and raised.by.id)
    assert raised.channel == channel
    if by == "":
        assert raised.by is not None
        assert raised.by.kind is Kind.UNKNOWN


def test_accounts_are_asked_for_beside_the_operations_of_the_same_site() -> None:
    def answer(asked: Asked, _: int) -> Reply:
        path = asked.path.partition("?")[0]
        below = path.removeprefix("/jsm/ops/api/C1").removeprefix("/ex/jira/C1")
        found = of(alert())[below]
        assert isinstance(found, Reply)
        return found

    with serve(answer) as server:
        pager = make(f"{server.url}/jsm/ops/api/C1/")
        pager.incident(ID)
        pager.close()
    assert server.asked[-1].path.startswith("/ex/jira/C1/rest/api/3/user/search?query=5b10a2844")


def test_the_evidence_keeps_no_question_for_an_address() -> None:
    kept = Recorder(lambda: NOW, [TOKEN])
    entries = {
        "values": [LOG[-1], log("Alert acknowledged via web", "14:10", "alice@acme.example")]
    }
    read(of(alert(), entries), recorder=kept)
    assert [one.url for one in kept.exchanges][-1] == "/user/search"
    assert "from monitoring" not in str([one.body for one in kept.exchanges])


# --- pages ----------------------------------------------------------------------------------


def test_a_long_log_is_read_to_its_end() -> None:
    def answer(asked: Asked) -> Reply:
        if query(asked).get("after") == ["k1"]:
            return page(*LOG[3:])
        return page(*LOG[:3], following=f"/v1/alerts/{ID}/logs?after=k1&size=3")

    assert len(read(of(alert(), **{f"/v1/alerts/{ID}/logs": answer})).entries) == 3


@pytest.mark.parametrize(
    "following", [f"/v1/alerts/{ID}/logs?after=k1", "https://evil.example/v1/x?after=k1"]
)
def test_a_way_that_goes_round_or_elsewhere_is_unreadable(following: str) -> None:
    answers = of(alert(), **{f"/v1/alerts/{ID}/logs": page(*LOG, following=following)})
    assert lost(answers).reason_code == "unreadable"


def test_a_log_that_does_not_end_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsm_pages, "MOST_PAGES", 2)

    def answer(asked: Asked) -> Reply:
        after = int(query(asked).get("after", ["0"])[0])
        return page(following=f"/v1/alerts/{ID}/logs?after={after + 1}")

    assert lost(of(alert(), **{f"/v1/alerts/{ID}/logs": answer})).reason_code == "too-large"


# --- no answer ------------------------------------------------------------------------------


def test_a_pager_that_fails_for_a_moment_is_asked_again() -> None:
    """Nobody has the time to start a new run."""
    whole = of(alert())
    answers = whole | {f"/v1/alerts/{ID}": after_failures(whole[f"/v1/alerts/{ID}"])}
    assert read(answers) == read(whole)


HTML = Reply(body=b"<html>Sign in</html>", kind="text/html")


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (as_json({"message": "x"}, 404), "not-found"),
        (as_json({"message": "x"}, 401), "not-authenticated"),
        (as_json({"message": "x"}, 403), "not-permitted"),
        (as_json({"message": "x"}, 422), "unreadable"),
        (as_json({}, 429, {"Retry-After": "3600"}), "rate-limited"),
        (as_json({}, 500), "unavailable"),
        (Reply(status=302, headers={"Location": "https://evil.example/"}), "unreadable"),
        (HTML, "unreadable"),
        (Reply(body=b'{"id": "9b2', promises=4000), "unavailable"),
        (Reply(resets=True), "unavailable"),
        (as_json("x"), "unreadable"),
    ],
)
@pytest.mark.parametrize("path", [f"/v1/alerts/{ID}", f"/v1/alerts/{ID}/logs", PEOPLE])
def test_no_answer_is_never_an_alert(reply: Reply, code: str, path: str) -> None:
    assert lost(of(alert(), **{path: reply})).reason_code == code


@pytest.mark.parametrize(
    ("path", "scope"),
    [(f"/v1/alerts/{ID}", "read:ops-alert:jira-service-management"), (PEOPLE, "read:jira-user")],
)
@pytest.mark.parametrize("status", [401, 403])
def test_a_token_without_the_scope_says_which_one_it_lacks(
    path: str, scope: str, status: int
) -> None:
    assert scope in lost(of(alert(), **{path: as_json({}, status)})).remedy


# --- odd answers ----------------------------------------------------------------------------

BY_DAVE = {"values": [log("Alert created via web", "14:00", DAVE), LOG[1]]}


@contextmanager
def outcomes() -> Iterator[Callable[[Any, Any], Incident | Missing]]:
    answers: dict[str, Any] = {}
    with account(Jsm, answers) as (pager, _):

        def outcome(found: Any, entries: Any) -> Incident | Missing:
            answers.update(of(found, entries))
            try:
                return cast(Incident, pager.incident(ID))
            except FactMissing as missing:
                return missing.missing

        yield outcome


def raiser_is_lost(now: Incident) -> bool:
    """Whether nobody is known any more to have raised it, and no doubt is left either."""
    return all(one.by is None for one in now.entries if one.kind is EntryKind.RAISED)


def test_a_key_that_fell_out_on_the_way_never_makes_it_look_more_granted() -> None:
    was = read(of(alert(integrationType=""), BY_DAVE))
    with outcomes() as outcome:
        for path in paths(alert()):
            now = outcome(without(alert(), path), BY_DAVE)
            assert isinstance(now, Missing) or not looks_more_granted(was, now), path
        for path in paths(BY_DAVE):
            if isinstance(path[-1], str):
                now = outcome(alert(integrationType=""), without(BY_DAVE, path))
                assert isinstance(now, Missing) or not raiser_is_lost(now), path


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_something_odd_in_an_answer_never_crashes_nor_looks_more_granted(wrong: Any) -> None:
    was = read(of(alert(integrationType=""), BY_DAVE))
    with outcomes() as outcome:
        for path in paths(alert()):
            now = outcome(instead(alert(), path, wrong), BY_DAVE)
            assert isinstance(now, Missing) or wrong == "odd" or not looks_more_granted(was, now)
        for path in paths(BY_DAVE):
            now = outcome(alert(integrationType=""), instead(BY_DAVE, path, wrong))
            assert isinstance(now, Missing) or not raiser_is_lost(now), path


# --- who was on call ------------------------------------------------------------------------


def test_who_was_on_call_is_asked_for_that_very_moment() -> None:
    answers = {f"/v1/schedules/{SCHEDULE}/on-calls": as_json({"onCallUsers": [ALICE, DAVE, ALICE]})}
    with account(Jsm, answers) as (pager, server):
        found = pager.on_call(f" {SCHEDULE} ", AT)
    assert [person.id for person in found] == [ALICE, DAVE]
    assert found[0] == Identity(system="jira", login="", id=ALICE)
    assert query(server.asked[0]) == {"flat": ["true"], "date": ["2026-11-25T14:10:00Z"]}


def test_a_schedule_is_found_by_its_name() -> None:
    answers = {
        "/v1/schedules": page(
            {"id": "OTHER", "name": "Payments Old"}, {"id": SCHEDULE, "name": "Payments"}
        ),
        f"/v1/schedules/{SCHEDULE}/on-calls": as_json({"onCallUsers": []}),
    }
    with account(Jsm, answers) as (pager, _):
        assert pager.on_call("payments", AT) == ()


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({f"/v1/schedules/{SCHEDULE}/on-calls": as_json({}, 404)}, "not-found"),
        ({f"/v1/schedules/{SCHEDULE}/on-calls": as_json({}, 401)}, "not-authenticated"),
        ({f"/v1/schedules/{SCHEDULE}/on-calls": as_json({"onCallParticipants": []})}, "unreadable"),
        (
            {f"/v1/schedules/{SCHEDULE}/on-calls": as_json({"onCallUsers": [{"id": ALICE}]})},
            "unreadable",
        ),
        ({f"/v1/schedules/{SCHEDULE}/on-calls": as_json({"onCallUsers": [" "]})}, "unreadable"),
    ],
)
def test_an_odd_answer_is_never_somebody_on_call(answers: Answers, code: str) -> None:
    with account(Jsm, answers) as (pager, _):
        assert gap(lambda: pager.on_call(SCHEDULE, AT)).reason_code == code


def test_a_name_that_leads_to_no_id_is_unreadable() -> None:
    with account(Jsm, {"/v1/schedules": page({"id": "../x", "name": "Payments"})}) as (pager, _):
        assert gap(lambda: pager.on_call("Payments", AT)).reason_code == "unreadable"


# --- notes ----------------------------------------------------------------------------------

NOTES = f"/v1/alerts/{ID}/notes"


def test_a_note_is_written_once() -> None:
    taken = as_json({"result": "Request will be processed", "requestId": "r"}, 202)
    answers = of(alert(), **{NOTES: page({"note": "Another one."}), f"POST {NOTES}": taken})
    with account(Jsm, answers) as (pager, server):
        pager.note("1234", "Released.")
    assert server.asked[-1].json == {"note": "Released."}


def test_a_note_that_is_there_already_is_not_written_again() -> None:
    with account(Jsm, of(alert(), **{NOTES: page({"note": "Released."})})) as (pager, server):
        pager.note(ID, "Released.")
    assert {asked.method for asked in server.asked} == {"GET"}


def test_a_note_of_which_nobody_knows_is_never_written_again_blindly() -> None:
    answers = of(alert(), **{NOTES: page(), f"POST {NOTES}": as_json({}, 503)})
    with account(Jsm, answers) as (pager, server), pytest.raises(WriteUnknown):
        pager.note(ID, "Released.")
    assert [asked.method for asked in server.asked].count("POST") == 1


# --- configuration --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "token"),
    [("", TOKEN), ("http://api.atlassian.com/jsm/ops/api/C1", TOKEN), ("https://x/y", "")],
)
def test_what_cannot_be_used_is_refused_before_anything_is_asked(url: str, token: str) -> None:
    with pytest.raises(FactMissing) as raised:
        make(url, token)
    assert raised.value.missing.reason_code == "not-configured"
    assert raised.value.missing.remedy


def make(url: str, token: str = TOKEN) -> Jsm:
    kept, deadline = Recorder(lambda: NOW), Deadline(5)
    return Jsm(rules=rules(url, PagerName.JSM), token=token, recorder=kept, deadline=deadline)
