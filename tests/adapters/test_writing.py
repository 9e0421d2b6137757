import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError

from gate.adapters.answer import Answer, Asked
from gate.adapters.credentials import bearer
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.http import ATTEMPTS, Http, Place
from gate.adapters.no_answer import never_sent
from gate.adapters.writing import Refused, WriteUnknown, done
from gate.domain.missing import REASONS, Missing
from gate.domain.ports import FactMissing
from tests.adapters.loopback import NOW, Loopback, Reply, as_json, recorder, serve

PAGE = Reply(status=403, body=b"<html>Blocked</html>", kind="text/html")


class Client:
    """A client whose waits are noted instead of waited."""

    def __init__(self, url: str, *, seconds: float = 60, **place: Any) -> None:
        self.waits: list[float] = []
        self.recorder: Recorder = recorder()
        self.http = Http(
            Place(system="Jira", base_url=url, auth=bearer("s3cret", "Jira"), **place),
            recorder=self.recorder,
            deadline=Deadline(seconds),
            sleep=self.waits.append,
            clock=lambda: NOW,
        )

    def write(self, method: str = "POST") -> Answer:
        return self.http.write(method, "/issue", "a ticket in project OPS", {"a": 1}, keep=("key",))

    def gap(self, kind: type[FactMissing] = FactMissing) -> Missing:
        with pytest.raises(FactMissing) as raised:
            self.write()
        assert type(raised.value) is kind or kind is FactMissing
        assert isinstance(raised.value, WriteUnknown) is (kind is WriteUnknown)
        return raised.value.missing


@contextmanager
def client(answer: Callable[[Any, int], Reply], **how: Any) -> Iterator[tuple[Client, Loopback]]:
    with serve(answer) as server:
        made = Client(server.url, **how)
        try:
            yield made, server
        finally:
            made.http.close()


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_was_written_is_answered_and_recorded(method: str) -> None:
    with client(lambda *_: as_json({"key": "OPS-1", "self": "x"}, 201)) as (it, server):
        assert it.write(method).value() == {"key": "OPS-1", "self": "x"}
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.json) == (method, "/issue", {"a": 1})
    (exchange,) = it.recorder.exchanges
    assert (exchange.method, exchange.status, exchange.body) == (method, 201, {"key": "OPS-1"})


def test_an_answer_without_content_is_one() -> None:
    with client(lambda *_: Reply(status=204, body=b"", kind="")) as (it, _):
        assert it.write().status == 204


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500),
        Reply(status=502, body=b"<html>", kind="text/html"),
        Reply(status=503, headers={"Retry-After": "0"}),
        Reply(status=504),
        Reply(status=408),
        Reply(status=302, headers={"Location": "/login"}),
        Reply(resets=True),
        Reply(status=201, body=b'{"key"', promises=400),
        Reply(status=201, body=b'{"key"'),
        Reply(status=200, body=b"<html>Sign in</html>", kind="text/html"),
    ],
)
def test_where_nobody_can_tell_whether_it_was_done_it_is_not_sent_again(reply: Reply) -> None:
    with client(lambda *_: reply) as (it, server):
        missing = it.gap(WriteUnknown)
    assert missing.detail.endswith("whether it was written all the same is not known")
    assert missing.retriable
    assert missing.reason_code in REASONS
    assert len(server.asked) == 1
    assert it.waits == []


def test_an_answer_that_is_too_large_or_too_late_says_nothing_either() -> None:
    with client(lambda *_: as_json("x" * 500, 201), largest=100) as (it, _):
        assert it.gap(WriteUnknown).reason_code == "too-large"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        it = Client(f"http://127.0.0.1:{silent.getsockname()[1]}", seconds=0.2)
        assert it.gap(WriteUnknown).reason_code == "timed-out"


@pytest.mark.parametrize(
    ("reply", "code", "says"),
    [
        (Reply(status=401), "not-authenticated", "refused the token"),
        (PAGE, "unreadable", "an HTML page came from 127.0.0.1"),
        (Reply(status=403), "not-permitted", "may not write a ticket in project OPS"),
        (Reply(status=404), "not-found", "does not know where a ticket in project OPS should be"),
        (Reply(status=410), "not-found", "or hides it"),
        (Reply(status=413), "too-large", "a ticket in project OPS is too large for Jira"),
        (Reply(status=409), "refused", "Jira does not accept a ticket in project OPS (HTTP 409)"),
        (
            as_json({"errorMessages": [], "errors": {"duedate": "cannot be set"}}, 400),
            "refused",
            "HTTP 400: cannot be set",
        ),
        (Reply(status=422, body=b"", kind=""), "refused", "HTTP 422"),
    ],
)
def test_a_refusal_says_that_nothing_was_written(reply: Reply, code: str, says: str) -> None:
    with client(lambda *_: reply) as (it, server):
        missing = it.gap()
    assert missing.reason_code == code
    assert says in missing.detail
    assert missing.remedy
    assert len(server.asked) == 1


def test_a_refusal_brings_the_answer_that_says_what_is_wrong() -> None:
    refusal = as_json({"errors": {"duedate": "no"}}, 400)
    with client(lambda *_: refusal) as (it, _), pytest.raises(Refused) as raised:
        it.write()
    assert raised.value.answer.json == {"errors": {"duedate": "no"}}


@pytest.mark.parametrize(
    "busy",
    [
        Reply(status=429, headers={"Retry-After": "3"}),
        Reply(status=403, headers={"Retry-After": "3"}),
    ],
)
def test_after_a_limit_it_is_sent_again_since_nothing_was_done(busy: Reply) -> None:
    with client(lambda _, before: busy if before < 2 else as_json({}, 201)) as (it, server):
        assert it.write().status == 201
    assert it.waits == [3, 3]
    assert [asked.json for asked in server.asked] == [{"a": 1}] * 3


def test_a_limit_that_stays_says_that_nothing_was_written() -> None:
    with client(lambda *_: Reply(status=429)) as (it, server):
        assert it.gap().reason_code == "rate-limited"
    assert len(server.asked) == ATTEMPTS


def test_what_nobody_could_be_reached_for_was_never_sent_and_is_tried_again() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        it = Client(f"http://127.0.0.1:{free.getsockname()[1]}")
        assert it.gap().reason_code == "unavailable"
    assert it.waits == [0.5, 1, 2]
    assert Client("nowhere:").gap().reason_code == "not-configured"


def test_nothing_is_sent_after_the_deadline() -> None:
    with client(lambda *_: as_json({}), seconds=0) as (it, server):
        assert it.gap().reason_code == "timed-out"
    assert server.asked == []


def test_only_what_never_left_was_never_sent() -> None:
    pool = HTTPConnectionPool("localhost")
    refused = MaxRetryError(pool, "/", NewConnectionError(HTTPConnection("localhost"), "refused"))
    assert never_sent(requests.ConnectionError(refused))
    assert never_sent(requests.ConnectTimeout())
    assert never_sent(requests.exceptions.InvalidURL())
    assert not never_sent(requests.ConnectionError())
    assert not never_sent(requests.ConnectionError(MaxRetryError(pool, "/", OSError())))
    assert not never_sent(requests.ReadTimeout())
    assert not never_sent(requests.exceptions.SSLError())


@pytest.mark.parametrize(("status", "kind"), [(201, WriteUnknown), (401, FactMissing)])
def test_who_was_not_known_may_have_written_as_a_stranger(
    status: int, kind: type[FactMissing]
) -> None:
    asked = Asked(system="Jira", what="a ticket", host="jira.acme.example")

    def watch(answer: Answer) -> None:
        raise answer.asked.missing("not-authenticated", "Jira does not know us")

    answer = Answer.of(asked, status, {"content-type": "application/json"}, json.dumps({}).encode())
    with pytest.raises(FactMissing, match="does not know us") as raised:
        done(answer, watch)
    assert type(raised.value) is kind


def test_the_token_is_in_no_message() -> None:
    for reply in (Reply(status=401), Reply(resets=True), Reply(status=400)):
        with client(lambda *_, reply=reply: reply) as (it, _):
            assert "s3cret" not in str(
                it.gap(FactMissing if reply.status in {400, 401} else WriteUnknown)
            )
