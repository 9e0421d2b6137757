"""The process itself: real sockets on 127.0.0.1."""

import http.client
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from gate.sandbox.messages import Request, Response
from gate.sandbox.server import LOOPBACK, Sandbox
from gate.sandbox.world import World
from tests.sandbox.asking import NOW, world

HEADERS = {"Authorization": "Bearer any"}
REPOSITORY = "/github/repos/acme/app"


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(world()) as running:
        yield running


def get(box: Sandbox, path: str = REPOSITORY, **more: Any) -> requests.Response:
    return requests.get(f"{box.url}{path}", headers=HEADERS, timeout=5, **more)


def test_it_listens_on_this_machine_only(box: Sandbox) -> None:
    host, port = box.url.removeprefix("http://").split(":")
    assert host == LOOPBACK == "127.0.0.1"
    with socket.socket() as probe, pytest.raises(OSError, match="refused"):
        probe.connect(("127.0.0.2", int(port)))


def test_a_world_can_be_made_for_the_address_that_it_will_have() -> None:
    with Sandbox(lambda url: world(about=f"at {url}")) as box:
        assert box.world.about == f"at {box.url}"
        assert get(box).status_code == 200


def test_a_world_that_cannot_be_made_leaves_nothing_behind() -> None:
    def impossible(url: str) -> World:
        raise LookupError(url)

    with pytest.raises(LookupError) as raised:
        Sandbox(impossible)
    host, port = str(raised.value).removeprefix("http://").split(":")
    with socket.socket() as probe, pytest.raises(OSError, match="refused"):
        probe.connect((host, int(port)))


def test_the_date_is_the_worlds_now_and_moves_on(box: Sandbox) -> None:
    first = parsedate_to_datetime(get(box).headers["Date"])
    assert timedelta() <= first - NOW < timedelta(seconds=5)
    assert first - timedelta(seconds=1) < box.clock() < NOW + timedelta(minutes=1)


def test_one_connection_serves_many_requests(box: Sandbox) -> None:
    connection = http.client.HTTPConnection(box.url.removeprefix("http://"), timeout=5)
    for _ in range(3):
        connection.request("GET", REPOSITORY, headers=HEADERS)
        assert connection.getresponse().read()
    connection.close()
    assert len(box.requests) == box.rounds() == 3


def test_every_request_is_logged_without_its_token(box: Sandbox) -> None:
    get(box, f"{REPOSITORY}?secret=1")
    body = {"query": "query Opening { rateLimit { cost } }"}
    requests.post(f"{box.url}/github/graphql", json=body, headers=HEADERS, timeout=5)
    seen = [(r.method, r.path, r.operation, r.status) for r in box.requests]
    assert seen == [("GET", REPOSITORY, "", 200), ("POST", "/github/graphql", "Opening", 200)]
    assert all(r.started <= r.finished for r in box.requests)


def test_requests_side_by_side_count_as_one_round() -> None:
    with Sandbox(world(latency="150ms")) as box, ThreadPoolExecutor(4) as pool:
        began = time.monotonic()
        list(pool.map(lambda _: get(box), range(4)))
        assert time.monotonic() - began >= 0.15
        assert (len(box.requests), box.rounds()) == (4, 1)


def test_a_reset_ends_the_connection_without_an_answer() -> None:
    with Sandbox(world(faults=[{"route": "GET /repos/**", "reset": True, "times": 1}])) as box:
        with pytest.raises(requests.ConnectionError):
            get(box)
        assert get(box).status_code == 200
        assert [r.status for r in box.requests] == [0, 200]


def test_a_truncated_answer_ends_in_the_middle() -> None:
    cut = pytest.raises(requests.exceptions.ChunkedEncodingError, match="10 bytes read")
    with Sandbox(world(faults=[{"route": "**", "truncate": 10}])) as box, cut:
        get(box)


def test_a_delay_comes_before_the_answer_and_ends_with_the_sandbox() -> None:
    with Sandbox(world(faults=[{"route": "**", "delay": "60s"}])) as box:
        with pytest.raises(requests.ReadTimeout):
            requests.get(f"{box.url}{REPOSITORY}", timeout=0.2)
        began = time.monotonic()
    assert time.monotonic() - began < 5


def test_a_status_of_a_fault_is_answered_instead() -> None:
    fault = {"route": "GET /repos/*/*", "status": 503, "headers": {"Retry-After": "7"}}
    with Sandbox(world(faults=[fault])) as box:
        response = get(box)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "7")


def test_an_error_of_the_sandbox_itself_is_raised_and_never_looks_like_a_system_that_failed() -> (
    None
):
    class Broken:
        def answer(self, request: Request) -> Response:
            raise ZeroDivisionError(request.path)

    sandbox = Sandbox(world())
    sandbox.site = Broken()  # type: ignore[assignment]
    said: list[requests.Response] = []
    with pytest.raises(ZeroDivisionError, match=REPOSITORY), sandbox as box:
        said.append(get(box))
    assert said[0].status_code == 500
    assert "the sandbox itself failed" in said[0].text


def test_an_error_of_the_test_is_not_hidden_by_one_of_the_sandbox() -> None:
    sandbox = Sandbox(world())
    sandbox.crashes.append(ZeroDivisionError())
    with pytest.raises(KeyError), sandbox:
        raise KeyError


def test_a_client_that_hangs_up_does_no_harm(box: Sandbox) -> None:
    host, port = box.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as client:
        client.sendall(b"POST /jira HTTP/1.1\r\nContent-Length: 1000\r\n\r\nhalf")
    assert get(box).status_code == 200


def test_connections_that_are_kept_alive_end_with_the_sandbox() -> None:
    with requests.Session() as session:
        with Sandbox(world()) as box:
            session.get(f"{box.url}{REPOSITORY}", headers=HEADERS, timeout=5)
        with pytest.raises(requests.ConnectionError):
            session.get(f"{box.url}{REPOSITORY}", headers=HEADERS, timeout=5)


def test_calendars_and_unknown_places() -> None:
    with Sandbox(world(calendars={"freeze.ics": "BEGIN:VCALENDAR\nEND:VCALENDAR\n"})) as box:
        calendar = get(box, "/calendars/freeze.ics")
        assert calendar.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert calendar.content == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
        assert get(box, "/calendars/none.ics").status_code == 404
        assert get(box, "/gitlab/api").status_code == 404
        assert get(box, "/").status_code == 404


def create(box: Sandbox, timeout: float = 5) -> requests.Response:
    fields = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "x"}
    address = f"{box.url}/jira/rest/api/3/issue"
    return requests.post(address, json={"fields": fields}, headers=HEADERS, timeout=timeout)


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("fault", [{"status": 500}, {"reset": True}, {"wrong": {"json": {}}}])
def test_a_write_that_goes_wrong_is_done_only_where_the_fault_says_so(
    fault: Any, done: bool
) -> None:
    with Sandbox(world(faults=[{"route": "POST **", "times": 1, "done": done, **fault}])) as box:
        with suppress(requests.ConnectionError):
            assert create(box).status_code != 201
        assert len(box.site.jira.shelf.all()) == done


@pytest.mark.parametrize("done", [True, False])
def test_an_answer_that_comes_late_may_be_about_something_that_is_done(done: bool) -> None:
    late = {"route": "POST **", "delay": "30s", "done": done}
    with Sandbox(world(faults=[late])) as box:
        with pytest.raises(requests.ReadTimeout):
            create(box, timeout=0.3)
        assert len(box.site.jira.shelf.all()) == done


def test_whoever_stands_at_the_door_sees_every_answer_also_that_of_a_fault() -> None:
    faults = [{"route": "GET /repos/acme/app/branches/*", "status": 500, "body": "{}"}]
    with Sandbox(world(faults=faults)) as box:
        box.last_touch = lambda request, response: Response(
            status=response.status, headers={"X-Seen": request.path}, body=b"altered"
        )
        for path, status in (
            ("/github/repos/acme/app", 401),
            ("/github/repos/acme/app/branches/main", 500),
        ):
            found = requests.get(box.url + path, timeout=5)
            assert (found.status_code, found.headers["X-Seen"], found.text) == (
                status,
                path,
                "altered",
            )
