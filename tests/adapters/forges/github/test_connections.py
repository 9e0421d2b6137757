from __future__ import annotations

import pytest

from gate.adapters.forges.github import connections
from gate.adapters.forges.github.connections import follow
from gate.adapters.forges.github.shape import Shape
from tests.adapters.forges.github.canned import page
from tests.adapters.forges.github.gaps import code_of


def shape(*nodes: int, after: str | None = None, total: int | None = None) -> Shape:
    return Shape(page(*nodes, after=after, total=total), "GitHub: a list", "list")


def test_all_pages_are_followed() -> None:
    asked: list[str] = []
    left = [shape(3, 4, after="b", total=5), shape(5, total=5)]

    def further(cursor: str) -> Shape:
        asked.append(cursor)
        return left.pop(0)

    assert [node.value for node in follow(shape(1, 2, after="a", total=5), further)] == [
        1,
        2,
        3,
        4,
        5,
    ]
    assert asked == ["a", "b"]


def test_fewer_elements_than_the_connection_says_are_not_all() -> None:
    assert code_of(lambda: follow(shape(1, total=2), lambda _: shape())) == "too-large"


def test_a_connection_without_end_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_PAGES", 3)
    assert (
        code_of(lambda: follow(shape(1, after="a"), lambda _: shape(1, after="a"))) == "too-large"
    )
