from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from gate.adapters.deadline import Deadline
from gate.adapters.forges.github.question import Question
from gate.adapters.forges.github.transport import Reply, Transport
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from tests.adapters.forges.github.loopback import Loopback, Say, Seen, serving
from tests.adapters.loopback import dripping

ASK = Question(what="a thing", permission="contents: read")
TOKEN = "ghs_" + "a" * 36


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def travelling(
    answer: Callable[[Seen], Say],
    *,
    path: str = "",
    clock: Clock | None = None,
    seconds: float = 60,
) -> Iterator[tuple[Transport, Loopback, list[float]]]:
    waits: list[float] = []
    with serving(answer) as server:
        deadline = Deadline(seconds, clock) if clock else Deadline(seconds)
        transport = Transport(server.url + path, TOKEN, deadline, waits.append)
        yield transport, server, waits
        transport.close()


def gap_of(transport: Transport, verb: str = "GET", path: str = "/x") -> Missing:
    with pytest.raises(FactMissing) as caught:
        transport.send(ASK, verb, path)
    assert caught.value.missing.source == "GitHub: a thing"
    return caught.value.missing


def always(*answers: Say) -> Callable[[Seen], Say]:
    """One answer after another, the last one for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_a_question_carries_the_token_and_the_version_and_comes_back_whole() -> None:
    with travelling(always(Say(body=b'{"a":1}')), path="/api/v3/") as (transport, server, _):
        reply = transport.send(ASK, "GET", "/repos/acme/app", {"page": 2, "filter": "latest"})
    assert (reply.status, reply.content) == (200, b'{"a":1}')
    (seen,) = server.seen
    assert seen.path == "/api/v3/repos/acme/app?filter=latest&page=2"
    assert seen.headers["authorization"] == f"token {TOKEN}"
    assert seen.headers["x-github-api-version"] == "2022-11-28"
    assert seen.headers["accept"] == "application/vnd.github+json"


@pytest.mark.parametrize(
    ("api", "graphql"),
    [
        ("https://api.github.com", "https://api.github.com/graphql"),
        ("https://api.github.com/", "https://api.github.com/graphql"),
        ("https://ghes.example/api/v3", "https://ghes.example/api/graphql"),
        ("http://127.0.0.1:8080/github", "http://127.0.0.1:8080/github/graphql"),
    ],
)
def test_graphql_has_its_own_address_beside_rest(api: str, graphql: str) -> None:
    assert Transport(api, TOKEN, Deadline(1), lambda _: None).graphql_path() == graphql


def test_a_graphql_question_is_posted_as_json() -> None:
    with travelling(always(Say()), path="/github") as (transport, server, _):
        transport.send(ASK, "POST", transport.graphql_path(), None, {"query": "query Q { x }"})
    (seen,) = server.seen
    assert (seen.method, seen.path) == ("POST", "/github/graphql")
    assert json.loads(seen.body) == {"query": "query Q { x }"}


def test_bytes_that_are_no_text_come_back_as_they_were() -> None:
    content = bytes(range(256)) * 3
    with travelling(always(Say(body=content))) as (transport, _, _):
        assert transport.send(ASK, "GET", "/zip").content == content


def test_without_a_token_nothing_is_asked() -> None:
    with serving(always(Say())) as server:
        gap = gap_of(Transport(server.url, "", Deadline(60), lambda _: None))
        assert server.seen == []
    assert gap.reason_code == "not-configured"


def test_a_server_error_on_a_get_is_asked_again_three_times_and_then_told() -> None:
    with travelling(always(Say(502, b"<html>"))) as (transport, server, waits):
        reply = transport.send(ASK, "GET", "/x")
    assert (reply.status, len(server.seen)) == (502, 4)
    assert waits == [0, 1.0, 2.0]


def test_a_server_error_that_passes_does_not_matter() -> None:
    with travelling(always(Say(503), Say(body=b"[]"))) as (transport, server, _):
        assert transport.send(ASK, "GET", "/x").content == b"[]"
    assert len(server.seen) == 2


def test_a_post_is_never_sent_twice() -> None:
    with travelling(always(Say(502))) as (transport, server, _):
        assert transport.send(ASK, "POST", "/graphql", None, {}).status == 502
    assert len(server.seen) == 1


def test_a_lacking_permission_is_not_asked_again() -> None:
    body = b'{"message": "Resource not accessible by integration"}'
    with travelling(always(Say(403, body))) as (transport, server, _):
        reply = transport.send(ASK, "GET", "/x")
    assert (reply.status, len(server.seen)) == (403, 1)
    assert json.loads(reply.content)["message"] == "Resource not accessible by integration"
    assert reply.headers["content-type"] == "application/json"
    assert not logging.getLogger("github").isEnabledFor(logging.ERROR)


def test_a_page_of_a_proxy_with_403_comes_back_as_it_is() -> None:
    page = Say(403, b"<html>no</html>", {"Content-Type": "text/html"})
    with travelling(always(page)) as (transport, _, _):
        reply = transport.send(ASK, "GET", "/x")
    assert (reply.status, reply.headers["content-type"]) == (403, "text/html")


def test_a_wait_that_github_asks_for_is_cut_to_twenty_seconds() -> None:
    headers = {"Content-Type": "application/json", "Retry-After": "900"}
    with travelling(always(Say(429, b"{}", headers))) as (transport, _, waits):
        assert transport.send(ASK, "GET", "/x").status == 429
    assert waits == [20, 20, 20]


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    headers = {"Content-Type": "application/json", "Retry-After": "15"}
    with travelling(always(Say(503, b"{}", headers)), seconds=10) as (transport, server, waits):
        gap = gap_of(transport)
    assert (gap.reason_code, gap.retriable, waits, len(server.seen)) == (
        "rate-limited",
        True,
        [],
        1,
    )


def test_a_primary_limit_that_resets_in_an_hour_is_not_waited_for() -> None:
    body = b'{"message": "API rate limit exceeded for installation"}'
    headers = {"Content-Type": "application/json", "X-RateLimit-Reset": "99999999999"}
    with travelling(always(Say(403, body, headers))) as (transport, server, waits):
        reply = transport.send(ASK, "GET", "/x")
    assert (reply.status, len(server.seen), waits) == (403, 1, [])
    assert b"rate limit" in reply.content


def test_backing_off_stops_at_the_deadline() -> None:
    with travelling(always(Say(502)), seconds=0.5) as (transport, server, _):
        gap = gap_of(transport)
    assert (gap.reason_code, len(server.seen)) == ("timed-out", 2)


def test_nothing_is_asked_after_the_deadline() -> None:
    clock = Clock()
    with travelling(always(Say()), clock=clock) as (transport, server, _):
        clock.now = 61
        assert gap_of(transport).reason_code == "timed-out"
    assert server.seen == []


def test_an_answer_that_never_comes_ends_with_the_deadline() -> None:
    release = threading.Event()

    def silent(_: Seen) -> Say:
        release.wait(5)
        return Say()

    with travelling(silent, seconds=0.3) as (transport, _, _):
        gap = gap_of(transport)
        release.set()
    assert gap.reason_code == "timed-out"


def test_a_post_that_is_never_answered_ends_with_the_deadline() -> None:
    release = threading.Event()

    def silent(_: Seen) -> Say:
        release.wait(5)
        return Say()

    with travelling(silent, seconds=0.3) as (transport, server, _):
        gap = gap_of(transport, "POST", "/graphql")
        release.set()
    assert (gap.reason_code, len(server.seen)) == ("timed-out", 1)


def test_an_answer_that_comes_too_late_ends_with_the_deadline() -> None:
    clock = Clock()

    def late(_: Seen) -> Say:
        clock.now = 61
        return Say(body=b"[" + b" " * 70_000 + b"]")

    with travelling(late, clock=clock) as (transport, _, _):
        assert gap_of(transport).reason_code == "timed-out"


def test_an_answer_that_drips_does_not_hold_us_beyond_the_deadline() -> None:
    began = time.monotonic()
    with dripping() as url:
        transport = Transport(url, TOKEN, Deadline(0.3), lambda _: None)
        assert gap_of(transport).reason_code == "timed-out"
        transport.close()
    assert time.monotonic() - began < 5


def test_no_more_questions_are_under_way_than_github_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gate.adapters.forges.github.transport.AT_ONCE", 1)
    arrived, release = threading.Event(), threading.Event()

    def slow(_: Seen) -> Say:
        arrived.set()
        release.wait(5)
        return Say()

    with travelling(slow, seconds=0.5) as (transport, server, _):
        first = threading.Thread(target=lambda: gap_of(transport))
        first.start()
        assert arrived.wait(5)
        assert gap_of(transport).reason_code == "timed-out"
        assert len(server.seen) == 1
        release.set()
        first.join()


def test_a_truncated_answer_is_no_answer() -> None:
    with travelling(always(Say(body=b'{"a":', length=100))) as (transport, _, _):
        gap = gap_of(transport)
    assert (gap.reason_code, gap.retriable) == ("unavailable", True)


def test_nobody_there_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    waits: list[float] = []
    gap = gap_of(Transport(f"http://127.0.0.1:{port}", TOKEN, Deadline(60), waits.append))
    assert gap.reason_code == "unavailable"
    assert "ConnectionError" in gap.detail
    assert len(waits) == 3


def test_an_answer_without_end_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gate.adapters.forges.github.connection.LARGEST_ANSWER", 1000)
    with travelling(always(Say(body=b"x" * 1001))) as (transport, _, _):
        assert gap_of(transport).reason_code == "too-large"


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_redirect_is_not_followed_since_it_would_lose_the_page(status: int) -> None:
    headers = {"Content-Type": "application/json", "Location": "/repositories/4242"}
    with travelling(always(Say(status, b"{}", headers))) as (transport, server, _):
        gap = gap_of(transport)
    assert (gap.reason_code, len(server.seen)) == ("wrong-object", 1)
    assert "moved or renamed" in gap.detail


def test_a_redirect_to_content_is_handed_back() -> None:
    headers = {"Content-Type": "application/json", "Location": "https://blobs.example/zip"}
    with travelling(always(Say(302, b"", headers))) as (transport, _, _):
        reply = transport.send(ASK, "GET", "/zip")
    assert (reply.status, reply.headers["location"]) == (302, "https://blobs.example/zip")


def test_an_answer_that_is_still_being_made_is_not_waited_for() -> None:
    with travelling(always(Say(202))) as (transport, server, _):
        assert gap_of(transport).reason_code == "unavailable"
    assert len(server.seen) == 1


def test_broken_headers_are_no_answer() -> None:
    headers = {"Content-Type": "application/json", "X-RateLimit-Reset": "Infinity"}
    with travelling(always(Say(headers=headers))) as (transport, _, _):
        assert gap_of(transport).reason_code == "unavailable"


def test_cookies_are_not_kept() -> None:
    headers = {"Content-Type": "application/json", "Set-Cookie": "a=b"}
    with travelling(always(Say(headers=headers))) as (transport, server, _):
        transport.send(ASK, "GET", "/x")
        transport.send(ASK, "GET", "/x")
    assert "cookie" not in server.seen[1].headers


def test_many_threads_get_their_own_answers() -> None:
    with travelling(lambda seen: Say(body=seen.path.encode())) as (transport, _, _):
        found: dict[int, Reply] = {}

        def work(number: int) -> None:
            for _ in range(20):
                found[number] = transport.send(ASK, "GET", f"/x/{number}")
                assert found[number].content == f"/x/{number}".encode()

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 8


def test_content_elsewhere_is_fetched_without_the_token() -> None:
    with travelling(always(Say(body=b"zip"))) as (transport, server, _):
        reply = transport.fetch(ASK, f"{server.url}/blob?sig=s")
    assert (reply.status, reply.content) == (200, b"zip")
    assert "authorization" not in server.seen[0].headers
    assert server.seen[0].path == "/blob?sig=s"


@pytest.mark.parametrize(
    ("said", "code"),
    [(Say(301), "wrong-object"), (Say(body=b"x", length=9), "unavailable")],
)
def test_content_elsewhere_that_does_not_come_is_missing(said: Say, code: str) -> None:
    with travelling(always(said)) as (transport, server, _), pytest.raises(FactMissing) as caught:
        transport.fetch(ASK, f"{server.url}/blob")
    assert caught.value.missing.reason_code == code


def test_an_address_that_storage_no_longer_knows_is_an_answer_and_no_crash() -> None:
    refused = Say(403, body=b"<Error/>")
    with travelling(always(refused)) as (transport, server, _):
        reply = transport.fetch(ASK, f"{server.url}/blob?sig=old")
    assert reply.status == 403


def test_encrypted_connections_go_to_their_own_port() -> None:
    # Nobody speaks TLS there, which is as far as a test on this machine can go.
    with serving(always(Say())) as server:
        port = server.url.rpartition(":")[2]
        waits: list[float] = []
        gap = gap_of(Transport(f"https://127.0.0.1:{port}", TOKEN, Deadline(60), waits.append))
        assert server.seen == []
    assert gap.reason_code == "unavailable"
    assert "SSL" in gap.detail
