from __future__ import annotations

import threading
import time
from functools import partial

import pytest

from gate.adapters.forges.github.question import Question, missing
from gate.adapters.side_by_side import Once, both, chunks, side_by_side
from gate.domain.ports import FactMissing


def test_answers_stand_in_the_order_of_the_questions_which_run_at_once() -> None:
    barrier = threading.Barrier(3, timeout=5)

    def ask(number: int) -> int:
        barrier.wait()
        return number

    assert side_by_side([partial(ask, number) for number in range(3)]) == [0, 1, 2]


def test_nothing_and_one_thing_need_no_threads() -> None:
    assert side_by_side([]) == []
    here = threading.get_ident()
    assert side_by_side([threading.get_ident]) == [here]


def test_the_first_failure_in_order_is_raised() -> None:
    def fail(text: str) -> int:
        raise ValueError(text)

    with pytest.raises(ValueError, match="first"):
        side_by_side([partial(fail, "first"), partial(fail, "second")])


def test_after_a_failure_nothing_more_is_asked() -> None:
    asked: list[int] = []

    def ask(number: int) -> None:
        asked.append(number)
        if number == 0:
            raise LookupError
        time.sleep(0.05)

    with pytest.raises(LookupError):
        side_by_side([partial(ask, number) for number in range(100)])
    assert len(asked) < 100


def test_chunks_hold_everything_in_order() -> None:
    assert chunks("abcde", 2) == ["ab", "cd", "e"]
    assert chunks((), 2) == []


def test_two_different_things_are_asked_at_once() -> None:
    barrier = threading.Barrier(2, timeout=5)

    def ask(value: object) -> object:
        barrier.wait()
        return value

    assert both(partial(ask, 1), partial(ask, "a")) == (1, "a")


def test_a_question_is_asked_once_by_many_threads() -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    assert side_by_side([Once(ask)] * 8) == [1] * 8
    assert asked == [1]


def test_a_missing_fact_is_an_answer_as_well() -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        raise missing(Question(what="x", permission="y"), "unavailable", "down")

    once = Once(ask)
    for _ in range(2):
        with pytest.raises(FactMissing) as caught:
            once()
        assert caught.value.missing.detail == "down"
    assert asked == [1]
