from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from gate.adapters.exchange import Recorder
from gate.adapters.sources.patience import Pace, Patience, Unkept
from gate.domain.ports import FactMissing

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def answered(recorder: Recorder, status: int) -> None:
    started = recorder.start()
    recorder.record(started, system="GitHub", method="GET", url="/x", status=status, body={"a": 1})


def test_every_answer_puts_the_end_off_and_silence_does_not() -> None:
    clock = Clock()
    patience = Patience(60, clock)
    recorder = Unkept(lambda: NOW, [], patience)
    clock.now += 50
    answered(recorder, 0)
    assert patience.remaining() == 10
    answered(recorder, 404)
    assert patience.remaining() == 60


def test_after_a_long_silence_nothing_is_asked_any_more() -> None:
    clock = Clock()
    patience = Patience(60, clock)
    clock.now += 61
    with pytest.raises(FactMissing) as error:
        patience.timeout(20, "GitHub: artifact 1")
    missing = error.value.missing
    assert (missing.reason_code, missing.retriable) == ("timed-out", True)
    assert missing.detail == "no answer came for 60 seconds"


def test_nothing_is_kept_of_what_was_asked() -> None:
    recorder = Unkept(lambda: NOW, ["ghs_canary-token"], Patience(60))
    answered(recorder, 200)
    assert recorder.exchanges == ()
    assert b"canary" not in recorder.without_secrets(b"ghs_canary-token")


def test_requests_take_turns_whoever_asks() -> None:
    clock, waits = Clock(), list[float]()
    pace = Pace(10, 5, sleep=waits.append, clock=clock)
    with ThreadPoolExecutor(4) as pool:
        for waiting in [pool.submit(pace) for _ in range(8)]:
            waiting.result()
    assert sorted(waits) == [pytest.approx(0.1), pytest.approx(0.2), pytest.approx(0.3)]
    clock.now += 0.5
    pace()
    assert len(waits) == 3


def test_a_minute_never_has_more_requests_than_github_takes() -> None:
    clock, waits = Clock(), list[float]()
    pace = Pace(sleep=waits.append, clock=clock)
    for _ in range(900):
        pace()
    assert waits[-1] >= 60
    clock.now += 3600
    waits.clear()
    for _ in range(101):
        pace()
    assert len(waits) == 1
