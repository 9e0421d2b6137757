from __future__ import annotations

from typing import Any

import pytest

from gate.adapters.deadline import Deadline
from gate.adapters.forges.github.client import Client, keys, segment
from gate.adapters.forges.github.question import Question, missing
from tests.adapters.forges.github.canned import CannedTransport, Raw, client, recorder
from tests.adapters.forges.github.gaps import code_of, gap_of

ASK = Question(what="a thing", permission="contents: read")


def test_a_segment_stays_one_segment() -> None:
    assert segment("release/1.0?x#y") == "release%2F1.0%3Fx%23y"


def test_keys_are_given_as_words() -> None:
    assert keys("a b  c") == {"a", "b", "c"}


def test_an_exchange_is_recorded_with_its_query_and_the_listed_keys_only() -> None:
    rec = recorder()
    transport = CannedTransport(
        {
            "GET /x": {"id": 1, "secret": 2},
            "Op": {"data": 1},
            "FETCH https://b/z": Raw(200, b"zip", {}),
        }
    )
    asking = Client(
        transport, repository="acme/app", recorder=rec, deadline=Deadline(60), pause=lambda _: None
    )
    asking.get(ASK, "/x", {"id"}, {"page": 2})
    asking.post(ASK, "Op", {"operationName": "Op"}, {"data"})
    assert asking.fetch(ASK, "https://b/z").content == b"zip"
    first, second, third = rec.exchanges
    assert (first.method, first.url, first.status, first.body) == (
        "GET",
        "/x?page=2",
        200,
        {"id": 1},
    )
    assert (second.method, second.url, second.body) == ("POST", "/graphql (Op)", {"data": 1})
    assert (third.url, third.body) == ("/z", None)
    assert rec.skew() == 0


def test_an_answer_that_never_came_is_recorded_as_such() -> None:
    rec = recorder()
    transport = CannedTransport({"GET /x": missing(ASK, "unavailable", "nobody there")})
    asking = Client(
        transport, repository="acme/app", recorder=rec, deadline=Deadline(60), pause=lambda _: None
    )
    assert code_of(lambda: asking.get(ASK, "/x", ())) == "unavailable"
    (kept,) = rec.exchanges
    assert (kept.status, kept.date, kept.body) == (0, None, {"message": "nobody there"})


def test_a_pause_ends_with_the_deadline() -> None:
    waits: list[float] = []
    over = Client(
        CannedTransport({}),
        repository="acme/app",
        recorder=recorder(),
        deadline=Deadline(0),
        pause=waits.append,
    )
    over.pause(5)
    assert waits == [0]


def pages(*answers: Any) -> CannedTransport:
    """Page n is the n-th answer."""
    return CannedTransport({"GET /x": lambda given: answers[given["page"] - 1]})


def numbered(start: int, stop: int, total: int) -> dict[str, Any]:
    return {"total": total, "list": list(range(start, stop))}


def test_all_pages_are_read_side_by_side() -> None:
    transport = pages(numbered(0, 100, 250), numbered(100, 200, 250), numbered(200, 250, 250))
    first, found = client(transport).pages(
        ASK, "/x", (), items="list", total="total", parameters={"f": "l"}
    )
    assert [item.value for item in found] == list(range(250))
    assert first.number("total") == 250
    assert transport.asked[0].parameters == {"f": "l", "per_page": 100, "page": 1}
    assert len(transport.asked) == 3


def test_a_full_page_that_is_everything_is_not_followed() -> None:
    transport = pages(numbered(0, 100, 100))
    assert len(client(transport).pages(ASK, "/x", (), items="list", total="total")[1]) == 100
    assert len(transport.asked) == 1


def test_what_is_added_meanwhile_is_followed() -> None:
    transport = pages(numbered(0, 100, 200), numbered(99, 199, 201), numbered(199, 200, 201))
    found = client(transport).pages(ASK, "/x", (), items="list", total="total")[1]
    assert {item.value for item in found} == set(range(200))


def test_fewer_than_promised_is_not_all() -> None:
    transport = pages(numbered(0, 100, 150), numbered(100, 149, 150), numbered(0, 0, 150))
    assert (
        code_of(lambda: client(transport).pages(ASK, "/x", (), items="list", total="total"))
        == "unreadable"
    )


def test_a_list_without_a_total_ends_with_a_page_that_is_not_full() -> None:
    transport = pages(list(range(100)), list(range(100, 130)))
    assert len(client(transport).pages(ASK, "/x", ())[1]) == 130


@pytest.mark.parametrize("total", ["", "total"])
def test_too_many_pages_are_too_large(total: str) -> None:
    answer = {"total": 10_001, "list": list(range(100))}
    transport = CannedTransport({"GET /x": answer})
    assert (
        code_of(lambda: client(transport).pages(ASK, "/x", (), items="list", total=total))
        == "too-large"
    )
    assert len(transport.asked) == (1 if total else 100)


def test_a_page_that_fails_makes_all_of_it_missing() -> None:
    transport = pages(
        numbered(0, 100, 150), Raw(403, {"message": "Resource not accessible by integration"})
    )
    gap = gap_of(lambda: client(transport).pages(ASK, "/x", (), items="list", total="total"))
    assert gap.reason_code == "not-permitted"
