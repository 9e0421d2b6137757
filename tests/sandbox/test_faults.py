from datetime import timedelta
from typing import Any

import pytest

from gate.sandbox.faults import Faults, gets_through, spoiled
from gate.sandbox.messages import Request, answer
from gate.sandbox.world.faults import Fault, Wrong

CHECKS = Request(method="GET", path="/github/repos/a/b/commits/c/check-runs")


def picks(route: str, request: Request) -> bool:
    return Faults([Fault(route=route, reset=True)]).pick(request) is not None


@pytest.mark.parametrize(
    ("route", "matches"),
    [
        ("GET /repos/*/*/commits/*/check-runs", True),
        ("GET /github/repos/*/*/commits/*/check-runs", True),
        ("* /repos/**", True),
        ("**", True),
        ("GET /repos/*", False),
        ("GET /repos/*/*/commits/*", False),
        ("POST /repos/**", False),
        ("GET /jira/**", False),
    ],
)
def test_a_route_is_a_glob_in_which_one_star_stays_between_slashes(
    route: str, matches: bool
) -> None:
    assert picks(route, CHECKS) is matches


def test_a_graphql_operation_can_be_named() -> None:
    request = Request(method="POST", path="/github/graphql", body=b"query Opening { x }")
    assert picks("POST /graphql Opening", request)
    assert picks("POST /graphql", request)
    assert not picks("POST /graphql Commits", request)


def test_the_first_fault_that_is_not_used_up_applies() -> None:
    once = Fault(route="**", status=500, times=1)
    twice = Fault(route="**", status=501, times=2)
    second_page = Fault(route="**", status=502, page=2)
    faults = Faults([second_page, once, twice])
    assert [faults.pick(CHECKS) for _ in range(4)] == [once, twice, twice, None]
    later = Request(method="GET", path="/x", query={"page": "2"})
    assert faults.pick(later) == second_page


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (Fault(route="", wrong=Wrong(json=[1])), 200, [1]),
        (
            Fault(route="", merge={"a": {"x": 9}, "c": None}),
            201,
            {"a": {"x": 9, "y": 2}, "b": 3, "c": None},
        ),
        (Fault(route="", delay=None), 201, {"a": {"x": 1, "y": 2}, "b": 3}),
    ],
)
def test_a_wrong_answer_stands_instead_of_the_true_one_or_lies_over_it(
    fault: Fault, status: int, body: Any
) -> None:
    true = answer({"a": {"x": 1, "y": 2}, "b": 3}, status=201, headers={"X": "kept"})
    response = spoiled(fault, true)
    assert (response.status, response.json()) == (status, body)


def test_a_list_is_replaced_as_a_whole() -> None:
    assert spoiled(Fault(route="", merge={"a": 1}), answer([1, 2])).json() == {"a": 1}


def test_a_status_comes_with_the_body_and_headers_of_the_fault() -> None:
    fault = Fault(
        route="",
        status=502,
        body="<h1>no</h1>",
        content_type="text/html",
        headers={"Retry-After": "1"},
    )
    response = spoiled(fault, answer({}))
    assert (response.status, response.body) == (502, b"<h1>no</h1>")
    assert response.headers == {"Content-Type": "text/html", "Retry-After": "1"}


@pytest.mark.parametrize(
    ("how", "through"),
    [
        ({"status": 500}, False),
        ({"reset": True}, False),
        ({"wrong": Wrong(json={})}, False),
        ({"status": 500, "done": True}, True),
        ({"reset": True, "done": True}, True),
        ({"wrong": Wrong(json={}), "done": True}, True),
        ({"truncate": 3}, True),
        ({"merge": {}}, True),
        ({"delay": timedelta(seconds=1)}, True),
        ({"headers": {"A": "b"}}, True),
    ],
)
def test_what_is_answered_in_the_systems_place_never_reached_it_unless_it_is_done(
    how: Any, through: bool
) -> None:
    assert gets_through(Fault(route="**", **how)) is through
    assert gets_through(None)
