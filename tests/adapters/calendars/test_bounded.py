import threading

import pytest

from gate.adapters.answer import Asked
from gate.adapters.calendars.bounded import bounded
from gate.adapters.deadline import Deadline
from gate.domain.missing import Missing
from gate.domain.ports import FactMissing

ASKED = Asked(
    system="calendar", what="calendar.acme.example (1a2b3c4d)", host="calendar.acme.example"
)


def gap(work: object, seconds: float = 5, deadline: float = 60) -> Missing:
    with pytest.raises(FactMissing) as raised:
        bounded(work, seconds, Deadline(deadline), ASKED)  # type: ignore[arg-type]  # any callable
    return raised.value.missing


def test_work_that_ends_has_a_result() -> None:
    assert bounded(lambda: 3, 5, Deadline(60), ASKED) == 3


def test_a_fact_that_is_missing_stays_what_it_is() -> None:
    def work() -> None:
        raise ASKED.missing("too-large", "x")

    assert gap(work).reason_code == "too-large"


def test_whatever_a_parser_trips_over_the_calendar_is_unreadable() -> None:
    empty: dict[str, str] = {}
    missing = gap(lambda: empty["UID"])
    assert missing.reason_code == "unreadable"
    assert "KeyError" in missing.detail


def test_work_that_does_not_end_is_given_up() -> None:
    never = threading.Event()
    try:
        assert gap(lambda: never.wait(30), seconds=0.05).reason_code == "too-large"
        assert gap(lambda: never.wait(30), deadline=0.05).reason_code == "timed-out"
        assert gap(lambda: never.wait(30), deadline=0).reason_code == "timed-out"
    finally:
        never.set()
