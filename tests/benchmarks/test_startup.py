"""Start-up against bare Python: printed as differences of medians, never asserted."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from gate.adapters.archives import directory
from gate.sandbox import runner
from gate.sandbox.world import World
from tests.benchmarks.worlds import one_merge_request
from tests.scenarios.play import play

pytestmark = pytest.mark.benchmark

RUNS = 15


def median_ms(
    command: Sequence[str], environ: Mapping[str, str] | None = None, ends: Sequence[int] = (0,)
) -> float:
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        done = subprocess.run(command, check=False, capture_output=True, env=environ)
        taken.append((time.perf_counter() - began) * 1000)
        assert done.returncode in ends, done.stderr
    return statistics.median(taken)


def test_start_up(tmp_path: Path) -> None:
    evidence = tmp_path / "bundle"
    world = World.of(one_merge_request())
    directory.create(evidence, play(world, tmp_path / "play").evidence)
    python, gate = sys.executable, [sys.executable, "-m", "gate"]
    bare = median_ms([python, "-c", "pass"])
    version = median_ms([*gate, "--version"])
    replay = median_ms([*gate, "replay", str(evidence)])
    recheck = median_ms(
        [*gate, "recheck", "--evidence", str(evidence)],
        {**os.environ, **runner.environ(world, "http://127.0.0.1:1", tmp_path / "play")},
        # The decision is of another day.
        ends=(10,),
    )
    print(
        f"\npython -c pass: {bare:.0f} ms; gate --version: +{version - bare:.0f} ms (goal 150), "
        f"{version / bare:.1f} x; gate replay: +{replay - bare:.0f} ms (goal 250), {replay / bare:.1f} x; "
        f"gate recheck on GitHub: +{recheck - bare:.0f} ms, {recheck / bare:.1f} x"
    )
    assert version > 0
