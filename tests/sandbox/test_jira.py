"""Jira's interface with the traps of the real one; that the shapes are Jira's own is held by tests/contract."""

import json
from typing import Any

import pytest

from gate.sandbox.messages import Response
from gate.sandbox.site import Site
from gate.sandbox.world import World
from tests.sandbox.asking import RICH, ask, site, site_of

API = "/jira/rest/api/3"
TICKET = {
    "reporter": "ann",
    "description": "# Why",
    "history": [
        {"at": f"-{days}d", "by": "ben", "field": "status", "from": f"s{days}", "to": "next"}
        for days in range(50, 0, -1)
    ],
}
ONE = site(tickets={"CHG-7": TICKET, "CHG-8": {"key": "OPS-8"}})
rich = site_of(World.load(RICH))


def get(place: Site, path: str, **more: Any) -> Response:
    return ask(place, f"{API}{path}", **more)


def post(place: Site, path: str, body: Any, **more: Any) -> Response:
    return ask(place, f"{API}{path}", method="POST", body=json.dumps(body).encode(), **more)


def test_a_dead_token_makes_tickets_disappear_and_only_myself_says_so() -> None:
    dead = site(tickets={"CHG-7": TICKET}, token={"jira_dead": True})
    for path in ("/issue/CHG-7", "/issue/CHG-7/changelog", "/issue/CHG-7/remotelink"):
        response = get(dead, path)
        assert response.status == 404
        assert response.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
    assert get(dead, "/myself").status == 401
    assert post(dead, "/issue/bulkfetch", {"issueIdsOrKeys": ["CHG-7"]}).json()["issues"] == []
    assert post(dead, "/changelog/bulkfetch", {"issueIdsOrKeys": ["CHG-7"]}).status == 401


def test_without_a_token_the_caller_is_a_stranger() -> None:
    response = get(ONE, "/issue/CHG-7", authorization=None)
    assert (response.status, "X-Seraph-LoginReason" in response.headers) == (404, False)
    shown = get(ONE, "/mypermissions?permissions=BROWSE_PROJECTS", authorization=None).json()
    assert shown["permissions"]["BROWSE_PROJECTS"]["havePermission"] is False
    assert all(not field["custom"] for field in get(ONE, "/field", authorization=None).json())


def test_a_moved_issue_answers_under_its_new_key_without_a_redirect() -> None:
    response = get(ONE, "/issue/CHG-8")
    assert (response.status, response.json()["key"]) == (200, "OPS-8")
    assert response.json()["fields"]["project"]["key"] == "OPS"
    assert get(ONE, "/issue/ops-8").json()["id"] == response.json()["id"]


def test_keys_ignore_case_and_ids_work() -> None:
    issue = get(ONE, "/issue/chg-7").json()
    assert issue["key"] == "CHG-7"
    assert get(ONE, f"/issue/{issue['id']}").json() == issue
    missing = get(ONE, "/issue/CHG-9")
    assert (missing.status, missing.json()["errors"]) == (404, {})
    assert get(ONE, "/nothing").status == 404


def test_only_the_fields_that_were_asked_for_come_with_their_names() -> None:
    issue = get(ONE, "/issue/CHG-7?fields=summary,status&expand=names").json()
    assert issue["fields"].keys() == {"summary", "status"}
    assert issue["names"] == {"summary": "Summary", "status": "Status"}
    assert "changelog" not in issue
    without = get(ONE, "/issue/CHG-7?fields=*all,-description").json()["fields"]
    assert "description" not in without
    assert "status" in without


def test_custom_fields_have_the_type_that_the_site_gives_them() -> None:
    issue = get(rich, "/issue/CHG-7?expand=names").json()
    shown = {issue["names"][id_]: value for id_, value in issue["fields"].items()}
    assert shown["Planned start"] == "2026-11-25T14:00:00.000+0000"
    assert shown["Story points"] == 3.0
    assert shown["Reviewer"]["displayName"] == "Carol Diaz"
    assert shown["Due"] == "2026-12-01"
    assert shown["Backout plan"]["type"] == "doc"
    assert shown["Note"] == "one line"
    assert shown["Seen"] == "2026-11-23T15:00:00.000+0000"
    assert shown["Empty"] is None
    option = site(
        tickets={"CHG-7": {"fields": {"Change risk": "Low", "Planned start": "-1h", "Day": "-1d"}}},
        jira={"fields": {"Day": "date"}},
    )
    shown = get(option, "/issue/CHG-7").json()["fields"]
    values = list(shown.values())
    assert any(isinstance(value, dict) and value.get("value") == "Low" for value in values)
    assert "2026-11-25T14:00:00.000+0000" in values
    assert "2026-11-24" in values


def test_the_fields_of_the_site_have_stable_ids() -> None:
    fields = {field["name"]: field for field in get(rich, "/field").json()}
    assert fields["Summary"]["custom"] is False
    assert fields["Reviewer"]["schema"]["type"] == "user"
    assert fields["Change risk"]["id"].startswith("customfield_")


def test_descriptions_are_documents_and_may_be_given_as_such() -> None:
    body = get(ONE, "/issue/CHG-7").json()["fields"]["description"]
    assert body["content"][0]["type"] == "heading"
    assert get(ONE, "/issue/CHG-8").json()["fields"]["description"] is None
    assert get(rich, "/issue/CHG-9").json()["fields"]["description"] == {
        "type": "doc",
        "version": 1,
        "content": [],
    }


def test_people_show_their_address_only_where_the_site_does() -> None:
    hidden = get(ONE, "/issue/CHG-7").json()["fields"]["reporter"]
    shown = get(rich, "/issue/CHG-7").json()["fields"]["reporter"]
    assert "emailAddress" not in hidden
    assert shown["emailAddress"] == "dana@acme.example"
    assert get(ONE, "/myself").json()["accountType"] == "app"
    assert get(rich, "/myself").json()["displayName"] == "Alice Ng"


def test_a_changelog_comes_in_pages_oldest_first() -> None:
    first = get(ONE, "/issue/CHG-7/changelog?maxResults=20").json()
    assert (first["total"], first["isLast"], len(first["values"])) == (50, False, 20)
    assert first["values"][0]["items"][0]["fromString"] == "s50"
    last = get(ONE, "/issue/CHG-7/changelog?startAt=40&maxResults=20").json()
    assert (last["isLast"], len(last["values"]), "nextPage" in last) == (True, 10, False)
    assert "startAt=20&" not in first["nextPage"]
    assert first["nextPage"].endswith("startAt=20")
    assert len(get(rich, "/issue/CHG-7/changelog").json()["values"]) == 2


def test_a_changelog_that_comes_along_has_the_newest_first_and_is_cut_when_fetched_in_bulk() -> (
    None
):
    alone = get(ONE, "/issue/CHG-7?expand=changelog").json()["changelog"]
    assert (alone["total"], len(alone["histories"])) == (50, 50)
    assert alone["histories"][0]["items"][0]["fromString"] == "s1"
    asked = {"issueIdsOrKeys": ["CHG-7"], "expand": ["changelog"]}
    bulk = post(ONE, "/issue/bulkfetch", asked).json()["issues"][0]["changelog"]
    assert (bulk["total"], bulk["maxResults"], len(bulk["histories"])) == (50, 40, 40)


def test_changes_know_who_made_them_unless_nobody_did() -> None:
    values = get(rich, "/issue/CHG-7?expand=changelog").json()["changelog"]["histories"]
    by_nobody, by_app = values[0], values[1]
    assert "author" not in by_nobody
    assert by_nobody["items"][0]["fieldtype"] == "custom"
    assert by_app["author"]["accountType"] == "app"
    assert by_app["items"][0]["from"] is None


def test_issues_in_bulk_leave_out_what_cannot_be_seen() -> None:
    found = post(
        ONE, "/issue/bulkfetch", {"issueIdsOrKeys": ["chg-8", "CHG-7", "CHG-7", "CHG-404"]}
    )
    ids = [int(issue["id"]) for issue in found.json()["issues"]]
    assert ids == sorted(ids)
    assert len(ids) == 2
    bodies: list[Any] = [{}, {"issueIdsOrKeys": []}, {"issueIdsOrKeys": ["X-1"] * 101}, [1]]
    for wrong in bodies:
        assert post(ONE, "/issue/bulkfetch", wrong).status == 400
    assert ask(ONE, f"{API}/issue/bulkfetch", method="POST", body=b"no JSON").status == 400


def test_changelogs_in_bulk_have_whole_numbers_for_times_and_a_token_for_the_next_page() -> None:
    asked: dict[str, Any] = {"issueIdsOrKeys": ["CHG-7", "CHG-8"], "maxResults": 30}
    first = post(ONE, "/changelog/bulkfetch", asked).json()
    entries = first["issueChangeLogs"][0]["changeHistories"]
    assert isinstance(entries[0]["created"], int)
    assert len(entries) == 30
    second = post(ONE, "/changelog/bulkfetch", {**asked, "nextPageToken": first["nextPageToken"]})
    assert len(second.json()["issueChangeLogs"][0]["changeHistories"]) == 20
    assert "nextPageToken" not in second.json()
    other = post(ONE, "/changelog/bulkfetch", {**asked, "fieldIds": ["summary"]}).json()
    assert other["issueChangeLogs"] == []
    assert post(ONE, "/changelog/bulkfetch", {}).status == 400


def test_remote_links_are_listed() -> None:
    links = get(rich, "/issue/CHG-7/remotelink").json()
    assert [link["object"]["url"] for link in links] == ["https://github.com/acme/app/pull/12"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?permissions=BROWSE_PROJECTS,ADD_COMMENTS", 200),
        ("?permissions=BROWSE_PROJECTS&issueKey=CHG-7", 200),
        ("?permissions=BROWSE_PROJECTS&issueKey=CHG-404", 404),
        ("", 400),
    ],
)
def test_permissions_can_be_asked_for(query: str, status: int) -> None:
    reads = site(tickets={"CHG-7": TICKET}, jira={"may": []})
    response = get(reads, f"/mypermissions{query}")
    assert response.status == status
    if status == 200:
        found = response.json()["permissions"]
        assert found["BROWSE_PROJECTS"]["havePermission"] is True
        assert all(
            not item["havePermission"] for key, item in found.items() if key != "BROWSE_PROJECTS"
        )
