from __future__ import annotations

import pytest

from gate.adapters.answer import Asked
from gate.adapters.forges.github.connections import follow
from gate.adapters.part import Part
from tests.adapters.forges.github.canned import page
from tests.adapters.forges.github.gaps import code_of


def part(*nodes: int, after: str | None = None, total: int | None = None) -> Part:
    return Part(
        page(*nodes, after=after, total=total), Asked(system="GitHub", what="a list"), "list"
    )


def test_all_pages_are_followed() -> None:
    asked: list[str] = []
    left = [part(3, 4, after="b", total=5), part(5, total=5)]

    def further(cursor: str) -> Part:
        asked.append(cursor)
        return left.pop(0)

    assert [node.value for node in follow(part(1, 2, after="a", total=5), further)] == [
        1,
        2,
        3,
        4,
        5,
    ]
    assert asked == ["a", "b"]


def test_fewer_elements_than_the_connection_says_are_not_all() -> None:
    assert code_of(lambda: follow(part(1, total=2), lambda _: part())) == "too-large"


def test_a_connection_without_end_is_too_large() -> None:
    cursors = (str(number) for number in range(1000))
    assert (
        code_of(lambda: follow(part(1, after="a"), lambda _: part(1, after=next(cursors))))
        == "too-large"
    )


def test_a_page_that_comes_again_is_not_the_next_one() -> None:
    assert code_of(lambda: follow(part(1, after="a"), lambda _: part(1, after="a"))) == "unreadable"


class Served:
    """A list on the server, and what was asked for of it. `grows` by so many once its first page was read."""

    def __init__(self, total: int, *, grows: int = 0, page: int = 100, end: int = 100) -> None:
        self.asked: list[str | int] = []
        self.first = part(*range(100), after="100", total=total)
        self.values = range(total + grows)
        self.page, self.end = page, end

    def further(self, cursor: str) -> Part:
        self.asked.append(cursor)
        stop = min(int(cursor) + self.page, len(self.values))
        after = str(stop) if stop < len(self.values) else None
        return part(*self.values[int(cursor) : stop], after=after, total=len(self.values))

    def last(self, count: int) -> Part:
        self.asked.append(count)
        return part(*self.values[-min(count, self.end) :], total=len(self.values))


@pytest.mark.parametrize(
    ("served", "asked"),
    [
        (Served(250), ["100", 50]),
        (Served(300), ["100", 100]),
        (Served(200), ["100"]),
        (Served(301), ["100", "200", "300"]),
        (Served(250, grows=1), ["100", "200", 50]),
        (Served(250, page=60), ["100", "160", "220", 50]),
        (Served(250, end=40), ["100", "200", 50]),
    ],
)
def test_the_end_is_asked_for_beside_the_second_page_and_believed_when_nothing_is_between(
    served: Served, asked: list[str | int]
) -> None:
    found = follow(served.first, served.further, served.last)
    assert [node.value for node in found] == list(served.values)
    assert sorted(served.asked, key=lambda one: (isinstance(one, int), one)) == asked
