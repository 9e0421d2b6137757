from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from gate.adapters.exchange import Recorder

NOW = datetime(2026, 11, 25, 15, 0, 30, tzinfo=UTC)
DATE = "Wed, 25 Nov 2026 15:00:00 GMT"


def test_an_exchange_keeps_listed_keys_and_the_time_of_the_answer() -> None:
    recorder = Recorder(lambda: NOW)
    started = recorder.start()
    recorder.record(
        started,
        system="GitHub",
        method="GET",
        url="https://x:y@api.github.com/repos/acme/app?per_page=100&token=abc",
        status=200,
        date=DATE,
        body={"id": 1, "secret": "s"},
        keep={"id"},
    )
    (kept,) = recorder.exchanges
    assert kept.url == "/repos/acme/app?per_page=100&token=[redacted]"
    assert (kept.system, kept.method, kept.status, kept.body) == ("GitHub", "GET", 200, {"id": 1})
    assert kept.date == NOW - timedelta(seconds=30)
    assert kept.elapsed_ms >= 0


@pytest.mark.parametrize("status", [0, 400, 404, 502])
def test_of_an_error_only_its_message_stays(status: int) -> None:
    recorder = Recorder(lambda: NOW, secrets=["hunter-2"])
    body = {"message": "no hunter-2", "id": 1}
    recorder.record(
        recorder.start(), system="s", method="GET", url="/x", status=status, body=body, keep={"id"}
    )
    assert recorder.exchanges[0].body == {"message": "no [redacted]"}


def test_a_token_that_a_system_repeats_is_gone_before_anybody_reads_the_answer() -> None:
    recorder = Recorder(lambda: NOW, secrets=["hunter2-and-more"])
    assert recorder.without_secrets(b"bad token hunter2-and-more") == b"bad token [redacted]"


def test_a_text_is_masked_before_it_is_kept() -> None:
    recorder = Recorder(lambda: NOW, secrets=["hunter-2"])
    assert recorder.mask("password=x and hunter-2") == "password=[redacted] and [redacted]"


def test_exchanges_stand_in_the_order_in_which_they_were_asked() -> None:
    recorder = Recorder(lambda: NOW)
    first, second = recorder.start(), recorder.start()
    recorder.record(second, system="s", method="GET", url="/2", status=200)
    recorder.record(first, system="s", method="GET", url="/1", status=200)
    assert [exchange.url for exchange in recorder.exchanges] == ["/1", "/2"]


def test_the_largest_difference_between_the_clocks_counts() -> None:
    recorder = Recorder(lambda: NOW)
    assert recorder.skew() is None
    for date in [
        "Wed, 25 Nov 2026 15:00:29 GMT",
        "Wed, 25 Nov 2026 15:02:30 GMT",
        None,
        "yesterday",
        "Wed, 99",
    ]:
        recorder.record(recorder.start(), system="s", method="GET", url="/", status=200, date=date)
    assert recorder.skew() == -120


def test_a_date_without_a_zone_is_greenwich_time() -> None:
    recorder = Recorder(lambda: NOW)
    recorder.record(
        recorder.start(),
        system="s",
        method="GET",
        url="/",
        status=200,
        date="Wed, 25 Nov 2026 15:00:00 -0000",
    )
    assert recorder.skew() == 30


def test_a_date_of_another_zone_is_turned_into_utc() -> None:
    recorder = Recorder(lambda: NOW)
    recorder.record(
        recorder.start(),
        system="s",
        method="GET",
        url="/",
        status=200,
        date="Wed, 25 Nov 2026 16:00:00 +0100",
    )
    assert recorder.exchanges[0].date == NOW - timedelta(seconds=30)


def test_an_address_that_is_none_is_not_kept() -> None:
    recorder = Recorder(lambda: NOW)
    recorder.record(recorder.start(), system="s", method="GET", url="http://[", status=0)
    assert recorder.exchanges[0].url == "[not an address]"


def test_an_address_holds_no_credential_in_percent_encoding_either() -> None:
    recorder = Recorder(lambda: NOW, secrets=["own/secret+1"])
    url = "/repos/a%2Fb/branches/password%3Dhunter2%2Fx?ref=feature%2Fa&q=own%2Fsecret%2B1&to=a%3Fsig%3Dabc"
    recorder.record(recorder.start(), system="s", method="GET", url=url, status=200)
    (kept,) = recorder.exchanges
    assert (
        kept.url
        == "/repos/a%2Fb/branches/password%3D[redacted]?ref=feature%2Fa&q=[redacted]&to=a%3Fsig%3D[redacted]"
    )


def test_many_threads_may_record_at_once() -> None:
    recorder = Recorder(lambda: NOW)

    def work() -> None:
        for _ in range(50):
            recorder.record(
                recorder.start(), system="s", method="GET", url="/", status=200, date=DATE
            )

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(recorder.exchanges) == 400
    assert recorder.skew() == 30
