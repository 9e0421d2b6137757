import json

import pytest

from gate.sandbox.messages import Request, answer, cursor, cursor_position


def test_the_operation_is_the_name_in_the_document() -> None:
    body = json.dumps({"query": "\n query MergeRequests($n: Int!) { x }"}).encode()
    assert Request(method="POST", path="/github/graphql", body=body).operation == "MergeRequests"
    assert Request(method="POST", path="/github/elsewhere", body=body).operation == ""
    assert Request(method="POST", path="/github/graphql", body=b"{ x }").operation == ""


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ({}, 1),
        ({"page": "3"}, 3),
        ({"page": "x"}, 1),
        ({"startAt": "200", "maxResults": "100"}, 3),
        ({"startAt": "50", "maxResults": "0"}, 51),
    ],
)
def test_pages_are_counted_from_one_in_every_system(query: dict[str, str], page: int) -> None:
    assert Request(method="GET", path="/x", query=query).page == page


def test_a_further_page_of_graphql_is_told_by_its_cursor() -> None:
    first = Request(method="POST", path="/github/graphql", body=b'{"variables": {}}')
    further = Request(method="POST", path="/github/graphql", body=cursor(50).encode())
    assert (first.page, further.page) == (1, 2)


def test_cursors_lead_back_to_their_position() -> None:
    assert cursor_position(cursor(123)) == 123
    for wrong in ("", "x", "Y3Vyc29y", "Y3Vyc29yOnYxOjI="):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever Python says
            cursor_position(wrong)


def test_answers_are_json_in_utf_8() -> None:
    response = answer({"name": "Zoë"}, status=418, headers={"X-Tea": "yes"})
    assert (response.status, response.json()) == (418, {"name": "Zoë"})
    assert response.headers["X-Tea"] == "yes"
    assert "Zoë".encode() in response.body
