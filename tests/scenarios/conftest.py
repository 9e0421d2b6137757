"""Each scenario is played once in a session of tests, by whichever process comes first."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scenarios.play import Played, load, play

Plays = Callable[[str], Played]


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Plays:
    """Play a scenario, or tell how it was played already."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    known = shared / "played"
    known.mkdir(exist_ok=True)

    def once(name: str) -> Played:
        kept = known / f"{name}.pickle"
        if not kept.exists():
            _keep(play(load(name), tmp_path_factory.mktemp(name)), kept)
        found: Played = pickle.loads(kept.read_bytes())  # noqa: S301 - written below, in this very session
        return found

    return once


def _keep(played: Played, place: Path) -> None:
    # Two processes may play the same scenario at the same time; neither may read half of what the other writes.
    half = place.with_suffix(f".{id(played)}")
    half.write_bytes(pickle.dumps(played))
    half.replace(place)
