"""Give each place in a list to a different person, as many places as can be filled."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def fill(places: Sequence[Collection[str]]) -> dict[int, str]:
    """Return who takes which place, by its index, when each place lists who may take it and nobody takes two.

    As many places are filled as can be (a maximum bipartite matching, by augmenting paths). Taking the first who fits
    is not enough: alice could take a place that bob can take as well, and leave empty the one that only she can.
    """
    taken: dict[str, int] = {}
    for place in range(len(places)):
        _seat(place, places, taken, set())
    return {place: person for person, place in taken.items()}


def _seat(
    place: int, places: Sequence[Collection[str]], taken: dict[str, int], asked: set[str]
) -> bool:
    for person in places[place]:
        if person in asked:
            continue
        asked.add(person)
        # Whoever sits there already moves on if another place is free for them.
        if person not in taken or _seat(taken[person], places, taken, asked):
            taken[person] = place
            return True
    return False
