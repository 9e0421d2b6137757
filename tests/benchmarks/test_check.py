"""What a check costs: requests, dependent rounds, wall time over the latency bound, decisions a second.

Numbers are ratios where they can be, and are printed, not asserted: machines differ. Only counts are asserted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gate.controls import CONTROLS
from gate.domain.decide import decide
from gate.evidence.bundle import POLICY
from gate.evidence.stored_facts import FOLDER, read_facts
from gate.policy.load import parse
from gate.sandbox.world import World
from tests.benchmarks.worlds import many_commits, many_merge_requests, one_merge_request
from tests.scenarios.play import Played, play

pytestmark = pytest.mark.benchmark

WORLDS: dict[str, Callable[[], World]] = {
    "1 merge request": one_merge_request,
    "20 merge requests": lambda: many_merge_requests(20),
    "250 commits": lambda: many_commits(250),
}
MOST = {"1 merge request": (10, 5), "20 merge requests": (30, 6), "250 commits": (18, 6)}
"""Requests and dependent rounds that each may take; the links of every ticket are a request of their own."""
LATENCY = timedelta(milliseconds=100)


def timed(world: World, folder: Path) -> tuple[Played, float]:
    began = time.perf_counter()
    played = play(world, folder)
    return played, time.perf_counter() - began


@pytest.mark.parametrize("name", WORLDS)
def test_requests_and_rounds(name: str, tmp_path: Path) -> None:
    world = WORLDS[name]()
    near, without = timed(world, tmp_path / "near")
    far, taken = timed(replace(world, latency=LATENCY), tmp_path / "far")
    bound = far.rounds * LATENCY.total_seconds()
    print(
        f"\n{name}: {far.requests} requests in {far.rounds} rounds; "
        f"wall time {taken / bound:.2f} x (rounds x 100 ms), {(taken - without) / bound:.2f} x without start-up; "
        f"at no latency {without * 1000:.0f} ms"
    )
    assert near.exit_code == far.exit_code == 0, near.out
    requests, rounds = MOST[name]
    assert far.requests <= requests
    assert far.rounds <= rounds


def test_decisions_a_second(tmp_path: Path) -> None:
    played = play(many_commits(250), tmp_path)
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
