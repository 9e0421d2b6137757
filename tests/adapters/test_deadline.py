from __future__ import annotations

import pytest

from gate.adapters.deadline import Deadline
from gate.domain.ports import FactMissing


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_question_may_take_its_cap_or_what_is_left() -> None:
    clock = Clock()
    deadline = Deadline(20, clock)
    assert deadline.timeout(15) == 15
    clock.now += 12
    assert deadline.remaining() == 8
    assert deadline.timeout(15) == 8


def test_nothing_is_asked_once_it_is_over() -> None:
    clock = Clock()
    deadline = Deadline(120, clock)
    clock.now += 120
    with pytest.raises(FactMissing) as caught:
        deadline.timeout(15, "Jira: CHG-7")
    gap = caught.value.missing
    assert (gap.source, gap.reason_code, gap.retriable) == ("Jira: CHG-7", "timed-out", True)
    assert "120 seconds" in gap.detail


def test_the_real_clock_is_used_when_no_other_is_given() -> None:
    assert 0 < Deadline(60).remaining() <= 60


def test_what_could_not_be_asked_is_named_without_a_credential() -> None:
    gap = Deadline(0, Clock()).over("GitHub: branch ghp_a1B2c3D4e5F6g7H8i9J0")
    assert gap.source == "GitHub: branch [redacted]"
