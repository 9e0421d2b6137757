"""Emergencies while pagers and trackers fail in every combination: generated, and the same every time.

`CHANGE_GATE_FAULT_RUNS` plays more of them, `CHANGE_GATE_FAULT_SEED` others.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.emergencies.hurry import hurry
from tests.emergencies.playing import Played, judge, play
from tests.emergencies.rig import Forge, quiet
from tests.emergencies.troubles import PAGERS, Case, cases, has_second_person, uncovered

RUNS = int(os.environ.get("CHANGE_GATE_FAULT_RUNS", "224"))
SEED = int(os.environ.get("CHANGE_GATE_FAULT_SEED", "1"))
AT_ONCE = 6
CASES = cases(RUNS, SEED)


@pytest.fixture
def in_a_hurry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Short waits, and an empty folder to be in: runs share the folder of the process."""
    hurry(monkeypatch)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_are_enough_runs_and_every_two_troubles_meet_in_one_of_them() -> None:
    usual = cases(224, SEED)
    assert uncovered(usual) == set()
    assert sum(has_second_person(case) for case in usual) >= 200


@pytest.mark.parametrize("pager", PAGERS)
@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_no_debt_is_lost_and_no_tracker_stops_an_emergency(
    forge: Forge, pager: str, in_a_hurry: Path
) -> None:
    chosen = [case for case in CASES if (case.forge, case.pager) == (forge, pager)]
    with quiet() as said, ThreadPoolExecutor(AT_ONCE) as pool:
        played = list(
            pool.map(lambda pair: play(pair[1], in_a_hurry / str(pair[0])), enumerate(chosen))
        )
    flaws = {one.case.name: found for one in played if (found := judge(one))}
    assert flaws == {}
    assert_grants_are_the_same(played)
    assert "token" not in said.getvalue()


def assert_grants_are_the_same(played: list[Played]) -> None:
    """Whatever the trackers did: a grant depends on what the pager told, and on who approved in the forge."""
    grants: dict[tuple[bool, str], list[tuple[Case, object]]] = {}
    for one in played:
        if one.is_granted:
            grant = one.checked.decision["emergency"]["grant"]
            known_by = (bool(grant["unverified"]), grant["consent"]["proof"])
            grants.setdefault(known_by, []).append((one.case, one.grant))
    for (_, first), *others in grants.values():
        for case, grant in others:
            assert grant == first, case.name
