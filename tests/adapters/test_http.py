import gzip
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from gate.adapters import sending
from gate.adapters.answer import Answer
from gate.adapters.credentials import Anonymous, bearer
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.http import ATTEMPTS, Http, Place
from gate.adapters.side_by_side import side_by_side
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing
from tests.adapters.loopback import NOW, Reply, as_json, dripping, recorder, serve

HTML = Reply(status=502, body=b"<html>", kind="text/html")


class Client:
    """A client whose waits are noted instead of waited."""

    def __init__(self, url: str, *, seconds: float = 60, **place: Any) -> None:
        self.waits: list[float] = []
        self.recorder = recorder()
        auth = place.pop("auth", None) or bearer("s3cret", "Jira")
        self.http = Http(
            Place(system="Jira", base_url=url, auth=auth, **place),
            recorder=self.recorder,
            deadline=Deadline(seconds),
            sleep=self.waits.append,
            clock=lambda: NOW,
        )

    def gap(self, method: str = "GET", **how: Any) -> Missing:
        with pytest.raises(FactMissing) as raised:
            self.http.ask(method, "/x", "ticket CHG-7", **how).value()
        return raised.value.missing


@contextmanager
def client(answer: Callable[[Any, int], Reply], **how: Any) -> Iterator[tuple[Client, Any]]:
    with serve(answer) as server:
        made = Client(server.url, **how)
        try:
            yield made, server.asked
        finally:
            made.http.close()


def test_no_more_is_asked_at_once_than_connections_are_kept(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    lock, now, most = threading.Lock(), [0], [0]

    def answer(*_: Any) -> Reply:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        return as_json({})

    with client(answer) as (asker, asked):
        side_by_side([lambda: asker.http.ask("GET", "/x", "ticket CHG-7")] * 8)
        assert len(asked) == 8
    assert most == [2]
    assert "pool is full" not in caplog.text


def test_an_answer_is_read_and_recorded_with_the_keys_to_keep() -> None:
    with client(
        lambda *_: as_json(
            {"key": "CHG-7", "email": "x"}, headers={"Date": "Wed, 25 Nov 2026 15:00:01 GMT"}
        )
    ) as (it, asked):
        assert it.http.get("/x", "it", params={"a": "b/c"}, keep=("key",)).value() == {
            "key": "CHG-7",
            "email": "x",
        }
    exchange = it.recorder.exchanges[0]
    assert (exchange.system, exchange.method, exchange.url, exchange.status) == (
        "Jira",
        "GET",
        "/x?a=b%2Fc",
        200,
    )
    assert exchange.body == {"key": "CHG-7"}
    assert it.recorder.skew() == -1
    assert asked[0].headers["Authorization"] == "Bearer s3cret"
    assert asked[0].headers["Accept"] == "application/json"


def test_what_to_keep_may_depend_on_the_answer_and_the_address_may_be_hidden() -> None:
    with client(lambda *_: as_json({"a": 1, "b": 2})) as (it, _):
        it.http.get("/secret", "it", keep=lambda found: ["b"] if found else [], shown="/hidden")
    assert it.recorder.exchanges[0].body == {"b": 2}
    assert it.recorder.exchanges[0].url == "/hidden"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_reads_are_asked_again_until_an_answer_comes(status: int) -> None:
    with client(lambda _, before: Reply(status=status) if before < 3 else as_json([1])) as (
        it,
        asked,
    ):
        assert it.http.get("/x", "it").value() == [1]
    assert len(asked) == ATTEMPTS
    assert it.waits == [0.5, 1, 2]
    assert len(it.recorder.exchanges) == ATTEMPTS


def test_a_read_that_is_a_post_is_asked_again_with_the_same_body() -> None:
    with client(lambda _, before: HTML if before < 1 else as_json([1])) as (it, asked):
        assert it.http.query("/graphql", "it", {"query": "q"}).value() == [1]
    assert [one.json for one in asked] == [{"query": "q"}, {"query": "q"}]


@pytest.mark.parametrize(
    "reply",
    [Reply(status=503, headers={"Retry-After": "0"}), Reply(status=429), Reply(resets=True)],
)
def test_a_write_is_never_sent_twice(reply: Reply) -> None:
    with client(lambda *_: reply) as (it, asked):
        assert it.gap("POST", body={"a": 1}).retriable
    assert len(asked) == 1
    assert it.waits == []


def test_head_is_a_read() -> None:
    with client(lambda _, before: Reply(status=502 if before == 0 else 200)) as (it, asked):
        assert it.http.ask("HEAD", "/x", "it").status == 200
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("status", "headers", "code", "says"),
    [
        (429, {"Retry-After": "2"}, "rate-limited", "asked again in 2 seconds"),
        (429, {}, "rate-limited", "later"),
        (403, {"Retry-After": "1"}, "rate-limited", "later"),
        (502, {}, "unavailable", "HTTP 502"),
    ],
)
def test_a_system_that_stays_busy_is_missing(
    status: int, headers: Any, code: str, says: str
) -> None:
    with client(lambda *_: Reply(status=status, headers=headers)) as (it, asked):
        missing = it.gap()
    assert len(asked) == ATTEMPTS
    assert missing.reason_code == code
    assert says in missing.detail


def test_the_wait_that_is_asked_for_is_kept() -> None:
    def answer(_: Any, before: int) -> Reply:
        return Reply(status=429, headers={"Retry-After": "7"}) if before < 1 else as_json([])

    with client(answer) as (it, _):
        it.http.get("/x", "it")
    assert it.waits == [7]


@pytest.mark.parametrize("seconds", ["21", "3600", "1e300"])
def test_nobody_waits_longer_than_is_sensible(seconds: str) -> None:
    with client(lambda *_: Reply(status=429, headers={"Retry-After": seconds})) as (it, asked):
        assert it.gap().reason_code == "rate-limited"
    assert (len(asked), it.waits) == (1, [])


def test_nobody_waits_beyond_the_deadline() -> None:
    busy = Reply(status=503, headers={"Retry-After": "15"})
    with client(lambda *_: busy, seconds=10) as (it, asked):
        assert it.gap().reason_code == "unavailable"
    assert (len(asked), it.waits) == (1, [])


def test_nothing_is_asked_after_the_deadline() -> None:
    with client(lambda *_: as_json([]), seconds=0) as (it, asked):
        assert it.gap().reason_code == "timed-out"
    assert asked == []


def test_a_server_error_that_is_no_busyness_is_asked_once() -> None:
    with client(lambda *_: Reply(status=500)) as (it, asked):
        assert it.gap().reason_code == "unavailable"
    assert len(asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with client(
        lambda *_: Reply(status=status, headers={"Location": "http://169.254.169.254/"})
    ) as (it, asked):
        assert it.gap().reason_code == "unreadable"
    assert len(asked) == 1


def test_a_proxys_page_is_unreadable_and_names_the_host() -> None:
    with client(lambda *_: Reply(body=b"<html>Sign in</html>", kind="text/html")) as (it, _):
        assert "an HTML page came from 127.0.0.1" in it.gap().detail


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_an_answer_that_is_too_large_is_given_up(encoding: str) -> None:
    body = b'"' + b"x" * 5000 + b'"'
    sent = gzip.compress(body) if encoding else body
    headers = {"Content-Encoding": encoding} if encoding else {}
    with client(lambda *_: Reply(body=sent, headers=headers), largest=4000) as (it, asked):
        assert it.gap().reason_code == "too-large"
    assert len(asked) == 1
    assert it.recorder.exchanges[0].status == 0


@pytest.mark.parametrize(
    "broken",
    [
        Reply(resets=True),
        Reply(body=b'{"a"', promises=400),
        Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
    ],
)
def test_an_answer_that_does_not_come_whole_is_asked_for_again(broken: Reply) -> None:
    with client(lambda _, before: broken if before < 1 else as_json([1])) as (it, asked):
        assert it.http.get("/x", "it").value() == [1]
    assert len(asked) == 2
    assert it.recorder.exchanges[0].status == 0


def test_a_machine_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        it = Client(f"http://127.0.0.1:{free.getsockname()[1]}")
        assert it.gap().reason_code == "unavailable"
    assert it.waits == [0.5, 1, 2]


def test_an_address_that_is_none_is_not_configured() -> None:
    it = Client("nowhere:")
    assert it.gap().reason_code == "not-configured"
    assert it.waits == []


def test_a_server_that_drips_does_not_hold_us_beyond_the_deadline() -> None:
    started = time.monotonic()
    with dripping() as url:
        assert Client(url, seconds=0.3).gap().reason_code == "timed-out"
    assert time.monotonic() - started < 5


def test_a_server_that_says_nothing_times_out_with_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        it = Client(f"http://127.0.0.1:{silent.getsockname()[1]}", seconds=0.2)
        assert it.gap().reason_code == "timed-out"


def test_netrc_never_lends_its_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login mallory password hunter2\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", os.fspath(netrc))
    with client(lambda *_: as_json([])) as (it, asked):
        it.http.get("/x", "it")
    assert asked[0].headers["Authorization"] == "Bearer s3cret"
    with client(lambda *_: as_json([]), auth=Anonymous()) as (it, asked):
        it.http.get("/x", "it")
    assert "Authorization" not in asked[0].headers


def test_the_proxy_of_the_environment_is_used_and_told_apart_when_it_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serve(lambda *_: as_json({"by": "proxy"})) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        it = Client("http://jira.acme.example")
        assert it.http.get("/x", "it").value() == {"by": "proxy"}
        it.http.close()
    assert proxy.asked[0].path == "http://jira.acme.example/x"


def test_an_unknown_certificate_is_said_once_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise requests.exceptions.SSLError("self-signed certificate")

    it = Client("https://jira.acme.example")
    monkeypatch.setattr(it.http._sender._session, "request", refuse)
    missing = it.gap()
    assert "certificate" in missing.detail
    assert "REQUESTS_CA_BUNDLE" in missing.remedy
    assert it.waits == []


def test_no_cookie_is_taken_along() -> None:
    with client(lambda *_: as_json([], headers={"Set-Cookie": "JSESSIONID=1"})) as (it, asked):
        it.http.get("/x", "it")
        it.http.get("/x", "it")
    assert "Cookie" not in asked[1].headers


def test_a_watcher_sees_every_answer_before_anybody_else() -> None:
    seen: list[int] = []

    def watch(answer: Answer) -> None:
        seen.append(answer.status)

    with client(
        lambda _, before: Reply(status=503) if before < 1 else Reply(status=404), watch=watch
    ) as (it, _):
        it.gap()
    assert seen == [503, 404]


def test_the_token_is_in_no_message_and_in_no_record() -> None:
    for reply in (Reply(status=401), Reply(resets=True), HTML, Reply(status=302)):
        with client(lambda *_, reply=reply: reply) as (it, _):
            assert "s3cret" not in str(it.gap())
            assert "s3cret" not in str(it.recorder.exchanges)


def test_it_sleeps_and_knows_the_time_by_itself() -> None:
    def answer(_: Any, before: int) -> Reply:
        return (
            Reply(status=503, headers={"Retry-After": "Wed, 25 Nov 2020 15:00:00 GMT"})
            if before < 1
            else as_json([])
        )

    with serve(answer) as server:
        place = Place(system="Jira", base_url=server.url, auth=Anonymous())
        http = Http(place, recorder=Recorder(lambda: NOW), deadline=Deadline(60))
        assert http.get("/x", "it").value() == []
        http.close()


@pytest.mark.parametrize("threads", [8])
def test_several_threads_may_ask_at_once(threads: int) -> None:
    with client(lambda asked, _: as_json(asked.path)) as (it, _):
        found: dict[int, object] = {}

        def ask(number: int) -> None:
            found[number] = it.http.get(f"/{number}", "it").value()

        running = [threading.Thread(target=ask, args=(number,)) for number in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    assert found == {number: f"/{number}" for number in range(threads)}
