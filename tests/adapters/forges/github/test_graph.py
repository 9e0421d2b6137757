from __future__ import annotations

from typing import Any

import pytest

from gate.adapters.forges.github import graph
from gate.adapters.forges.github.graph import Graph
from gate.adapters.forges.github.question import Question, missing
from tests.adapters.forges.github.canned import CannedTransport, Raw, client, errors
from tests.adapters.forges.github.canned import graph as answer
from tests.adapters.forges.github.gaps import code_of, gap_of

ASK = Question(what="a thing", permission="contents: read")
DOWN = Raw(502, b"<html>", {"content-type": "text/html"})


def ask(
    *answers: Any, page: int | None = 100, waits: list[float] | None = None
) -> tuple[Graph, CannedTransport]:
    transport = CannedTransport({"Op": list(answers)})
    variables = {} if page is None else {"page": page}
    return graph.ask(
        client(transport, waits), ASK, "Op", "query Op { x }", variables, {"a"}
    ), transport


def test_owner_and_name_are_variables_like_all_others() -> None:
    found, transport = ask(answer(a=1))
    assert found.part("a").number("a") == 1
    assert transport.asked[0].parameters == {"owner": "acme", "name": "app", "page": 100}


def test_a_question_that_takes_too_long_is_asked_again_with_half_the_page() -> None:
    waits: list[float] = []
    slow = {
        "data": None,
        "errors": [{"message": "Something went wrong while executing your query."}],
    }
    found, transport = ask(DOWN, slow, answer(a=1), waits=waits)
    assert found.part("a").number("a") == 1
    assert [asked.parameters["page"] for asked in transport.asked] == [100, 50, 25]
    assert waits == [0.5, 1.0]


def test_a_page_does_not_become_smaller_than_ten() -> None:
    _, transport = ask(DOWN, answer(), page=12)
    assert [asked.parameters["page"] for asked in transport.asked] == [12, 10]


def test_three_tries_are_enough() -> None:
    transport = CannedTransport({"Op": DOWN})
    assert code_of(lambda: graph.ask(client(transport), ASK, "Op", "", {}, ())) == "unavailable"
    assert len(transport.asked) == 3


def test_a_connection_that_breaks_is_made_again_since_the_question_only_reads() -> None:
    found, _ = ask(missing(ASK, "unavailable", "reset"), answer(a=1), page=None)
    assert found.part("a").number("a") == 1


def test_other_gaps_are_not_asked_again() -> None:
    transport = CannedTransport({"Op": missing(ASK, "timed-out", "over", "later")})
    assert code_of(lambda: graph.ask(client(transport), ASK, "Op", "", {}, ())) == "timed-out"
    assert len(transport.asked) == 1


@pytest.mark.parametrize(
    ("kind", "message", "code"),
    [
        ("FORBIDDEN", "Resource not accessible by integration", "not-permitted"),
        ("", "Resource not accessible by personal access token", "not-permitted"),
        ("INSUFFICIENT_SCOPES", "Your token has not been granted", "not-permitted"),
        ("RATE_LIMITED", "API rate limit exceeded", "rate-limited"),
        ("RATE_LIMIT", "come back", "rate-limited"),
        ("NOT_FOUND", "Could not resolve to a Repository", "not-found"),
        ("MAX_NODE_LIMIT_EXCEEDED", "too many nodes", "too-large"),
        ("INTERNAL", "oops", "unavailable"),
        ("", "Something went wrong while executing your query.", "unavailable"),
        ("", "Field 'x' doesn't exist on type 'Y'", "unreadable"),
    ],
)
def test_each_error_has_its_meaning(kind: str, message: str, code: str) -> None:
    found, _ = ask(errors((kind, message, ["a"]), a=None))
    assert code_of(lambda: found.part("a")) == code


def test_the_permission_that_a_part_needs_is_named() -> None:
    found, _ = ask(
        errors(("FORBIDDEN", "no", ["deployments", "nodes", 3, "statuses"]), deployments=None)
    )
    gap = gap_of(lambda: found.part("deployments"))
    assert "`deployments: read`" in gap.detail
    assert "permissions: deployments: read" in gap.remedy
    assert "repository.deployments.nodes.statuses" in gap.detail


def test_no_credential_of_an_error_is_told_not_even_half_of_one() -> None:
    said = f"{'x' * 190} ghp_{'a1B2' * 9}"
    found, _ = ask(errors(("FORBIDDEN", said, ["b"]), b=None))
    assert "ghp" not in gap_of(lambda: found.part("b")).detail


def test_an_error_hits_the_part_at_above_and_below_its_place_and_no_other() -> None:
    found, _ = ask(errors(("FORBIDDEN", "no", ["b", "c"]), a=1, b=None))
    assert found.part("a").number("a") == 1
    assert code_of(lambda: found.part("a", "b")) == "not-permitted"
    assert code_of(lambda: found.part("b.c")) == "not-permitted"
    assert code_of(lambda: found.part("b.c.d")) == "not-permitted"
    assert found.failed("b.c")
    assert not found.failed("b.x")


@pytest.mark.parametrize(
    "broken",
    [
        {
            "errors": [{"message": "no path"}],
            "data": {"repository": {"nameWithOwner": "acme/app", "a": 1}},
        },
        {"errors": [{"message": "bad path", "path": 7}], "data": None},
        {"errors": ["not an error"], "data": None},
        {"errors": "not a list", "data": None},
        {"errors": [{}]},
    ],
)
def test_an_error_without_a_place_hits_everything(broken: Any) -> None:
    found, _ = ask(broken)
    assert code_of(lambda: found.part("a")) == "unreadable"


def test_a_null_repository_is_explained_by_any_error() -> None:
    error = {"type": "FORBIDDEN", "message": "no", "path": ["repository", "b"]}
    found, _ = ask({"errors": [error], "data": {"repository": None}})
    assert code_of(lambda: found.part("a")) == "not-permitted"


def test_a_repository_that_is_not_there_may_be_hidden() -> None:
    found, _ = ask({"data": {"repository": None}})
    assert code_of(lambda: found.part("a")) == "not-found"


def test_another_repository_is_the_wrong_one() -> None:
    found, _ = ask({"data": {"repository": {"nameWithOwner": "evil/app"}}})
    assert code_of(lambda: found.part("a")) == "wrong-object"


def test_names_are_compared_without_regard_to_case() -> None:
    found, _ = ask({"data": {"repository": {"nameWithOwner": "Acme/App", "a": 1}}})
    assert found.part("a").number("a") == 1


@pytest.mark.parametrize(
    ("status", "code"), [(401, "not-authenticated"), (403, "not-permitted"), (429, "rate-limited")]
)
def test_a_refusal_is_not_asked_again(status: int, code: str) -> None:
    transport = CannedTransport({"Op": Raw(status, {"message": "no"})})
    assert code_of(lambda: graph.ask(client(transport), ASK, "Op", "", {}, ())) == code
    assert len(transport.asked) == 1
