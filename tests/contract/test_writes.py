"""What the sandbox answers to changes fits what both forges say of them, and so do our questions about comments."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests
from graphql import GraphQLSchema, parse, validate

from gate.adapters.forges.github.comments import own_comments_of
from gate.adapters.trackers import github_desk
from gate.sandbox.github_rest import api as github
from gate.sandbox.gitlab_rest import api as gitlab
from gate.sandbox.gitlab_rest.access import WRITE_TOKEN
from gate.sandbox.routing import find
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from tests.contract.gitlab_shapes import ERRORS, WRITES
from tests.contract.openapi import Description
from tests.contract.test_github_graphql import about_this_world, problems
from tests.sandbox.asking import raw

GITHUB = {"Authorization": "Bearer sandbox-workflow-token"}
GITLAB = {"PRIVATE-TOKEN": WRITE_TOKEN}
DOCUMENTS = {
    "own comments on an issue": own_comments_of("issue"),
    "own comments on a pull request": own_comments_of("pullRequest"),
    "follow-ups": github_desk.FOLLOW_UPS,
    "more comments": github_desk.MORE_COMMENTS,
}
NUMBERS = {"own comments on a pull request": 12}
Write = tuple[str, str, Any]


def world(**over: Any) -> World:
    pull = {"author": "ann", "commits": ["m0"], "branch": "fix", "state": "open", "title": "x"}
    comments = [
        {"by": "ann", "body": "first", "edited_at": "-5m", "edited_by": "ben"},
        {"by": "gone", "body": "second"},
        {"by": "robot", "body": "third"},
    ]
    issues = {"acme/app#3": {"title": "A", "labels": ["gate"], "comments": comments}}
    token = {"gitlab": {"write_token": True}}
    return World.of(raw(**{**token, "pull_requests": {"12": pull}, "tickets": issues, **over}))


def to_github(box: Sandbox) -> Iterator[Write]:
    home = "/repos/acme/app/issues"
    yield "POST", home, {"title": "New", "body": "x", "labels": ["a"], "assignees": ["ann-a"]}
    yield "POST", home, {"title": "New", "assignees": ["nobody"]}
    yield "POST", home, {}
    yield "PATCH", f"{home}/3", {"state": "closed", "state_reason": "not_planned"}
    yield "PATCH", f"{home}/77", {"state": "closed"}
    yield "POST", f"{home}/3/labels", {"labels": ["late"]}
    yield "POST", f"{home}/77/labels", {"labels": ["late"]}
    yield "POST", f"{home}/3/comments", {"body": "text"}
    yield "POST", f"{home}/12/comments", {"body": "text"}
    yield "POST", f"{home}/77/comments", {"body": "text"}
    yield "POST", f"{home}/3/comments", {"body": ""}
    comment = box.site.github.written.comments("acme/app#3")[0].id
    yield "PATCH", f"{home}/comments/{comment}", {"body": "changed"}


def to_gitlab(box: Sandbox) -> Iterator[Write]:
    home = f"/projects/{box.world.repository.id}"
    fields = {"labels": "a,b", "due_date": "2026-11-26", "assignee_ids": [1]}
    yield "POST", f"{home}/issues", {"title": "New", "description": "x", **fields}
    yield "POST", f"{home}/issues", {}
    yield "PUT", f"{home}/issues/3", {"state_event": "close", "add_labels": "late"}
    yield "PUT", f"{home}/issues/77", {"state_event": "close"}
    for on in ("issues/3", "merge_requests/12"):
        yield "POST", f"{home}/{on}/notes", {"body": "text"}
        yield "POST", f"{home}/{on}/notes", {}
        kept = "acme/app#3" if on.startswith("issues") else "acme/app!12"
        note = box.site.gitlab.written.comments(kept)[-1].id
        yield "PUT", f"{home}/{on}/notes/{note}", {"body": "changed"}
        yield "PUT", f"{home}/{on}/notes/1", {"body": "changed"}


def send(base: str, headers: Mapping[str, str], write: Write) -> tuple[int, Any]:
    method, path, body = write
    response = requests.request(
        method, f"{base}{path}", json=body, headers=dict(headers), timeout=10
    )
    return response.status_code, response.json()


@pytest.mark.parametrize("over", [{}, {"token": {"writes": []}}, {"repository": {"issues": False}}])
def test_every_answer_of_github_fits_the_description(
    over: Any, github_description: Description
) -> None:
    asked, found = set(), list[str]()
    with Sandbox(world(**over)) as box:
        for write in to_github(box):
            status, body = send(f"{box.url}/github", GITHUB, write)
            found += github_description.problems(write[0], write[1], status, body)
            if match := find(github.ROUTES, write[0], write[1]):
                asked.add((match.route.method, match.route.path))
    assert found == []
    written = {(one.method, one.path) for one in github.ROUTES if one.method != "GET"}
    assert asked == written


@pytest.mark.parametrize("over", [{}, {"gitlab": {"write_token": True, "write_role": "guest"}}])
def test_every_answer_of_gitlab_fits_the_description(over: Any) -> None:
    described = Description(
        {
            "paths": {
                path: {
                    method: {
                        "responses": {
                            str(status): _json(shape),
                            **{str(code): _json(ERRORS) for code in (400, 401, 403, 404)},
                        }
                    }
                    for (method, known), (status, shape) in WRITES.items()
                    if known == path
                }
                for path in {path for _, path in WRITES}
            },
            "components": {"schemas": {}},
        }
    )
    asked, found = set(), list[str]()
    with Sandbox(world(**over)) as box:
        for place in ("acme/app#3", "acme/app!12"):
            box.site.gitlab.written.say(place, "write", "earlier", box.clock())
        for write in to_gitlab(box):
            status, body = send(f"{box.url}/gitlab/api/v4", GITLAB, write)
            found += described.problems(write[0], write[1], status, body)
            if match := find(gitlab.ROUTES, write[0], write[1]):
                asked.add((match.route.method, match.route.path))
    assert found == []
    assert asked == {(one.method, one.path) for one in gitlab.ROUTES if one.method != "GET"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_documents_fit_the_schema_and_so_do_their_answers(
    name: str, github_schema: GraphQLSchema
) -> None:
    assert validate(github_schema, parse(DOCUMENTS[name])) == []
    text = about_this_world(DOCUMENTS[name])
    variables = {
        "owner": "acme", "name": "app", "label": "gate", "number": NUMBERS.get(name, 3),
        "after": None if name != "more comments" else "Y3Vyc29yOnYyOjE=",
    }  # fmt: skip
    with Sandbox(world()) as box:
        response = requests.post(
            f"{box.url}/github/graphql",
            json={"query": text, "variables": variables},
            headers=GITHUB,
            timeout=10,
        )
    answer = response.json()
    assert "errors" not in answer
    assert list(problems(github_schema, name, text, answer, variables)) == []


def _json(schema: Any) -> Any:
    return {"content": {"application/json": {"schema": schema}}}
