from hypothesis import given
from hypothesis import strategies as st

from gate.domain.derived import OUTSIDE, Approval, ScopedChange
from gate.domain.facts import ChangeKind
from gate.domain.units import Unit, covers, shown, together, uncovered, units
from tests import builders as b

TWELVE, THIRTEEN = Unit(number=12, reference="#12"), Unit(number=13, reference="#13")
DIRECT = Unit(number=OUTSIDE, reference="the commits that no merge request brought")


def test_every_merge_request_is_a_unit() -> None:
    assert units(b.scoped(b.request(12), b.request(13))) == (TWELVE, THIRTEEN)


def test_commits_that_no_merge_request_brought_are_one_unit_more() -> None:
    direct = b.commit("d1", brought_by=()), b.commit("d2", brought_by=(99,))
    assert units(b.scoped(b.request(), commits=(b.commit(), *direct))) == (TWELVE, DIRECT)
    unmerged = b.request(merged_at=None)
    assert units(b.scoped(unmerged)) == (TWELVE, DIRECT)


def test_a_change_without_merge_requests_is_one_unit() -> None:
    for change in (
        ScopedChange(kind=ChangeKind.ROLLBACK),
        ScopedChange(kind=ChangeKind.FORWARD, commits=(b.commit(brought_by=()),)),
    ):
        assert units(change) == (Unit(number=OUTSIDE, reference="the change"),)


def test_an_approval_covers_what_it_was_given_for_or_everything() -> None:
    assert covers(b.approval(covers=(12,)), TWELVE)
    assert not covers(b.approval(covers=(12,)), THIRTEEN)
    assert not covers(b.approval(covers=(12,)), DIRECT)
    assert not covers(b.approval(covers=()), TWELVE)
    assert covers(b.approval(covers=(12, OUTSIDE)), DIRECT)
    for unit in (TWELVE, THIRTEEN, DIRECT):
        assert covers(b.approval(covers=None), unit)


def test_a_few_units_are_named_and_the_rest_is_counted() -> None:
    assert shown([TWELVE]) == "#12"
    many = [Unit(number=n, reference=f"#{n}") for n in range(1, 8)]
    assert shown(many[:5]) == "#1, #2, #3, #4 and #5"
    assert shown(many) == "#1, #2, #3, #4, #5 and 2 more"


def test_the_first_approvals_that_are_enough_are_taken_together() -> None:
    one, other = b.approval(covers=(12,)), b.approval("carol", covers=(13,))
    again, whole = b.approval("eve", covers=(12,)), b.approval("frank", covers=None)
    assert together([TWELVE, THIRTEEN], [one, again, other, whole]) == (one, other)
    assert together([TWELVE, THIRTEEN], [whole, one]) == (whole,)
    assert together([TWELVE, THIRTEEN], [one, again]) == ()


approvals = st.lists(
    st.builds(
        lambda covers: b.approval(covers=covers),
        st.none() | st.sets(st.sampled_from([12, 13, OUTSIDE]), max_size=2).map(tuple),
    ),
    max_size=5,
)
wanted = st.lists(st.sampled_from([TWELVE, THIRTEEN, DIRECT]), unique=True, min_size=1)


@given(wanted, approvals)
def test_together_they_cover_all_of_it_or_there_are_none(
    some: list[Unit], given_: list[Approval]
) -> None:
    found = together(some, given_)
    assert bool(found) is (uncovered(some, given_) == ())
    assert uncovered(some, found) == (() if found else tuple(some))
