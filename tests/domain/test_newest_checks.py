from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.domain.facts import Check, CheckState
from gate.domain.newest_checks import by_name, newest
from tests import builders as b

FAILURE, SUCCESS, PENDING = CheckState.FAILURE, CheckState.SUCCESS, CheckState.PENDING


def check(
    id: str,  # noqa: A002 (the field's name)
    state: CheckState,
    started: int | None,
    completed: int | None = None,
) -> Check:
    return b.check(
        id=id,
        state=state,
        started_at=None if started is None else b.NOW + timedelta(minutes=started),
        completed_at=None if completed is None else b.NOW + timedelta(minutes=completed),
    )


@pytest.mark.parametrize(
    ("results", "counts"),
    [
        # one is enough
        ([check("1", FAILURE, 0)], FAILURE),
        # the re-run counts, for better or worse, in whatever order they are listed
        ([check("1", FAILURE, 0), check("2", SUCCESS, 5)], SUCCESS),
        ([check("2", FAILURE, 5), check("1", SUCCESS, 0)], FAILURE),
        # numbers are compared as numbers
        ([check("9", SUCCESS, 0), check("10", FAILURE, 5)], FAILURE),
        # a re-run under way
        ([check("1", SUCCESS, 0), check("2", PENDING, 5)], PENDING),
        ([check("1", SUCCESS, 0), check("2", PENDING, None)], PENDING),
        ([check("status", SUCCESS, 0), check("other", PENDING, None)], PENDING),
        # started at the same time: the number tells, or else both must have succeeded
        ([check("1", FAILURE, 0), check("2", SUCCESS, 0)], SUCCESS),
        ([check("x", FAILURE, 0), check("y", SUCCESS, 0)], FAILURE),
        # an app that claims a time to hide a later failure
        ([check("1", SUCCESS, 99), check("2", FAILURE, 5)], FAILURE),
        # an end is a time as well
        ([check("a", SUCCESS, None, 5), check("b", FAILURE, None, 1)], SUCCESS),
        ([check("a", SUCCESS, None, 1), check("b", FAILURE, None, 5)], FAILURE),
    ],
)
def test_the_newest_result_counts(results: list[Check], counts: CheckState) -> None:
    assert newest(results).state is counts


ids = st.one_of(st.integers(1, 30).map(str), st.sampled_from(["SC_a", "SC_b"]))
moments = st.one_of(st.none(), st.integers(0, 5))
results = st.lists(
    st.builds(check, ids, st.sampled_from([SUCCESS, FAILURE]), moments, moments), min_size=1
)


@given(results)
def test_success_is_the_answer_only_if_the_newest_by_time_and_by_number_succeeded(
    some: list[Check],
) -> None:
    if newest(some).state is SUCCESS:
        numbered = [one for one in some if one.id.isdecimal()]
        highest = max((int(one.id) for one in numbered), default=0)
        tops = [one for one in numbered if int(one.id) == highest]
        assert all(one.state is SUCCESS for one in tops)
        timed = [one for one in some if one.started_at or one.completed_at]
        if timed:
            last = max(one.started_at or one.completed_at or b.NOW for one in timed)
            latest = [one for one in timed if (one.started_at or one.completed_at) == last]
            assert any(one.state is SUCCESS for one in latest)


@given(results)
def test_the_order_of_the_list_does_not_matter(some: list[Check]) -> None:
    assert (newest(some).state is SUCCESS) == (newest(some[::-1]).state is SUCCESS)


def test_checks_are_grouped_by_their_name() -> None:
    one, other, again = b.check("unit"), b.check("lint"), b.check("unit", id="2")
    assert by_name([one, other, again]) == {"unit": [one, again], "lint": [other]}
