"""Pages by number and by what came last."""

import re
from typing import Any

import pytest

from gate.sandbox.gitlab_rest.forge import GitLab
from gate.sandbox.gitlab_rest.paging import paged
from gate.sandbox.messages import Request, parameters
from tests.sandbox.asking import HOST, site
from tests.sandbox.gitlab.asking import HOME, ask, refusal

gitlab: GitLab = site().gitlab
BRANCHES = dict.fromkeys(("main", "a", "b", "c/d", "e"), "m0")
place = site(branches=BRANCHES)


def page(count: int, query: str = "", **more: Any) -> tuple[list[int], dict[str, str]]:
    request = Request(method="GET", path=f"{HOME}/x", query=parameters(query))
    response = paged(gitlab, request, range(count), int, **more)
    return response.json(), dict(response.headers)


def links(headers: dict[str, str]) -> dict[str, str]:
    found = re.findall(r'<([^>]*)>; rel="(\w+)"', headers["Link"])
    return {name: url.removeprefix(f"{HOST}{HOME}/x?") for url, name in found}


def test_a_page_has_twenty_items_and_says_how_many_there_are() -> None:
    items, headers = page(41)
    assert items == list(range(20))
    told = {name: headers[f"X-{name}"] for name in ("Page", "Per-Page", "Next-Page", "Prev-Page")}
    assert told == {"Page": "1", "Per-Page": "20", "Next-Page": "2", "Prev-Page": ""}
    assert (headers["X-Total"], headers["X-Total-Pages"]) == ("41", "3")
    assert links(headers) == {
        "next": "page=2&per_page=20",
        "first": "page=1&per_page=20",
        "last": "page=3&per_page=20",
    }


def test_the_last_page_leads_nowhere_further() -> None:
    items, headers = page(41, "page=3&sort=asc")
    assert items == [40]
    assert (headers["X-Next-Page"], headers["X-Prev-Page"]) == ("", "2")
    assert links(headers)["prev"] == "page=2&sort=asc&per_page=20"
    assert "next" not in links(headers)


def test_beyond_the_last_page_there_is_nothing() -> None:
    items, headers = page(3, "page=9")
    assert (items, headers["X-Next-Page"], headers["X-Prev-Page"]) == ([], "", "")


def test_a_page_holds_a_hundred_items_at_the_most() -> None:
    assert len(page(500, "per_page=1000")[0]) == 100


def test_long_lists_and_some_others_have_no_totals() -> None:
    for _, headers in (page(10_001), page(3, counted=False)):
        assert not {"X-Total", "X-Total-Pages"} & headers.keys()
        assert "last" not in links(headers)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("page=x", "page is invalid"),
        ("per_page=-1", "per_page is invalid"),
        ("per_page=0", "per_page does not have a valid value"),
    ],
)
def test_a_page_that_is_no_number_is_refused(query: str, error: str) -> None:
    assert refusal(place, f"/projects/4242/repository/branches?{query}") == (400, {"error": error})


def test_branches_can_be_read_on_from_a_name() -> None:
    path = "/projects/4242/repository/branches?pagination=keyset&per_page=2"
    seen: list[str] = []
    token = ""
    for _ in range(9):
        response = ask(place, f"{path}&page_token={token}")
        assert not {"X-Total", "X-Page"} & response.headers.keys()
        seen += [branch["name"] for branch in response.json()]
        if "Link" not in response.headers:
            break
        token = seen[-1].replace("/", "%2F")
        assert f"page_token={token}" in response.headers["Link"]
    assert seen == sorted(BRANCHES)


def test_an_unknown_name_to_read_on_from_is_refused() -> None:
    path = "/projects/4242/repository/branches?pagination=keyset&page_token=none"
    assert refusal(place, path) == (400, {"error": "page_token is invalid"})


def test_jobs_are_paged_without_totals_or_by_cursor() -> None:
    checks = {f"c{n}": {"commit": "m0", "id": n} for n in range(1, 6)}
    busy = site(checks=checks)
    first = ask(busy, "/projects/4242/jobs?per_page=4")
    assert "X-Total" not in first.headers
    assert first.headers["X-Next-Page"] == "2"
    rest = ask(busy, f"/projects/4242/jobs?pagination=keyset&cursor={first.json()[-1]['id']}")
    assert [job["id"] for job in rest.json()] == [2, 1]
