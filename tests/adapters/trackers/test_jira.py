import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from gate.adapters.deadline import Deadline
from gate.adapters.trackers.jira import Jira
from gate.domain.facts import Ticket, TicketEventKind, TicketState
from gate.domain.identity import Kind
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from tests.adapters.loopback import Asked, Reply, as_json, recorder
from tests.adapters.trackers import jira_site as j
from tests.adapters.trackers.mutations import WRONG, instead, looks_more_approved, paths, without

STATUS, EDITED, MOVED = TicketEventKind.STATUS, TicketEventKind.EDITED, TicketEventKind.MOVED


def read(found: Any, *keys: str, **more: Any) -> tuple[Ticket, ...]:
    with j.site({**j.of_issue(found), **more}) as (jira, _):
        return jira.tickets(keys or ["CHG-7"])


def gap(answers: j.Answers, *keys: str, **how: Any) -> Missing:
    with j.site(answers, **how) as (jira, _), pytest.raises(FactMissing) as raised:
        jira.tickets(keys or ["CHG-7"])
    return raised.value.missing


# --- one ticket -----------------------------------------------------------------------------


def test_one_ticket_is_read_in_two_requests() -> None:
    with j.site(j.of_issue(j.issue())) as (jira, server):
        (ticket,) = jira.tickets(["CHG-7"])
    assert ticket.key == ticket.asked_key == "CHG-7"
    assert (ticket.tracker, ticket.project, ticket.type) == ("jira", "CHG", "Normal Change")
    assert (ticket.title, ticket.status, ticket.state) == (
        "Retry payments",
        "Approved",
        TicketState.OPEN,
    )
    assert ticket.url == f"{server.url}/jira/browse/CHG-7"
    assert ticket.body == "Payments fail.\n\nRollback plan: revert m1"
    assert ticket.fields == {
        "Backout plan": "Deploy m0 again",
        "Change risk": "Low",
        "Planned end": "2026-11-25",
        "Planned start": "2026-11-25T14:00:00.000+0000",
    }
    assert (ticket.risk, ticket.labels) == ("Low", ("payments",))
    assert ticket.planned_start == datetime(2026, 11, 25, 14, tzinfo=UTC)
    assert ticket.planned_end == datetime(2026, 11, 26, tzinfo=UTC)
    assert ticket.links == ("https://github.com/acme/app/pull/12",)
    assert ticket.reporter is not None
    assert (ticket.reporter.id, ticket.reporter.kind) == (j.BOB["accountId"], Kind.HUMAN)
    assert ticket.created_at == datetime(2026, 11, 19, 15, tzinfo=UTC)
    assert [(e.kind, e.field, e.before, e.after) for e in ticket.history] == [
        (STATUS, "status", "Draft", "Review"),
        (EDITED, "description", "short", "long"),
        (MOVED, "Key", "OLD-1", "CHG-7"),
        (MOVED, "project", "OLD", "CHG"),
        (EDITED, "labels", "", "payments"),
        (EDITED, "assignee", "", "Bob"),
        (STATUS, "status", "Review", "Approved"),
    ]
    assert [e.by.kind for e in ticket.history if e.by] == [Kind.HUMAN] * 4 + [Kind.BOT] * 2 + [
        Kind.HUMAN
    ]
    assert sorted(asked.path.partition("?")[0] for asked in server.asked) == [
        "/jira/rest/api/3/issue/CHG-7",
        "/jira/rest/api/3/issue/CHG-7/remotelink",
    ]


def test_the_request_asks_for_everything_but_what_is_large_and_fails_rather_than_leave_a_field_out() -> (
    None
):
    with j.site(j.of_issue(j.issue())) as (jira, server):
        jira.tickets(["CHG-7"])
    path = next(asked.path for asked in server.asked if "?" in asked.path)
    assert "fields=%2Aall%2C-comment%2C-attachment%2C-worklog" in path
    assert "expand=names%2Cchangelog" in path
    assert "failFast=true" in path


def test_an_email_address_makes_it_basic_and_none_makes_it_bearer() -> None:
    with j.site(j.of_issue(j.issue())) as (jira, server):
        jira.tickets(["CHG-7"])
    pair = base64.b64encode(b"gate@acme.example:t0ken").decode()
    assert {asked.headers["Authorization"] for asked in server.asked} == {f"Basic {pair}"}
    with j.site(j.of_issue(j.issue()), email="") as (jira, server):
        jira.tickets(["CHG-7"])
    assert {asked.headers["Authorization"] for asked in server.asked} == {"Bearer t0ken"}


def test_nothing_asked_is_nothing_answered() -> None:
    with j.site({}) as (jira, server):
        assert jira.tickets([]) == ()
    assert server.asked == []


def test_the_evidence_keeps_what_the_policy_names_and_no_address_of_a_person() -> None:
    kept = recorder()
    found = j.issue(
        reporter={**j.BOB, "emailAddress": "bob@acme.example"}, customfield_9="Org chart"
    )
    found["names"]["customfield_9"] = "Internal"
    with j.site(j.of_issue(found), recorder=kept) as (jira, _):
        jira.tickets(["CHG-7"])
    said = str([exchange.body for exchange in kept.exchanges])
    assert "Deploy m0 again" in said
    assert "bob@acme.example" not in said
    assert "Org chart" not in said


# --- where it is read -----------------------------------------------------------------------


def jira_at(base_url: str, **how: Any) -> Jira:
    return Jira(
        base_url=base_url,
        token="t",
        rules=how.pop("rules", j.RULES),
        recorder=recorder(),
        deadline=Deadline(5),
        **how,
    )


GATEWAY = "https://api.atlassian.com/ex/jira/1a2b"


@pytest.mark.parametrize(
    ("base_url", "site", "shown"),
    [
        ("https://acme.atlassian.net/", "", "https://acme.atlassian.net/browse/CHG-7"),
        ("https://acme.atlassian.net/rest/api/3", "", "https://acme.atlassian.net/browse/CHG-7"),
        (
            "https://acme.atlassian.net",
            "https://change.acme.example/",
            "https://change.acme.example/browse/CHG-7",
        ),
        (GATEWAY, "https://acme.atlassian.net", "https://acme.atlassian.net/browse/CHG-7"),
        (GATEWAY, "", ""),
    ],
)
def test_people_get_the_address_of_the_site_never_of_the_gateway(
    base_url: str, site: str, shown: str
) -> None:
    root = (
        "https://api.atlassian.com/ex/jira/1a2b"
        if base_url == GATEWAY
        else "https://acme.atlassian.net"
    )
    with responses.RequestsMock() as mock:
        mock.get(f"{root}/rest/api/3/issue/CHG-7", json=j.issue())
        mock.get(f"{root}/rest/api/3/issue/CHG-7/remotelink", json=j.LINKS)
        assert jira_at(base_url, site=site).tickets(["CHG-7"])[0].url == shown


@pytest.mark.parametrize(
    "base_url", ["http://acme.atlassian.net", "acme", "https://a:b@acme.atlassian.net"]
)
def test_an_address_that_is_not_safe_is_not_configured(base_url: str) -> None:
    with pytest.raises(FactMissing) as raised:
        jira_at(base_url)
    assert raised.value.missing.reason_code == "not-configured"


# --- who we are, and what is not there --------------------------------------------------------


def test_a_ticket_that_is_not_there_is_told_from_a_dead_token() -> None:
    missing = gap({"/myself": j.MYSELF})
    assert missing.reason_code == "not-found"
    assert "Change Gate" in missing.detail
    assert "may not browse" in missing.detail
    assert gap({"/myself": as_json({})}).reason_code == "not-found"


def test_a_404_of_a_dead_token_is_not_authenticated() -> None:
    missing = gap({"/myself": as_json({"message": "Client must be authenticated"}, 401)})
    assert missing.reason_code == "not-authenticated"
    assert "https://api.atlassian.com/ex/jira/<cloudId>" in missing.remedy


@pytest.mark.parametrize(
    "reason", ["AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED", "OUT", "OK, AUTHENTICATED_FAILED"]
)
@pytest.mark.parametrize("path", ["/issue/CHG-7", "/issue/CHG-7/remotelink"])
def test_a_login_that_failed_makes_even_a_200_worthless(reason: str, path: str) -> None:
    good = j.of_issue(j.issue())[path]
    assert isinstance(good, Reply)
    answer = Reply(body=good.body, headers={"X-Seraph-LoginReason": reason})
    missing = gap({**j.of_issue(j.issue()), path: answer})
    assert missing.reason_code == "not-authenticated"
    assert "AUTH" in missing.detail or "OUT" in missing.detail


def test_a_login_that_worked_may_be_said() -> None:
    answer = Reply(body=as_json(j.issue()).body, headers={"X-Seraph-LoginReason": "OK"})
    assert read(j.issue(), **{"/issue/CHG-7": answer})


def test_at_the_gateway_the_hint_is_the_other_way_round() -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(
            f"{GATEWAY}/rest/api/3/issue/CHG-7",
            status=401,
            json={"code": 401, "message": "Unauthorized; scope does not match"},
        )
        mock.get(f"{GATEWAY}/rest/api/3/issue/CHG-7/remotelink", json=[])
        with pytest.raises(FactMissing, match="scope does not match") as raised:
            jira_at(GATEWAY).tickets(["CHG-7"])
    assert "only scoped tokens work" in raised.value.missing.remedy


def test_when_the_probe_itself_fails_that_is_what_is_missing() -> None:
    assert gap({"/myself": Reply(status=500)}).reason_code == "unavailable"
    assert gap({"/myself": as_json({}, 403)}).reason_code == "not-permitted"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(status=404, body=b"<html>Site unavailable</html>", kind="text/html"), "unreadable"),
        (Reply(body=b"<html>Log in</html>", kind="text/html"), "unreadable"),
        (Reply(status=403, body=b"{}"), "not-permitted"),
        (Reply(status=503), "unavailable"),
        (as_json([]), "unreadable"),
        (as_json(None), "unreadable"),
    ],
)
def test_every_other_answer_has_its_reason(reply: Reply, code: str) -> None:
    assert gap({**j.of_issue(j.issue()), "/issue/CHG-7": reply}).reason_code == code


@pytest.mark.parametrize(
    "key",
    [
        "CHG",
        "CHG-0",
        "../CHG-7",
        "CHG-7?x=1",
        "CHG-7/changelog",
        "acme/app#3",
        "CHG-7\n",
        "ЧГ-7",
        "",
    ],
)
def test_what_is_no_key_is_never_asked_about(key: str) -> None:
    with j.site({}) as (jira, server), pytest.raises(FactMissing) as raised:
        jira.tickets([key])
    assert raised.value.missing.reason_code == "not-found"
    assert server.asked == []


def test_a_ticket_that_was_moved_keeps_both_keys_apart() -> None:
    (ticket,) = read(j.issue("SANDBOX-3"))
    assert (ticket.asked_key, ticket.key, ticket.project) == ("CHG-7", "SANDBOX-3", "SANDBOX")


def test_a_key_that_is_not_of_its_project_is_another_object() -> None:
    missing = gap(j.of_issue(j.issue(project={"key": "OPS"})))
    assert missing.reason_code == "wrong-object"


# --- links ----------------------------------------------------------------------------------


def test_where_links_are_switched_off_there_are_none() -> None:
    (ticket,) = read(
        j.issue(),
        **{"/issue/CHG-7/remotelink": as_json({"errorMessages": ["Linking is disabled"]}, 403)},
    )
    assert ticket.links == ()


def test_addresses_in_the_description_are_links_too() -> None:
    link = {
        "type": "text",
        "text": "the change",
        "marks": [{"type": "link", "attrs": {"href": "https://x.example/1"}}],
    }
    text = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [link]}]}
    (ticket,) = read(j.issue(description=text))
    assert ticket.links == ("https://github.com/acme/app/pull/12", "https://x.example/1")


@pytest.mark.parametrize(
    "reply", [as_json({}), as_json([{}]), as_json([{"object": {"url": 3}}]), as_json({}, 404)]
)
def test_links_that_cannot_be_read_are_missing(reply: Reply) -> None:
    missing = gap({**j.of_issue(j.issue()), "/issue/CHG-7/remotelink": reply})
    assert missing.reason_code in {"unreadable", "not-found"}
    assert missing.source == "Jira: links of ticket CHG-7"


# --- long changelogs --------------------------------------------------------------------------


def long_issue(count: int, **more: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An issue with so many changes; only the newest 40 come along."""
    entries = [
        j.entry(
            100 + n,
            f"2026-11-{1 + n // 24:02}T{n % 24:02}:00:00.000+0000",
            j.BOB,
            j.item("description", "a", "b"),
        )
        for n in range(count)
    ]
    found = j.issue(**more)
    found["changelog"] = {
        "startAt": 0,
        "maxResults": 40,
        "total": count,
        "histories": entries[::-1][:40],
    }
    return found, entries


def test_a_long_changelog_is_read_to_its_end() -> None:
    found, entries = long_issue(130)
    with j.site({**j.of_issue(found), "/issue/10007/changelog": j.pages(entries, 50)}) as (
        jira,
        server,
    ):
        (ticket,) = jira.tickets(["CHG-7"])
    assert len(ticket.history) == 130
    assert [e.at for e in ticket.history] == sorted(e.at for e in ticket.history)
    assert len(server.asked) == 5


def test_as_many_entries_as_can_come_along_are_not_believed_to_be_all() -> None:
    found, entries = long_issue(60)
    found["changelog"]["total"] = 40  # "the number of results on the page"
    with j.site({**j.of_issue(found), "/issue/10007/changelog": j.pages(entries, 100)}) as (
        jira,
        _,
    ):
        assert len(jira.tickets(["CHG-7"])[0].history) == 60


def page(start: int, total: int, last: bool, values: list[Any]) -> Reply:
    return as_json({"startAt": start, "total": total, "isLast": last, "values": values})


@pytest.mark.parametrize(
    ("changelog", "says"),
    [
        (lambda e: page(0, 60, True, e[:50]), "50 of 60"),
        (lambda e: page(0, 60, False, []), "0 of 60"),
        (lambda e: page(0, 50, False, e[:50]), "50 of 50"),
        (lambda e: page(7, 60, True, e), "startAt"),
        (lambda e: page(0, 59, True, e[:-1]), "page by page"),
        (lambda e: page(0, 60, True, [*e[:-1], e[0]]), "page by page"),
        (
            lambda e: page(0, 60, True, [{**e[0], "id": "1"}, *e[1:-1], {**e[-1], "id": "2"}]),
            "page by page",
        ),
    ],
)
def test_a_changelog_that_is_not_whole_is_unreadable(
    changelog: Callable[[Any], Reply], says: str
) -> None:
    found, entries = long_issue(60)
    missing = gap({**j.of_issue(found), "/issue/10007/changelog": changelog(entries)})
    assert missing.reason_code == "unreadable"
    assert says in missing.detail


def test_an_endless_changelog_is_too_large() -> None:
    found, entries = long_issue(60)

    def endless(asked: Asked) -> Reply:
        start = int(asked.path.partition("startAt=")[2].partition("&")[0])
        return page(start, 10**6, False, [{**entries[0], "id": str(start)}])

    assert gap({**j.of_issue(found), "/issue/10007/changelog": endless}).reason_code == "too-large"


@pytest.mark.parametrize(
    "log",
    [
        {"startAt": 1, "total": 5},
        {"total": 4},
        {"histories": [j.HISTORIES[0], j.HISTORIES[0]], "total": 2},
    ],
)
def test_a_changelog_that_begins_oddly_is_unreadable(log: dict[str, Any]) -> None:
    found = j.issue()
    found["changelog"] |= log
    assert gap(j.of_issue(found)).reason_code == "unreadable"


@pytest.mark.parametrize("id_", ["../7", "x"])
def test_an_id_that_is_no_number_goes_into_no_address(id_: str) -> None:
    found, _ = long_issue(60)
    assert gap(j.of_issue({**found, "id": id_})).reason_code == "unreadable"


# --- several tickets --------------------------------------------------------------------------


def bulk(*issues: dict[str, Any], **more: Any) -> dict[str, Any]:
    keys = ("CHG-7", "chg-7", "CHG-8")
    links = {f"/issue/{key}/remotelink": as_json(j.LINKS) for key in keys}
    return {
        "/issue/bulkfetch": as_json({"issues": list(issues), "issueErrors": []}),
        "/myself": j.MYSELF,
        **links,
        **more,
    }


def test_several_tickets_are_read_at_once_in_the_order_asked() -> None:
    answers = bulk(j.issue("CHG-7", "10007"), j.issue("CHG-8", "10008"))
    with j.site(answers) as (jira, server):
        found = jira.tickets(["CHG-8", "chg-7", "CHG-8"])
    assert [(ticket.asked_key, ticket.key) for ticket in found] == [
        ("CHG-8", "CHG-8"),
        ("chg-7", "CHG-7"),
        ("CHG-8", "CHG-8"),
    ]
    (asked,) = [one for one in server.asked if one.method == "POST"]
    assert asked.json == {
        "issueIdsOrKeys": ["CHG-8", "chg-7"],
        "fields": ["*all", "-comment", "-attachment", "-worklog"],
        "expand": ["names", "changelog"],
    }
    assert len(server.asked) == 3


def test_names_of_fields_may_stand_once_for_all() -> None:
    first, second = j.issue("CHG-7", "10007"), j.issue("CHG-8", "10008")
    names = first.pop("names")
    del second["names"]
    answers = bulk(
        first, second, **{"/issue/bulkfetch": as_json({"names": names, "issues": [first, second]})}
    )
    with j.site(answers) as (jira, _):
        assert [ticket.risk for ticket in jira.tickets(["CHG-7", "CHG-8"])] == ["Low", "Low"]


def test_what_the_bulk_answer_leaves_out_is_asked_for_by_itself() -> None:
    moved = as_json(j.issue("OPS-4", "10008"))
    with j.site(
        bulk(j.issue("CHG-7", "10007"), j.issue("OPS-4", "10008"), **{"/issue/CHG-8": moved})
    ) as (jira, _):
        assert [ticket.key for ticket in jira.tickets(["CHG-7", "CHG-8"])] == ["CHG-7", "OPS-4"]


def test_one_ticket_that_is_not_there_makes_all_missing() -> None:
    missing = gap(bulk(j.issue("CHG-7", "10007")), "CHG-7", "CHG-8")
    assert (missing.reason_code, missing.source) == ("not-found", "Jira: ticket CHG-8")


def test_an_issue_that_comes_twice_is_unreadable() -> None:
    twice = bulk(j.issue("CHG-7", "10007"), j.issue("CHG-7", "10008"))
    assert gap(twice, "CHG-7", "CHG-8").reason_code == "unreadable"


def test_more_than_a_hundred_tickets_are_asked_for_in_parts() -> None:
    keys = [f"CHG-{number}" for number in range(1, 202)]

    def batch(asked: Asked) -> Reply:
        return as_json({"issues": [j.issue(key, key[4:]) for key in asked.json["issueIdsOrKeys"]]})

    answers: dict[str, Any] = {f"/issue/{key}/remotelink": as_json([]) for key in keys}
    answers |= {"/issue/bulkfetch": batch, "/issue/CHG-201": as_json(j.issue("CHG-201", "201"))}
    with j.site(answers) as (jira, server):
        assert [ticket.key for ticket in jira.tickets(keys)] == keys
    assert len(server.asked) == 201 + 2 + 1


def logs(pages: list[dict[str, Any]]) -> Callable[[Asked], Reply]:
    """Pages of changelogs of several issues; the token is the number of the next."""

    def answer(asked: Asked) -> Reply:
        number = int(asked.json.get("nextPageToken", 0))
        token = (
            {"nextPageToken": str(number + 1)}
            if number + 1 < len(pages)
            else {"nextPageToken": None}
        )
        return as_json({**pages[number], **token})

    return answer


def in_bulk(entries: list[dict[str, Any]], scale: int) -> list[dict[str, Any]]:
    """Changes as the bulk form tells them: with a whole number for the time."""
    return [
        {**entry, "created": int(datetime.fromisoformat(entry["created"]).timestamp() * scale)}
        for entry in entries
    ]


@pytest.mark.parametrize("scale", [1, 1000])
def test_long_changelogs_of_several_tickets_are_read_in_bulk(scale: int) -> None:
    seven, entries = long_issue(60)
    eight = {**long_issue(60)[0], "id": "10008", "key": "CHG-8"}
    told = in_bulk(entries, scale)
    pages = [
        {
            "issueChangeLogs": [
                {"issueId": "10007", "changeHistories": told[:50]},
                {"issueId": "10008", "changeHistories": told[:9]},
            ]
        },
        {
            "issueChangeLogs": [
                {"issueId": "10008", "changeHistories": told[9:]},
                {"issueId": "1", "changeHistories": told},
            ]
        },
        {"issueChangeLogs": [{"issueId": "10007", "changeHistories": told[50:]}]},
    ]
    with j.site(bulk(seven, eight, **{"/changelog/bulkfetch": logs(pages)})) as (jira, server):
        found = jira.tickets(["CHG-7", "CHG-8"])
    assert [len(ticket.history) for ticket in found] == [60, 60]
    assert found[0].history[0].at == datetime(2026, 11, 1, tzinfo=UTC)
    asked = [one.json for one in server.asked if one.path.endswith("changelog/bulkfetch")]
    assert asked == [
        {"issueIdsOrKeys": ["10007", "10008"], "maxResults": 1000},
        {"issueIdsOrKeys": ["10007", "10008"], "maxResults": 1000, "nextPageToken": "1"},
        {"issueIdsOrKeys": ["10007", "10008"], "maxResults": 1000, "nextPageToken": "2"},
    ]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (as_json({"issueChangeLogs": []}), "unreadable"),
        (as_json({"issueChangeLogs": [{"issueId": "10007"}]}), "unreadable"),
        (as_json({"issueChangeLogs": [], "nextPageToken": "same"}), "unreadable"),
        (as_json({}, 400), "unreadable"),
        (as_json({}, 401), "not-authenticated"),
    ],
)
def test_changelogs_that_do_not_come_whole_are_missing(reply: Reply, code: str) -> None:
    seven, _ = long_issue(60)
    eight = {**seven, "id": "10008", "key": "CHG-8"}
    assert (
        gap(bulk(seven, eight, **{"/changelog/bulkfetch": reply}), "CHG-7", "CHG-8").reason_code
        == code
    )


def test_changelogs_without_an_end_are_too_large() -> None:
    seven, _ = long_issue(60)
    eight = {**seven, "id": "10008", "key": "CHG-8"}
    endless = logs([{"issueChangeLogs": []}] * 200)
    assert (
        gap(bulk(seven, eight, **{"/changelog/bulkfetch": endless}), "CHG-7", "CHG-8").reason_code
        == "too-large"
    )


def test_one_long_changelog_among_several_tickets_is_read_by_itself() -> None:
    seven, entries = long_issue(60)
    answers = bulk(
        seven, j.issue("CHG-8", "10008"), **{"/issue/10007/changelog": j.pages(entries, 100)}
    )
    with j.site(answers) as (jira, _):
        assert [len(ticket.history) for ticket in jira.tickets(["CHG-7", "CHG-8"])] == [60, 7]


# --- hostile answers ----------------------------------------------------------------------------

GOOD = j.issue()
REFUSED = j.issue(
    status={"name": "Approved", "statusCategory": {"key": "done"}}, resolution={"name": "Won't Do"}
)


@pytest.fixture(scope="module")
def mocked() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


BASE = "https://acme.atlassian.net/rest/api/3"


def answered(mock: Any, found: Any) -> Ticket | Missing:
    mock.reset()
    mock.get(f"{BASE}/issue/CHG-7", json=found)
    mock.get(f"{BASE}/issue/CHG-7/remotelink", json=j.LINKS)
    mock.get(
        f"{BASE}/issue/10007/changelog",
        json={"startAt": 0, "total": 5, "isLast": True, "values": j.HISTORIES},
    )
    jira = jira_at("https://acme.atlassian.net")
    try:
        return jira.tickets(["CHG-7"])[0]
    except FactMissing as raised:
        return raised.missing
    finally:
        jira.close()


@pytest.mark.parametrize("good", [GOOD, REFUSED], ids=["approved", "refused"])
def test_an_answer_without_a_key_is_the_same_ticket_or_missing(mocked: Any, good: Any) -> None:
    was = answered(mocked, good)
    assert isinstance(was, Ticket)
    seen = set()
    for path in paths(good):
        if isinstance(path[-1], str):
            now = answered(mocked, without(good, path))
            seen.add(type(now))
            assert isinstance(now, Missing) or not looks_more_approved(was, now), path
    assert seen == {Ticket, Missing}


RISK = ("fields", "customfield_1")
NO_SUCH_VALUES = [
    wrong for wrong in WRONG if isinstance(wrong, dict | bool) or wrong in ([None], [[]], -1, 1.5)
]
"""What stands for nothing in any of these places, so that nothing may come of it."""


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_an_answer_with_something_odd_in_it_never_crashes_nor_looks_more_approved(
    mocked: Any, wrong: Any
) -> None:
    was = answered(mocked, GOOD)
    assert isinstance(was, Ticket)
    for path in paths(GOOD):
        now = answered(mocked, instead(GOOD, path, wrong))
        assert isinstance(now, Ticket | Missing), path
        if (
            wrong in NO_SUCH_VALUES
            and isinstance(now, Ticket)
            and not (path == RISK and wrong in (-1, 1.5))
        ):
            assert not looks_more_approved(was, now), path
