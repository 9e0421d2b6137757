"""Start-up against bare Python: printed as differences of medians, never asserted."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from gate.adapters.archives import directory
from gate.sandbox.world import World
from tests.benchmarks.worlds import one_merge_request
from tests.scenarios.play import play

pytestmark = pytest.mark.benchmark

RUNS = 15


def median_ms(command: Sequence[str]) -> float:
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def test_start_up(tmp_path: Path) -> None:
    evidence = tmp_path / "bundle"
    directory.create(evidence, play(World.of(one_merge_request()), tmp_path / "play").evidence)
    python, gate = sys.executable, [sys.executable, "-m", "gate"]
    bare = median_ms([python, "-c", "pass"])
    version = median_ms([*gate, "--version"])
    replay = median_ms([*gate, "replay", str(evidence)])
    print(
        f"\npython -c pass: {bare:.0f} ms; gate --version: +{version - bare:.0f} ms (goal 150), "
        f"{version / bare:.1f} x; gate replay: +{replay - bare:.0f} ms (goal 250), {replay / bare:.1f} x"
    )
    assert version > 0
