import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.sandbox.log import LoggedRequest, RequestLog, rounds


def logged(started: float, finished: float) -> LoggedRequest:
    return LoggedRequest(
        method="GET", path="/", operation="", started=started, finished=finished, status=200
    )


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], 0),
        ([(0, 1)], 1),
        ([(0, 1), (0, 1), (0.5, 2)], 1),
        ([(0, 1), (1, 2), (2, 3)], 3),
        ([(0, 10), (0, 1), (1, 2), (3, 4)], 3),
    ],
)
def test_rounds_are_the_longest_chain_that_does_not_overlap(
    spans: list[tuple[float, float]], expected: int
) -> None:
    assert rounds(logged(*span) for span in spans) == expected


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9))))
def test_rounds_never_exceed_the_requests_nor_the_time(spans: list[tuple[int, int]]) -> None:
    requests = [logged(start, start + length) for start, length in spans]
    found = rounds(requests)
    assert found <= len(requests)
    assert found <= max((request.finished for request in requests), default=0)
    assert bool(found) == bool(requests)


def test_requests_are_listed_by_their_start() -> None:
    log = RequestLog()
    for start in (3.0, 1.0, 2.0):
        log.add(logged(start, start + 1))
    assert [request.started for request in log.all()] == [1.0, 2.0, 3.0]
