"""What clients write to GitHub lasts as long as the server, and is refused as GitHub refuses it."""

import json
from typing import Any

import pytest

from gate.sandbox.messages import Response
from gate.sandbox.site import Site
from tests.sandbox.asking import ask, site

ISSUES = "/github/repos/acme/app/issues"
PULL = {"author": "ann", "commits": ["m0"], "branch": "fix", "state": "open", "title": "x"}


def place(**over: Any) -> Site:
    return site(
        pull_requests={"12": PULL},
        tickets={
            "acme/app#3": {
                "title": "A",
                "labels": ["bug", "Big"],
                "comments": [{"by": "ann", "body": "first", "at": "-2h", "edited_at": "-1h"}],
            },
            "acme/app#4": {"title": "B", "state": "closed", "labels": ["bug"], "author": "ben"},
        },
        **over,
    )


def write(some: Site, method: str, path: str, body: Any) -> Response:
    return ask(some, f"{ISSUES}{path}", method=method, body=json.dumps(body).encode())


def numbers(some: Site, query: str) -> list[int]:
    response = ask(some, f"{ISSUES}?{query}")
    assert response.status == 200
    return [one["number"] for one in response.json()]


def test_issues_and_pull_requests_are_listed_together_by_state_and_labels() -> None:
    some = place()
    assert numbers(some, "") == [12, 3]
    assert numbers(some, "state=all&direction=asc") == [3, 4, 12]
    assert numbers(some, "state=closed") == [4]
    assert numbers(some, "state=all&labels=BUG") == [4, 3]
    assert numbers(some, "labels=bug,big") == [3]
    assert ask(some, "/github/repos/acme/none/issues").status == 404


def test_a_new_issue_has_the_next_number_of_issues_and_pull_requests_together() -> None:
    some = place()
    body = {"title": "New", "body": "text", "labels": ["new"], "assignees": ["BEN-b"]}
    made = write(some, "POST", "", body)
    assert made.status == 201
    shown = made.json()
    assert (shown["number"], shown["user"]["login"]) == (13, "github-actions[bot]")
    assert [one["login"] for one in shown["assignees"]] == ["ben-b"]
    assert numbers(some, "labels=new") == [13]
    assert ask(some, f"{ISSUES}/13").json() == shown
    assert write(some, "POST", "", {"title": "Again"}).json()["number"] == 14


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": "x" * 257},
        {"title": "x", "body": "x" * 65_537},
        {"title": "x", "assignees": ["nobody"]},
    ],
)
def test_what_github_does_not_accept_is_not_made(body: Any) -> None:
    some = place()
    assert write(some, "POST", "", body).status == 422
    assert numbers(some, "state=all") == [12, 4, 3]


def test_issues_can_be_switched_off() -> None:
    some = place(repository={"issues": False, "others": ["acme/more"]})
    assert write(some, "POST", "", {"title": "x"}).status == 410
    more = ask(some, "/github/repos/Acme/More/issues", method="POST", body=b'{"title": "x"}')
    assert more.json()["html_url"] == "https://github.com/acme/more/issues/1"
    assert ask(some, "/github/repos/acme/none/issues", method="POST", body=b"{}").status == 404


def test_an_issue_is_closed_opened_and_labelled() -> None:
    some = place()
    closed = write(some, "PATCH", "/3", {"state": "closed", "state_reason": "not_planned"}).json()
    assert (closed["state"], closed["state_reason"]) == ("closed", "not_planned")
    assert closed["closed_by"]["login"] == "github-actions[bot]"
    assert write(some, "PATCH", "/3", {"state": "closed"}).json() == closed
    assert write(some, "PATCH", "/3", {"state": "open"}).json()["state_reason"] == "reopened"
    assert write(some, "PATCH", "/3", {"state": "closed"}).json()["state_reason"] == "completed"
    labels = write(some, "POST", "/3/labels", {"labels": ["bug", "late"]}).json()
    assert [one["name"] for one in labels] == ["bug", "Big", "late"]


def test_comments_are_made_listed_and_changed() -> None:
    some = place()
    made = write(some, "POST", "/3/comments", {"body": "second"})
    assert made.status == 201
    listed = ask(some, f"{ISSUES}/3/comments").json()
    assert [one["body"] for one in listed] == ["first", "second"]
    assert listed[0]["updated_at"] > listed[0]["created_at"]
    new = write(some, "PATCH", f"/comments/{made.json()['id']}", {"body": "changed"})
    assert new.json()["body"] == "changed"
    assert ask(some, f"{ISSUES}/3").json()["comments"] == 2
    on_pull = write(some, "POST", "/12/comments", {"body": "hello"}).json()
    assert on_pull["html_url"].startswith("https://github.com/acme/app/pull/12#")


@pytest.mark.parametrize("body", [{}, {"body": " "}, {"body": "x" * 65_537}, {"body": 7}])
def test_a_comment_needs_a_body(body: Any) -> None:
    some = place()
    made = write(some, "POST", "/3/comments", {"body": "second"}).json()["id"]
    assert write(some, "POST", "/3/comments", body).status == 422
    assert write(some, "PATCH", f"/comments/{made}", body).status == 422


def test_what_is_not_there_cannot_be_written_to() -> None:
    some = place()
    assert ask(some, f"{ISSUES}/77/comments").status == 404
    for method, path in (
        ("POST", "/77/comments"),
        ("PATCH", "/comments/1"),
        ("PATCH", "/12"),
        ("POST", "/12/labels"),
    ):
        assert write(some, method, path, {"body": "x", "labels": ["x"]}).status == 404


def test_a_token_that_may_only_read_is_refused() -> None:
    some = place(token={"writes": []})
    made = some.github.written.comments("acme/app#3")[0].id
    for method, path in (
        ("POST", ""),
        ("PATCH", "/3"),
        ("POST", "/3/labels"),
        ("POST", "/3/comments"),
        ("POST", "/12/comments"),
        ("PATCH", f"/comments/{made}"),
    ):
        response = write(some, method, path, {"title": "x", "body": "x", "labels": ["x"]})
        assert response.status == 403, path
        assert response.headers["X-Accepted-GitHub-Permissions"] == "issues=write"


def test_pull_requests_can_be_commented_on_with_a_permission_of_their_own() -> None:
    some = place(token={"writes": ["pull-requests"]})
    assert write(some, "POST", "/12/comments", {"body": "x"}).status == 201
    assert write(some, "POST", "/3/comments", {"body": "x"}).status == 403


def test_graphql_lists_issues_with_their_comments() -> None:
    some = place()
    write(some, "POST", "/3/comments", {"body": "ours"})
    query = """query Q { repository(owner: "acme", name: "app") {
      all: issues(first: 10) { totalCount nodes { number } }
      last: issues(first: 1, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { number } }
      some: issues(first: 10, labels: ["big", "else"], states: [OPEN]) { nodes { number
        comments(first: 10) { nodes { databaseId fullDatabaseId body viewerDidAuthor lastEditedAt
          editor { login } author { login } } } } }
      pullRequest(number: 12) { comments(first: 1) { totalCount } } } }"""
    body = json.dumps({"query": query}).encode()
    answer = ask(some, "/github/graphql", method="POST", body=body).json()
    assert "errors" not in answer
    found = answer["data"]["repository"]
    assert [one["number"] for one in found["all"]["nodes"]] == [3, 4]
    assert [one["number"] for one in found["last"]["nodes"]] == [4]
    ((issue),) = found["some"]["nodes"]
    first, ours = issue["comments"]["nodes"]
    assert first["editor"] == first["author"] == {"login": "ann-a"}
    assert int(first["fullDatabaseId"]) > 2**31
    assert (ours["viewerDidAuthor"], ours["author"]) == (True, {"login": "github-actions"})
    assert ours["editor"] is None
    assert found["pullRequest"]["comments"]["totalCount"] == 0
