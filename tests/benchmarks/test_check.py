"""What a check costs on each forge: requests, dependent rounds, wall time over the latency bound, decisions a second.

Numbers are ratios where they can be, and are printed, not asserted: machines differ. Only counts are asserted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gate.controls import CONTROLS
from gate.domain.decide import decide
from gate.evidence.bundle import POLICY
from gate.evidence.stored_facts import FOLDER, read_facts
from gate.policy.load import parse
from gate.sandbox.gitlab_rest.clone import clone
from gate.sandbox.gitlab_rest.translate import translated
from gate.sandbox.world import World
from tests.benchmarks.worlds import many_commits, many_merge_requests, one_merge_request
from tests.scenarios.left import Forge
from tests.scenarios.play import Played, free_port, play

pytestmark = pytest.mark.benchmark

WORLDS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "1 merge request": one_merge_request,
    "20 merge requests": lambda: many_merge_requests(20),
    "250 commits": lambda: many_commits(250),
}
MOST: Mapping[str, Mapping[Forge, tuple[int, int]]] = {
    "1 merge request": {"github": (10, 5), "gitlab": (21, 5)},
    "20 merge requests": {"github": (30, 6), "gitlab": (116, 7)},
    "250 commits": {"github": (18, 6), "gitlab": (21, 6)},
}
"""Requests and dependent rounds that each may take; the links of every ticket are a request of their own.

GitLab is asked over REST, where GitHub answers about ten merge requests in one question of GraphQL.
"""
LATENCY = timedelta(milliseconds=300)
"""Long beside what the check itself takes: all questions of a round begin before its first answer comes."""


def timed(
    raw: dict[str, Any], folder: Path, forge: Forge, latency: timedelta
) -> tuple[Played, float]:
    """Play a world and tell how many seconds the check took; on GitLab with both tokens and a clone."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    folder.mkdir()
    world = (
        clone(World.of(translated(raw, url)), folder, url) if forge == "gitlab" else World.of(raw)
    )
    world = replace(world, latency=latency)
    began = time.perf_counter()
    played = play(world, folder, forge=forge, port=port)
    return played, time.perf_counter() - began


@pytest.fixture(scope="module")
def _imported(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whoever is measured first must not pay for modules that are imported when they are needed."""
    for forge in MOST["1 merge request"]:
        timed(one_merge_request(), tmp_path_factory.mktemp(forge) / "once", forge, timedelta())


@pytest.mark.usefixtures("_imported")
@pytest.mark.parametrize("name", MOST)
def test_requests_and_rounds(name: str, tmp_path: Path) -> None:
    raw = WORLDS[name]()
    print(f"\n{name}, at a latency of {LATENCY.total_seconds() * 1000:.0f} ms:")
    for forge, (requests, rounds) in MOST[name].items():
        near, without = timed(raw, tmp_path / f"{forge}-near", forge, timedelta())
        far, taken = timed(raw, tmp_path / f"{forge}-far", forge, LATENCY)
        bound = far.rounds * LATENCY.total_seconds()
        print(
            f"  {forge}: {far.requests:>3} requests in {far.rounds:>2} rounds; "
            f"wall time {taken / bound:.2f} x (rounds x latency), {(taken - without) / bound:.2f} x without start-up; "
            f"at no latency {without * 1000:.0f} ms"
        )
        assert near.exit_code == far.exit_code == 0, near.said
        assert far.requests <= requests
        assert far.rounds <= rounds


def test_decisions_a_second(tmp_path: Path) -> None:
    played = play(World.of(many_commits(250)), tmp_path)
    stored = {key: item for key, item in played.evidence.items() if key.startswith(FOLDER)}
    facts, policy = read_facts(stored), parse(played.evidence[POLICY], name=POLICY).policy
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < 2:
        decide(facts, policy, CONTROLS)
        count += 1
    size = sum(len(item) for item in stored.values())
    print(
        f"\ndecide(): {count / (time.perf_counter() - began):.0f} a second on {size / 1024:.0f} KiB of facts"
    )
    assert count
