"""What clients write in the sandbox's Jira, and what they find of it later."""

import json
from datetime import timedelta
from typing import Any

import pytest

from gate.sandbox.messages import Response
from gate.sandbox.site import Site
from gate.sandbox.world.problems import WorldInvalid
from tests.sandbox.asking import NOW, ask, site, world

API = "/jira/rest/api/3"
DOCUMENT = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": []}]}
FIELDS = {
    "project": {"key": "OPS"},
    "issuetype": {"name": "Task"},
    "summary": "Review it",
    "description": DOCUMENT,
    "labels": ["a"],
    "duedate": "2026-11-26",
    "assignee": {"id": "j-ben"},
}
COMMENTS = [
    {"by": "ann", "at": "-2h", "body": "One"},
    {"by": "ann", "at": "-1h", "adf": DOCUMENT, "edited_at": "-30m", "edited_by": "ben"},
    {"at": "-10m", "body": "Nobody"},
]
TICKET = {
    "labels": ["a"], "reporter": "ann", "creator": "ben", "due": "2026-11-30", "created": "-3h",
    "properties": {"change-gate": {"id": "x"}}, "comments": COMMENTS,
}  # fmt: skip


def get(place: Site, path: str, **more: Any) -> Response:
    return ask(place, f"{API}{path}", **more)


def send(place: Site, path: str, body: Any, method: str = "POST", **more: Any) -> Response:
    return ask(place, f"{API}{path}", method=method, body=json.dumps(body).encode(), **more)


def create(place: Site, **changed: Any) -> Response:
    properties = [{"key": "change-gate", "value": {"id": "x"}}]
    fields = {name: value for name, value in {**FIELDS, **changed}.items() if value is not ...}
    return send(place, "/issue", {"fields": fields, "properties": properties})


def search(place: Site, jql: str = 'labels = "a"', **query: Any) -> Any:
    asked = {"jql": jql, **query}
    text = "&".join(f"{name}={value}" for name, value in asked.items())
    response = get(place, f"/search/jql?{text}")
    assert response.status == 200, response.body
    return response.json()


def keys(place: Site, jql: str = 'labels = "a"', **query: Any) -> list[str]:
    return [issue["key"] for issue in search(place, jql, **query)["issues"]]


def test_an_issue_that_was_made_is_there_with_all_that_was_given() -> None:
    place = site()
    made = create(place)
    assert (made.status, made.json()["key"]) == (201, "OPS-1")
    issue = get(place, f"/issue/{made.json()['id']}?properties=change-gate,other").json()
    assert issue["key"] == "OPS-1"
    assert issue["properties"] == {"change-gate": {"id": "x"}}
    fields = issue["fields"]
    assert (fields["summary"], fields["description"]) == ("Review it", DOCUMENT)
    assert (fields["labels"], fields["duedate"]) == (["a"], "2026-11-26")
    assert fields["creator"]["displayName"] == fields["reporter"]["displayName"] == "Change Gate"
    assert fields["assignee"]["accountId"] == "j-ben"
    assert fields["status"]["statusCategory"]["key"] == "new"
    assert "properties" not in get(place, "/issue/OPS-1").json()
    assert create(place).json()["key"] == "OPS-2"


def test_whoever_owns_the_token_makes_it_and_the_service_account_can_be_named() -> None:
    place = site(jira={"account": "ann"})
    create(place, assignee={"accountId": get(site(), "/myself").json()["accountId"]})
    fields = get(place, "/issue/OPS-1").json()["fields"]
    assert fields["creator"]["accountId"] == "j-ann"
    assert fields["assignee"]["displayName"] == "Change Gate"


def test_keys_go_on_after_those_of_the_world_and_ids_only_grow() -> None:
    place = site(tickets={"OPS-7": {"id": 3_000_000}, "CHG-9": {"key": "OPS-9"}, "XY-50": {}})
    made = create(place).json()
    assert (made["key"], made["id"]) == ("OPS-10", "3000001")
    assert create(place, project={"key": "NEW"}).json()["key"] == "NEW-1"


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"project": ...}, "project", "valid project"),
        ({"project": "OPS"}, "project", "valid project"),
        ({"issuetype": {}}, "issuetype", "valid issue type"),
        ({"summary": ...}, "summary", "must specify"),
        ({"summary": "a\nb"}, "summary", "newline"),
        ({"summary": "a" * 256}, "summary", "255"),
        ({"description": "text"}, "description", "Atlassian Document"),
        ({"description": {**DOCUMENT, "version": 2}}, "description", "Atlassian Document"),
        (
            {"description": {**DOCUMENT, "content": [{"type": "text", "text": "a" * 32_768}]}},
            "description",
            "too long",
        ),
        ({"labels": ["a b"]}, "labels", "contains spaces"),
        ({"duedate": "tomorrow"}, "duedate", "parsing"),
        ({"assignee": {"id": "nobody"}}, "assignee", "valid value"),
        ({"assignee": {}}, "assignee", "valid value"),
        ({"customfield_1": 1}, "customfield_1", "cannot be set"),
    ],
)
def test_what_jira_would_not_take_is_refused_by_field(changed: Any, field: str, says: str) -> None:
    place = site()
    response = create(place, **changed)
    assert response.status == 400
    assert says in response.json()["errors"][field]
    assert place.jira.shelf.all() == []


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"not_on_screen": ["duedate"]}, "duedate"),
        ({"may": ["edit"]}, "project"),
        ({"projects": ["CHG"]}, "project"),
    ],
)
def test_a_site_may_take_less_and_an_account_may_do_less(over: Any, field: str) -> None:
    response = create(site(jira=over))
    assert response.status == 400
    assert list(response.json()["errors"]) == [field]


def test_what_may_be_left_out_may_be_left_out() -> None:
    place = site()
    bare = {name: FIELDS[name] for name in ("project", "issuetype", "summary")}
    assert send(place, "/issue", {"fields": bare}).status == 201
    fields = get(place, "/issue/OPS-1").json()["fields"]
    assert (fields["duedate"], fields["labels"], fields["assignee"]) == (None, [], None)
    bodies: list[Any] = [{}, [], {"fields": 7}]
    for body in bodies:
        assert send(place, "/issue", body).status == 400
    assert ask(place, f"{API}/issue", method="POST", body=b"{").status == 400


def test_strangers_write_nothing() -> None:
    place = site(tickets={"OPS-1": TICKET})
    answers = [
        send(place, path, {}, method, authorization=None).status
        for method, path in [
            ("POST", "/issue"),
            ("PUT", "/issue/OPS-1"),
            ("POST", "/issue/OPS-1/comment"),
            ("POST", "/issue/OPS-1/transitions"),
        ]
    ]
    assert answers == [401, 404, 404, 404]
    for path in ("/issue/OPS-1/comment", "/issue/OPS-1/transitions"):
        assert get(place, path, authorization=None).status == 404
    assert get(place, "/search/jql?jql=labels=a", authorization=None).json()["issues"] == []
    assert get(place, "/search/jql?jql=project=NO", authorization=None).status == 200


def test_projects_that_the_account_may_not_browse_are_not_there() -> None:
    place = site(tickets={"OPS-1": TICKET, "CHG-1": TICKET}, jira={"projects": ["CHG"]})
    assert get(place, "/issue/OPS-1").status == 404
    assert keys(place) == ["CHG-1"]
    assert get(place, "/search/jql?jql=project=OPS").status == 400
    asked = "/mypermissions?permissions=BROWSE_PROJECTS,CREATE_ISSUES&projectKey="
    assert get(place, f"{asked}OPS").status == 404
    found = get(place, f"{asked}CHG").json()["permissions"]
    assert [one["havePermission"] for one in found.values()] == [True, True]


# --- searching ------------------------------------------------------------------------------


def test_labels_and_projects_can_be_searched_for_oldest_first() -> None:
    place = site(
        tickets={
            "OPS-1": {"labels": ["a", "b"], "created": "-1h"},
            "OPS-2": {"labels": ["a"], "created": "-2h"},
            "CHG-3": {"labels": ["b"], "created": "-3h"},
        }
    )
    assert keys(place) == ["OPS-2", "OPS-1"]
    assert keys(place, 'labels = "a" AND labels = b') == ["OPS-1"]
    assert keys(place, "project = OPS and labels=a order by created desc") == ["OPS-1", "OPS-2"]
    assert keys(place, "project = CHG ORDER BY created") == ["CHG-3"]


def test_a_search_gives_ids_alone_unless_it_is_asked_for_more() -> None:
    place = site(tickets={"OPS-1": TICKET})
    (bare,) = search(place)["issues"]
    assert bare["fields"] == {}
    (asked,) = search(place, fields="summary,comment", properties="change-gate", expand="names")[
        "issues"
    ]
    assert asked["fields"].keys() == asked["names"].keys() == {"summary", "comment"}
    assert asked["properties"] == TICKET["properties"]


def test_pages_follow_one_another_by_a_token() -> None:
    tickets = {
        f"OPS-{number}": {"labels": ["a"], "created": f"-{9 - number}h"} for number in range(1, 6)
    }
    place = site(tickets=tickets, jira={"page": 2})
    found, page = [], search(place, maxResults=100)
    while True:
        found += [issue["key"] for issue in page["issues"]]
        if page["isLast"]:
            break
        page = search(place, maxResults=100, nextPageToken=page["nextPageToken"])
    assert found == list(tickets)
    assert "nextPageToken" not in page
    assert len(search(place, maxResults=0)["issues"]) == 1


@pytest.mark.parametrize(
    "query",
    [
        "jql=",
        "jql=order by created",
        "jql=summary ~ x",
        "jql=labels = a OR labels = b",
        "jql=labels=a&nextPageToken=x",
        "jql=labels=a&reconcileIssues=x",
        "jql=labels=a&reconcileIssues=" + ",".join(map(str, range(51))),
    ],
)
def test_what_cannot_be_searched_for_is_refused(query: str) -> None:
    assert get(site(), f"/search/jql?{query}").status == 400


class Later:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> Any:
        return self.now


def test_a_search_lags_behind_but_for_the_ids_that_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place, clock = site(jira={"search_lag": "30s"}), Later()
    monkeypatch.setattr(type(place.jira.clock), "__call__", lambda _: clock())
    id_ = create(place).json()["id"]
    assert keys(place) == []
    assert keys(place, reconcileIssues=id_) == ["OPS-1"]
    clock.now += timedelta(seconds=30)
    assert keys(place) == ["OPS-1"]
    send(place, "/issue/OPS-1", {"update": {"labels": [{"remove": "a"}, {"add": "b"}]}}, "PUT")
    assert keys(place) == ["OPS-1"]
    assert keys(place, reconcileIssues=id_) == []
    assert get(place, "/issue/OPS-1").json()["fields"]["labels"] == ["b"]
    clock.now += timedelta(seconds=30)
    assert (keys(place), keys(place, "labels=b")) == ([], ["OPS-1"])


# --- comments, labels, transitions ----------------------------------------------------------


def test_comments_of_the_world_and_of_clients_stand_together() -> None:
    place = site(tickets={"OPS-1": TICKET})
    said = send(place, "/issue/OPS-1/comment", {"body": DOCUMENT})
    assert (said.status, said.json()["body"]) == (201, DOCUMENT)
    page = get(place, "/issue/OPS-1/comment").json()
    assert (page["total"], page["startAt"]) == (4, 0)
    first, second, third, fourth = page["comments"]
    assert first["body"]["content"][0]["content"] == [{"type": "text", "text": "One"}]
    assert first["updated"] == first["created"]
    assert first["author"]["accountId"] == first["updateAuthor"]["accountId"] == "j-ann"
    assert second["updateAuthor"]["accountId"] == "j-ben"
    assert second["updated"] > second["created"]
    assert "author" not in third
    assert fourth == said.json()
    part = get(place, "/issue/OPS-1/comment?startAt=1&maxResults=2").json()
    assert part["comments"] == [second, third]
    fields = get(place, "/issue/OPS-1").json()["fields"]
    assert fields["comment"]["comments"] == page["comments"]
    assert fields["updated"] == fourth["created"]
    assert (fields["creator"]["accountId"], fields["duedate"]) == ("j-ben", "2026-11-30")


def test_only_twenty_comments_come_along_with_an_issue() -> None:
    place = site(tickets={"OPS-1": {"comments": [{"body": str(number)} for number in range(25)]}})
    along = get(place, "/issue/OPS-1?fields=comment").json()["fields"]["comment"]
    assert (len(along["comments"]), along["total"], along["maxResults"]) == (20, 25, 20)


def test_a_comment_that_jira_would_not_take_is_refused() -> None:
    place = site(tickets={"OPS-1": TICKET})
    assert send(place, "/issue/OPS-1/comment", {"body": "text"}).status == 400
    silent = site(tickets={"OPS-1": TICKET}, jira={"may": []})
    assert send(silent, "/issue/OPS-1/comment", {"body": DOCUMENT}).status == 403


def test_labels_are_added_once_and_leave_a_trace() -> None:
    place = site(tickets={"OPS-1": TICKET})
    change = {"update": {"labels": [{"add": "b"}, {"add": "a"}]}}
    assert send(place, "/issue/OPS-1", change, "PUT").status == 204
    issue = get(place, "/issue/OPS-1?expand=changelog").json()
    assert issue["fields"]["labels"] == ["a", "b"]
    (entry,) = issue["changelog"]["histories"]
    assert (entry["items"][0]["field"], entry["items"][0]["toString"]) == ("labels", "a b")
    assert entry["author"]["displayName"] == "Change Gate"


@pytest.mark.parametrize(
    ("body", "may"),
    [({}, ["edit"]), ({"update": 7}, ["edit"]), ({"update": {"labels": [{"add": "a b"}]}}, ["edit"]),
     ({"update": {"labels": []}}, [])],
)  # fmt: skip
def test_an_edit_that_jira_would_not_take_is_refused(body: Any, may: list[str]) -> None:
    place = site(tickets={"OPS-1": TICKET}, jira={"may": may})
    assert send(place, "/issue/OPS-1", body, "PUT").status == 400
    assert get(place, "/issue/OPS-1").json()["fields"]["labels"] == ["a"]


def test_every_status_leads_to_every_other_one() -> None:
    place = site(tickets={"OPS-1": TICKET})
    found = get(place, "/issue/OPS-1/transitions").json()["transitions"]
    ways = {one["name"]: one["id"] for one in found}
    assert list(ways) == ["Back to the list", "Start", "Reject", "Finish"]
    assert "fields" not in found[0]
    move = {"transition": {"id": ways["Finish"]}}
    assert send(place, "/issue/OPS-1/transitions", move).status == 204
    fields = get(place, "/issue/OPS-1").json()["fields"]
    assert (fields["status"]["name"], fields["status"]["statusCategory"]["key"]) == ("Done", "done")
    assert fields["resolution"]["name"] == "Done"
    (entry,) = get(place, "/issue/OPS-1/changelog").json()["values"]
    assert (entry["items"][0]["fromString"], entry["items"][0]["toString"]) == ("Approved", "Done")
    left = get(place, "/issue/OPS-1/transitions?expand=transitions.fields").json()["transitions"]
    assert [one["name"] for one in left] == ["Back to the list", "Start", "Reject"]
    assert left[0]["fields"] == {}


@pytest.mark.parametrize("body", [{}, {"transition": "31"}, {"transition": {"id": "99"}}])
def test_a_transition_that_is_none_is_refused(body: Any) -> None:
    assert send(site(tickets={"OPS-1": TICKET}), "/issue/OPS-1/transitions", body).status == 400


def test_an_account_that_may_not_move_issues_is_offered_nothing() -> None:
    place = site(tickets={"OPS-1": TICKET}, jira={"may": ["edit"]})
    assert get(place, "/issue/OPS-1/transitions").json()["transitions"] == []
    assert send(place, "/issue/OPS-1/transitions", {"transition": {"id": "31"}}).status == 400


def test_whoever_comments_has_an_account_in_jira() -> None:
    with pytest.raises(WorldInvalid, match="gone acts in Jira"):
        world(tickets={"OPS-1": {"comments": [{"by": "gone"}]}})
    with pytest.raises(WorldInvalid, match="gone acts in Jira"):
        world(tickets={"OPS-1": {"creator": "gone"}})
