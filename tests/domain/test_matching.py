from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from gate.domain.matching import fill

places = st.lists(st.frozensets(st.sampled_from("abcd"), max_size=4).map(sorted), max_size=4)


def test_whoever_can_sit_elsewhere_makes_room() -> None:
    assert fill([["alice", "bob"], ["alice"]]) == {0: "bob", 1: "alice"}


def test_a_place_that_nobody_can_take_stays_empty() -> None:
    assert fill([["alice"], ["alice"], []]) == {0: "alice"}


@given(places)
def test_as_many_places_are_filled_as_can_be(wanted: list[list[str]]) -> None:
    filled = fill(wanted)
    assert len(set(filled.values())) == len(filled)
    assert all(person in wanted[place] for place, person in filled.items())
    people = [*"abcd", *([""] * len(wanted))]
    best = max(
        sum(person in place for person, place in zip(order, wanted, strict=False))
        for order in permutations(people, len(wanted))
    )
    assert len(filled) == best
