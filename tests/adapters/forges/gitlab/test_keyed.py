from __future__ import annotations

import pytest

from gate.adapters.forges.gitlab.keyed import OnceEach
from gate.domain.ports import FactMissing
from tests import builders as b


def test_each_is_asked_once() -> None:
    asked: list[str] = []

    def question(key: str) -> str:
        asked.append(key)
        return key.upper()

    each = OnceEach(question)
    assert [each("a"), each("b"), each("a")] == ["A", "B", "A"]
    assert asked == ["a", "b"]


def test_a_gap_is_an_answer_too() -> None:
    asked: list[int] = []

    def question(key: int) -> int:
        asked.append(key)
        raise FactMissing(b.missing())

    each = OnceEach(question)
    for _ in range(2):
        with pytest.raises(FactMissing):
            each(1)
    assert asked == [1]
