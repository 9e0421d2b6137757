"""What clients write to GitLab lasts as long as the server, and is refused as GitLab refuses it."""

import json
from typing import Any

import pytest

from gate.sandbox.gitlab_rest.access import WRITE_TOKEN
from gate.sandbox.gitlab_rest.quick_actions import without_actions
from gate.sandbox.messages import Request, Response
from gate.sandbox.site import Site
from tests.sandbox.asking import site
from tests.sandbox.gitlab.asking import API, JOB, NOBODY, READ, ask

HOME = "/projects/4242"
WRITE = {"private-token": WRITE_TOKEN}
PULL = {"author": "ann", "commits": ["m0"], "branch": "fix", "state": "open", "title": "x"}


def place(**over: Any) -> Site:
    tickets = {
        "acme/app#3": {"title": "A", "labels": ["bug", "big"], "author": "ann"},
        "acme/app#4": {"title": "B", "state": "closed", "labels": ["bug"], "author": "ben"},
    }
    return site(
        **{
            "pull_requests": {"12": PULL},
            "tickets": tickets,
            "gitlab": {"write_token": True},
            **over,
        }
    )


def guest() -> Site:
    return place(gitlab={"write_token": True, "write_role": "guest"})


def write(
    some: Site, method: str, path: str, body: Any, headers: dict[str, str] | None = None
) -> Response:
    return some.answer(
        Request(
            method=method,
            path=f"{API}{HOME}{path}",
            headers=WRITE if headers is None else headers,
            body=json.dumps(body).encode(),
        )
    )


def numbers(some: Site, query: str = "") -> list[int]:
    return [one["iid"] for one in ask(some, f"{HOME}/issues{query}", JOB).json()]


def test_issues_are_listed_by_state_and_labels() -> None:
    some = place()
    assert numbers(some) == [4, 3]
    assert numbers(some, "?sort=asc") == [3, 4]
    assert numbers(some, "?state=opened") == [3]
    assert numbers(some, "?state=closed") == [4]
    assert numbers(some, "?labels=Bug,big") == [3]
    assert ask(some, "/projects/acme%2Fnone/issues").status == 404


def test_a_new_issue_is_that_of_the_account_of_the_token() -> None:
    some = place()
    ben = ask(some, "/users?username=BEN-B").json()[0]["id"]
    body = {
        "title": "New",
        "description": "text\n/label ~x",
        "labels": "new,more",
        "due_date": "2026-11-26",
        "assignee_ids": [ben, 1_234],
    }
    made = write(some, "POST", "/issues", body)
    assert made.status == 201
    shown = made.json()
    assert (shown["iid"], shown["description"]) == (5, "text")
    assert (shown["due_date"], shown["labels"]) == ("2026-11-26", ["more", "new"])
    assert shown["assignee"]["username"] == "ben-b"
    assert shown["author"]["id"] == ask(some, "/user", WRITE).json()["id"]
    assert shown["author"]["id"] != ask(some, "/user", READ).json()["id"]
    assert numbers(some, "?labels=new") == [5]
    bare = write(some, "POST", "/issues", {"title": "Bare", "description": "/close"}).json()
    assert (bare["due_date"], bare["state"], bare["assignee"]) == (None, "closed", None)


@pytest.mark.parametrize("body", [{}, {"title": ""}, {"title": "x" * 256}])
def test_an_issue_needs_a_title_that_fits(body: Any) -> None:
    assert write(place(), "POST", "/issues", body).status == 400


def test_an_issue_is_closed_opened_and_labelled() -> None:
    some = place()
    closed = write(some, "PUT", "/issues/3", {"state_event": "close", "add_labels": "late"}).json()
    assert (closed["state"], closed["labels"]) == ("closed", ["big", "bug", "late"])
    assert closed["closed_by"]["username"].startswith("project_4242_bot_")
    again = write(some, "PUT", "/issues/3", {"state_event": "close"}).json()
    assert again == closed
    assert write(some, "PUT", "/issues/3", {"state_event": "reopen"}).json()["state"] == "opened"


def test_notes_are_made_and_changed_by_whoever_wrote_them() -> None:
    some = place()
    for path in ("/issues/3/notes", "/merge_requests/12/notes"):
        made = write(some, "POST", path, {"body": "hello\n/assign @ann-a"})
        assert (made.status, made.json()["body"]) == (201, "hello")
        note = made.json()["id"]
        new = write(some, "PUT", f"{path}/{note}", {"body": "changed"}).json()
        assert new["body"] == "changed"
        listed = ask(some, f"{HOME}{path}?sort=asc").json()
        assert [one["body"] for one in listed if not one["system"]] == ["changed"]
        spot = "acme/app#3" if "issues" in path else "acme/app!12"
        other = some.gitlab.written.say(spot, "ann", "mine", some.gitlab.clock())
        assert write(some, "PUT", f"{path}/{other.id}", {"body": "x"}).status == 403
        assert write(some, "PUT", f"{path}/1", {"body": "x"}).status == 404
        assert write(some, "POST", path, {"body": " "}).status == 400
        assert write(some, "POST", path, {"body": "/assign @ann-a"}).status == 202


def test_a_note_may_close_an_issue() -> None:
    some = place()
    assert write(some, "POST", "/issues/3/notes", {"body": "done\n/close"}).status == 201
    assert numbers(some, "?state=opened") == []


@pytest.mark.parametrize(
    ("text", "left", "closes"),
    [
        ("/close", "", True),
        ("a\n/CLOSE now\nb", "a\nb", True),
        ("a\r\n/close", "a", True),
        (" /close", " /close", False),
        ("/closed", "/closed", False),
        ("/confidential\nrest", "rest", False),
    ],
)
def test_lines_that_are_commands_vanish(text: str, left: str, closes: bool) -> None:
    assert without_actions(text) == (left, closes)


def test_only_a_token_with_the_scope_api_writes() -> None:
    some = place()
    for headers, status in ((READ, 403), (JOB, 401), (NOBODY, 401)):
        response = write(some, "POST", "/issues", {"title": "x"}, dict(headers))
        assert response.status == status
    assert write(place(gitlab={}), "POST", "/issues", {"title": "x"}).status == 401
    dead = place(gitlab={"write_token": True, "dead": ["write"]})
    assert write(dead, "POST", "/issues", {"title": "x"}).json()["error"] == "invalid_token"
    assert ask(some, "/job", WRITE).status == 404


def test_a_guest_opens_issues_and_makes_no_labels() -> None:
    some = guest()
    made = write(some, "POST", "/issues", {"title": "x", "labels": "bug,new"}).json()
    assert made["labels"] == ["bug"]
    own, other = f"/issues/{made['iid']}", "/issues/3"
    assert write(some, "PUT", own, {"add_labels": "big"}).json()["labels"] == ["bug"]
    assert write(some, "PUT", own, {"state_event": "close"}).json()["state"] == "closed"
    assert write(some, "PUT", other, {"state_event": "close"}).status == 403
    assert write(some, "POST", "/merge_requests/12/notes", {"body": "x"}).status == 404
    public = place(
        gitlab={"write_token": True, "write_role": "guest"}, repository={"private": False}
    )
    assert write(public, "POST", "/merge_requests/12/notes", {"body": "x"}).status == 201


def test_issues_can_be_switched_off() -> None:
    some = place(repository={"issues": False})
    assert write(some, "POST", "/issues", {"title": "x"}).status == 403
    assert numbers(some) == []


def test_a_project_that_holds_nothing_but_issues_has_no_merge_requests() -> None:
    some = place(repository={"others": ["acme/more"]})
    path = f"{API}/projects/acme%2Fmore"
    made = some.answer(
        Request(method="POST", path=f"{path}/issues", headers=WRITE, body=b'{"title": "x"}')
    )
    assert made.json()["references"]["full"] == "acme/more#1"
    note = some.answer(
        Request(method="POST", path=f"{path}/issues/1/notes", headers=WRITE, body=b'{"body": "x"}')
    )
    assert note.status == 201
    assert ask(some, "/projects/acme%2Fmore/merge_requests").status == 404
