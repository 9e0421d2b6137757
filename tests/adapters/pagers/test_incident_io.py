"""The client of incident.io against answers in the shapes of its published description, and against what is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.pagers import incident_io_pages
from gate.adapters.pagers.incident_io import IncidentIo
from gate.domain.emergency_facts import EntryKind, Incident, IncidentState
from gate.domain.identity import Identity, Kind
from gate.domain.missing import Missing
from gate.domain.policy.emergency import PagerName
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

ID = "01FDAG4SAP5TYPT98WGR2N7W91"
SCHEDULE = "01FDAG4SAP5TYPT98WGR2N7SCH"
AT = datetime(2026, 11, 25, 14, 10, tzinfo=UTC)
ALICE = {"id": "P-ALICE", "name": "Alice Ng", "email": "alice@acme.example", "role": "owner"}
DAVE = {"id": "P-DAVE", "name": "Dave Kim", "role": "owner"}
PAGE = "https://app.incident.io/acme/incidents/123"


def incident(**over: Any) -> dict[str, Any]:
    service = {
        "custom_field": {"id": "F1", "name": "Affected Services"},
        "values": [
            {"value_catalog_entry": {"id": "S1", "name": "Payments", "external_id": "payments"}},
            {"value_option": {"id": "O1", "value": "Ledger"}},
            {"value_text": "anything"},
        ],
    }
    team = {"custom_field": {"id": "F2", "name": "Team"}, "values": [{"value_text": "Payments"}]}
    return {
        "id": ID,
        "reference": "INC-123",
        "name": "Payments <b>fail</b>",
        "mode": "standard",
        "created_at": "2026-11-25T14:00:00.5Z",
        "creator": {"alert": {"id": "A1", "title": "CPU"}},
        "permalink": PAGE,
        "incident_status": {"id": "ST1", "name": "Investigating", "category": "live"},
        "severity": {"id": "SV1", "name": "Major"},
        "custom_field_entries": [service, team],
        "summary": "our secret",
    } | over


def acked(at: str, *people: Any) -> dict[str, Any]:
    return {"id": f"E{at}", "event": "acked", "occurred_at": at, "users": list(people)}


def escalation(*events: Any, about: str = ID) -> dict[str, Any]:
    return {"id": "X1", "events": list(events), "related_incidents": [{"id": about}]}


NOTIFIED = {
    "id": "E0",
    "event": "notified_users",
    "occurred_at": "2026-11-25T14:01:00Z",
    "users": [DAVE],
}
ESCALATIONS = [
    escalation(NOTIFIED, acked("2026-11-25T14:10:00Z", ALICE)),
    escalation(acked("2026-11-25T14:05:00Z", DAVE), about="01OTHER"),
]


def listed(name: str, items: Any, after: str | None = None) -> Any:
    meta = {"page_size": 50} | ({"after": after} if after else {})
    return {name: items, "pagination_meta": meta}


def of(found: Any, escalations: Any = None) -> dict[str, Any]:
    told = as_json({"incident": found})
    page = listed("escalations", ESCALATIONS) if escalations is None else escalations
    paths_ = (f"/v2/incidents/{ID}", "/v2/incidents/123")
    return dict.fromkeys(paths_, told) | {"/v2/escalations": as_json(page)}


def read(answers: Answers, key: str = ID, **how: Any) -> Incident:
    with account(IncidentIo, answers, **how) as (pager, _):
        return cast(Incident, pager.incident(key))


def lost(answers: Answers, key: str = ID, **how: Any) -> Missing:
    with account(IncidentIo, answers, **how) as (pager, _):
        return gap(lambda: pager.incident(key))


# --- an incident ----------------------------------------------------------------------------


def test_an_incident_is_read_with_the_acknowledgements_of_its_own_escalations() -> None:
    with account(IncidentIo, of(incident())) as (pager, server):
        found = pager.incident("INC-123")
    assert (found.system, found.key, found.number) == ("incident_io", ID, "123")
    assert (found.asked_key, found.url) == ("INC-123", PAGE)
    assert (found.title, found.status, found.urgency) == (
        "Payments <b>fail</b>",
        "Investigating",
        "Major",
    )
    assert found.state is IncidentState.OPEN
    assert found.services == ("Payments", "S1", "payments", "Ledger", "O1")
    assert [(one.kind, one.channel, one.by_hand) for one in found.entries] == [
        (EntryKind.RAISED, "alert", False),
        (EntryKind.ACKNOWLEDGED, "escalation", True),
    ]
    assert found.entries[1].by == Identity(
        system="incident_io", login="", id="P-ALICE", name="Alice Ng"
    )
    assert found.entries[1].at == AT
    assert server.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert query(server.asked[1]) == {"page_size": ["50"], "updated_at[gte]": ["2026-11-24"]}


@pytest.mark.parametrize("key", [ID, "123", "#123", "INC-123", "inc-123", PAGE, f"{PAGE}/debrief"])
def test_an_incident_is_found_by_id_by_number_by_reference_and_by_address(key: str) -> None:
    assert read(of(incident()), key).key == ID


@pytest.mark.parametrize(
    "key", ["", "../users", "INC-", ID.lower(), "https://app.incident.io/x", "I" * 26]
)
def test_what_is_no_key_asks_nobody(key: str) -> None:
    with account(IncidentIo, {}) as (pager, server):
        assert gap(lambda: pager.incident(key)).reason_code == "not-found"
    assert server.asked == []


@pytest.mark.parametrize("key", ["OPS-123", "123"])
def test_another_incident_than_the_one_asked_for_is_not_believed(key: str) -> None:
    over = {} if key == "OPS-123" else {"reference": "INC-124"}
    assert lost(of(incident(**over)), key).reason_code == "wrong-object"


def test_another_id_than_the_one_asked_for_is_not_believed() -> None:
    assert lost(of(incident(id="01OTHER"))).reason_code == "wrong-object"


@pytest.mark.parametrize(
    "page", ["https://app.incident.io/other/incidents/123", "https://evil.example/incidents/123"]
)
def test_the_address_of_another_organisation_is_refused(page: str) -> None:
    assert lost(of(incident()), page).reason_code == "not-found"


@pytest.mark.parametrize(
    ("mode", "category", "state"),
    [
        ("standard", "triage", IncidentState.OPEN),
        ("standard", "live", IncidentState.OPEN),
        ("standard", "paused", IncidentState.RESOLVED),
        ("standard", "learning", IncidentState.RESOLVED),
        ("standard", "closed", IncidentState.RESOLVED),
        ("standard", "merged", IncidentState.RESOLVED),
        ("standard", "declined", IncidentState.RESOLVED),
        ("standard", "canceled", IncidentState.RESOLVED),
        ("test", "live", IncidentState.TEST),
        ("tutorial", "live", IncidentState.TEST),
        ("retrospective", "live", IncidentState.TEST),
    ],
)
def test_mode_and_category_say_where_it_stands(
    mode: str, category: str, state: IncidentState
) -> None:
    status = {"name": "x", "category": category}
    assert read(of(incident(mode=mode, incident_status=status))).state is state


@pytest.mark.parametrize(
    "over", [{"mode": "stream"}, {"incident_status": {"name": "x", "category": "burning"}}]
)
def test_what_nobody_knows_is_unreadable(over: dict[str, Any]) -> None:
    assert lost(of(incident(**over))).reason_code == "unreadable"


@pytest.mark.parametrize(
    ("creator", "by", "channel"),
    [
        ({"user": DAVE}, ("P-DAVE", Kind.HUMAN), "user"),
        ({"user": DAVE, "workflow": {"id": "W"}}, ("P-DAVE", Kind.HUMAN), "user"),
        ({"api_key": {"id": "K"}}, None, "api_key"),
        ({"workflow": {"id": "W"}}, None, "workflow"),
        ({"alert": {"id": "A"}, "user": None}, None, "alert"),
        ({}, ("", Kind.UNKNOWN), "user"),
    ],
)
def test_who_raised_it_is_a_person_a_machine_or_anybody(
    creator: Any, by: Any, channel: str
) -> None:
    raised = read(of(incident(creator=creator))).entries[0]
    assert by == (raised.by and (raised.by.id, raised.by.kind))
    assert (raised.channel, raised.by_hand) == (
        channel,
        "user" in creator and bool(creator["user"]),
    )


def test_what_incident_io_leaves_out_is_empty() -> None:
    bare = {key: value for key, value in incident().items() if key not in {"permalink", "severity"}}
    found = read(of(bare))
    assert (found.url, found.urgency) == ("", "")


def test_an_acknowledgement_by_nobody_is_none_and_one_by_two_people_is_two() -> None:
    nobody = {"id": "E9", "event": "acked", "occurred_at": "2026-11-25T14:09:00Z"}
    page = listed("escalations", [escalation(nobody, acked("2026-11-25T14:10:00Z", ALICE, DAVE))])
    found = read(of(incident(), page))
    assert [one.by.id for one in found.entries if one.by] == ["P-ALICE", "P-DAVE"]


# --- pages ----------------------------------------------------------------------------------


def paged(*pages: tuple[Any, str | None]) -> Callable[[Asked], Reply]:
    def answer(asked: Asked) -> Reply:
        after = query(asked).get("after", ["0"])[0]
        items, following = pages[int(after)]
        return as_json(listed("escalations", items, following))

    return answer


def test_escalations_are_read_to_the_end() -> None:
    answers = of(incident()) | {"/v2/escalations": paged(([], "1"), (ESCALATIONS, None))}
    assert len(read(answers).entries) == 2


def test_pages_that_go_round_are_unreadable() -> None:
    answers = of(incident()) | {"/v2/escalations": paged(([], "1"), ([], "1"))}
    assert lost(answers).reason_code == "unreadable"


def test_pages_that_do_not_end_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incident_io_pages, "MOST_PAGES", 2)
    answers = of(incident()) | {"/v2/escalations": paged(([], "1"), ([], "2"), ([], None))}
    assert lost(answers).reason_code == "too-large"


# --- no answer ------------------------------------------------------------------------------


def test_a_pager_that_fails_for_a_moment_is_asked_again() -> None:
    """Nobody has the time to start a new run."""
    whole = of(incident())
    answers = whole | {f"/v2/incidents/{ID}": after_failures(whole[f"/v2/incidents/{ID}"])}
    assert read(answers) == read(whole)


HTML = Reply(body=b"<html>Sign in</html>", kind="text/html")


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (as_json({"type": "not_found"}, 404), "not-found"),
        (as_json({}, 401), "not-authenticated"),
        (as_json({}, 403), "not-permitted"),
        (as_json({}, 422), "unreadable"),
        (as_json({}, 500), "unavailable"),
        (Reply(status=302, headers={"Location": "https://evil.example/"}), "unreadable"),
        (HTML, "unreadable"),
        (Reply(body=b'{"incident": {"id', promises=4000), "unavailable"),
        (Reply(resets=True), "unavailable"),
        (as_json([]), "unreadable"),
    ],
)
@pytest.mark.parametrize("path", [f"/v2/incidents/{ID}", "/v2/escalations"])
def test_no_answer_is_never_an_incident(reply: Reply, code: str, path: str) -> None:
    assert lost(of(incident()) | {path: reply}).reason_code == code


def test_a_key_without_the_permission_says_which_one_it_lacks() -> None:
    assert "`View data`" in lost({f"/v2/incidents/{ID}": as_json({}, 403)}).remedy


def limited(after: Any, headers: dict[str, str]) -> Reply:
    body = {"type": "too_many_requests", "status": 429, "rate_limit": {"retry_after": after}}
    return as_json(body, 429, headers)


@pytest.mark.parametrize(
    ("reply", "waits"),
    [
        (limited("Wed, 25 Nov 2026 15:00:07 UTC", {"Date": "Wed, 25 Nov 2026 15:00:00 GMT"}), 7.0),
        (limited("Wed, 25 Nov 2026 15:00:07 UTC", {"Retry-After": "3"}), 3.0),
        (limited(7, {}), 0.5),
        (limited("soon", {}), 0.5),
        (as_json({"rate_limit": []}, 429), 0.5),
        (as_json([], 429), 0.5),
    ],
)
def test_a_limit_is_waited_for_until_the_date_in_its_body(reply: Reply, waits: float) -> None:
    slept: list[float] = []

    def answer(asked: Asked) -> Reply:
        return of(incident())[f"/v2/incidents/{ID}"] if slept else reply

    assert read(of(incident()) | {f"/v2/incidents/{ID}": answer}, sleep=slept.append).key == ID
    assert slept == [waits]


def test_a_limit_beyond_the_deadline_is_not_waited_for() -> None:
    slept: list[float] = []
    reply = limited("Wed, 25 Nov 2026 15:00:15 UTC", {"Date": "Wed, 25 Nov 2026 15:00:00 GMT"})
    answers = {f"/v2/incidents/{ID}": reply}
    missing = lost(answers, sleep=slept.append, deadline=Deadline(10))
    assert (missing.reason_code, slept) == ("rate-limited", [])


# --- odd answers ----------------------------------------------------------------------------

BY_DAVE = incident(creator={"user": DAVE})


@contextmanager
def outcomes() -> Iterator[Callable[[Any, Any], Incident | Missing]]:
    answers: dict[str, Any] = {}
    with account(IncidentIo, answers) as (pager, _):

        def outcome(found: Any, escalations: Any) -> Incident | Missing:
            answers.update(of(found, escalations))
            try:
                return cast(Incident, pager.incident(ID))
            except FactMissing as missing:
                return missing.missing

        yield outcome


def test_a_key_that_fell_out_on_the_way_never_makes_it_look_more_granted() -> None:
    was, page = read(of(BY_DAVE)), listed("escalations", ESCALATIONS)
    with outcomes() as outcome:
        for path in paths(BY_DAVE):
            now = outcome(without(BY_DAVE, path), page)
            assert isinstance(now, Missing) or not looks_more_granted(was, now), path
        for path in paths(page):
            now = outcome(BY_DAVE, without(page, path))
            assert isinstance(now, Missing) or not looks_more_granted(was, now), path


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_something_odd_in_an_answer_never_crashes_nor_looks_more_granted(wrong: Any) -> None:
    was, page = read(of(BY_DAVE)), listed("escalations", ESCALATIONS)
    with outcomes() as outcome:
        for path in paths(BY_DAVE):
            now = outcome(instead(BY_DAVE, path, wrong), page)
            assert isinstance(now, Missing) or wrong == "odd" or not looks_more_granted(was, now)
        for path in paths(page):
            now = outcome(BY_DAVE, instead(page, path, wrong))
            assert isinstance(now, Missing) or wrong == "odd" or not looks_more_granted(was, now)


def test_the_evidence_keeps_no_address_and_no_summary() -> None:
    kept = Recorder(lambda: NOW, [TOKEN])
    read(of(incident()), recorder=kept)
    text = str([one.body for one in kept.exchanges])
    assert "P-ALICE" in text
    assert "acked" in text
    for secret in ("alice@acme.example", "our secret"):
        assert secret not in text


# --- who was on call ------------------------------------------------------------------------


def shift(user: Any, start: str, end: str) -> dict[str, Any]:
    return {"start_at": start, "end_at": end} | ({"user": user} if user else {})


def entries(*shifts: Any, after: str = "") -> Reply:
    body: dict[str, Any] = {
        "schedule_entries": {"final": list(shifts), "overrides": [], "scheduled": []}
    }
    return as_json(body | ({"pagination_meta": {"after": after, "after_url": ""}} if after else {}))


def test_who_was_on_call_is_asked_for_that_very_moment_after_overrides() -> None:
    shifts = entries(
        shift(ALICE, "2026-11-25T14:10:00Z", "2026-11-25T15:00:00Z"),
        shift(ALICE, "2026-11-25T10:00:00Z", "2026-11-25T15:00:00Z"),
        shift(DAVE, "2026-11-25T10:00:00Z", "2026-11-25T14:10:00Z"),
        shift(DAVE, "2026-11-25T14:10:01Z", "2026-11-25T15:00:00Z"),
        shift(None, "2026-11-25T10:00:00Z", "2026-11-25T15:00:00Z"),
    )
    with account(IncidentIo, {"/v2/schedule_entries": shifts}) as (pager, server):
        found = pager.on_call(f" {SCHEDULE} ", AT)
    assert found == (Identity(system="incident_io", login="", id="P-ALICE", name="Alice Ng"),)
    assert query(server.asked[0]) == {
        "schedule_id": [SCHEDULE],
        "entry_window_start": ["2026-11-25T14:10:00Z"],
        "entry_window_end": ["2026-11-25T14:10:01Z"],
    }


def test_the_shifts_are_read_to_the_end() -> None:
    def answer(asked: Asked) -> Reply:
        if query(asked)["entry_window_start"] == ["cursor"]:
            return entries(shift(ALICE, "2026-11-25T10:00:00Z", "2026-11-25T15:00:00Z"))
        return entries(after="cursor")

    with account(IncidentIo, {"/v2/schedule_entries": answer}) as (pager, _):
        assert [person.id for person in pager.on_call(SCHEDULE, AT)] == ["P-ALICE"]


def test_a_schedule_is_found_by_its_name() -> None:
    schedules = listed(
        "schedules", [{"id": "OTHER", "name": "Old"}, {"id": SCHEDULE, "name": "Payments"}]
    )
    answers = {"/v2/schedules": as_json(schedules), "/v2/schedule_entries": entries()}
    with account(IncidentIo, answers) as (pager, server):
        assert pager.on_call("payments", AT) == ()
    assert query(server.asked[1])["schedule_id"] == [SCHEDULE]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"/v2/schedule_entries": as_json({}, 404)}, "not-found"),
        ({"/v2/schedule_entries": as_json({}, 403)}, "not-permitted"),
        ({"/v2/schedule_entries": as_json({"schedule_entries": {}})}, "unreadable"),
        (
            {"/v2/schedule_entries": entries({"start_at": "x", "end_at": "y", "user": ALICE})},
            "unreadable",
        ),
        (
            {
                "/v2/schedule_entries": entries(
                    shift("x", "2026-11-25T14:00:00Z", "2026-11-25T15:00:00Z")
                )
            },
            "unreadable",
        ),
    ],
)
def test_an_odd_answer_is_never_somebody_on_call(answers: Answers, code: str) -> None:
    with account(IncidentIo, answers) as (pager, _):
        assert gap(lambda: pager.on_call(SCHEDULE, AT)).reason_code == code


# --- the rest -------------------------------------------------------------------------------


def test_incident_io_takes_no_notes_and_says_so() -> None:
    with account(IncidentIo, {}) as (pager, server):
        missing = gap(lambda: pager.note("INC-123", "Released."))
    assert (missing.reason_code, missing.retriable, server.asked) == ("refused", False, [])


@pytest.mark.parametrize(
    ("url", "token"), [("http://api.incident.io", TOKEN), ("", ""), ("", "a b")]
)
def test_what_cannot_be_used_is_refused_before_anything_is_asked(url: str, token: str) -> None:
    with pytest.raises(FactMissing) as raised:
        make(url, token)
    assert raised.value.missing.reason_code == "not-configured"


def test_without_an_address_it_is_incident_ios_own() -> None:
    make("", TOKEN).close()


def make(url: str, token: str) -> IncidentIo:
    kept, deadline = Recorder(lambda: NOW), Deadline(timedelta(seconds=5).total_seconds())
    how = rules(url, PagerName.INCIDENT_IO)
    return IncidentIo(rules=how, token=token, recorder=kept, deadline=deadline)
