"""Each scenario is played once in a session of tests, by whichever process comes first."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scenarios.forges import play_on_gitlab
from tests.scenarios.play import Played, load, play

Plays = Callable[[str], Played]


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Plays:
    """Play a scenario, or tell how it was played already."""
    return _once("played", lambda name, at: play(load(name), at), tmp_path_factory, worker_id)


@pytest.fixture(scope="session")
def played_on_gitlab(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Plays:
    """The same on GitLab."""
    return _once("played-on-gitlab", play_on_gitlab, tmp_path_factory, worker_id)


def _once(
    folder: str,
    plays: Callable[[str, Path], Played],
    places: pytest.TempPathFactory,
    worker_id: str,
) -> Plays:
    base = places.getbasetemp()
    known = (base if worker_id == "master" else base.parent) / folder
    known.mkdir(exist_ok=True)

    def once(name: str) -> Played:
        kept = known / f"{name}.pickle"
        if not kept.exists():
            _keep(plays(name, places.mktemp(name)), kept)
        found: Played = pickle.loads(kept.read_bytes())  # noqa: S301 - written below, in this very session
        return found

    return once


def _keep(played: Played, place: Path) -> None:
    # Two processes may play the same scenario at the same time; neither may read half of what the other writes.
    half = place.with_suffix(f".{id(played)}")
    half.write_bytes(pickle.dumps(played))
    half.replace(place)
