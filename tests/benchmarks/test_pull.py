"""Pulling many bundles over a slow line against what the line alone costs: printed as ratios of one run.

The bound is what nobody can beat: every request of a list waits for the one before it, and of the others as many are on
their way at a time as there are jobs. PULL_BUNDLES=1000 measures the set that the goal is about; by default a smaller
one, for CI. Nothing that is timed is asserted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from gate.evidence.bundle import Bundle, chained, verify
from gate.evidence.index_row import index_row
from gate.evidence.layout import bundle_key, index_key, link_of
from gate.evidence.packed import pack
from gate.evidence.record import Link
from gate.sandbox.world import World
from tests.app.evidence_set import write
from tests.benchmarks.worlds import one_merge_request
from tests.scenarios.play import play

pytestmark = pytest.mark.benchmark

BUNDLES = int(os.environ.get("PULL_BUNDLES", "300"))
MILLISECONDS = 50
PEAK = """import sys; from resource import RUSAGE_SELF, getrusage; from gate.cli.main import main
try: main()
finally: sys.stderr.write(f" {getrusage(RUSAGE_SELF).ru_maxrss}")"""
"""The program, which ends by saying the most memory (KB) that it ever had."""
STREAM = "github.com/4242/production"
AWS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLEEXAMPLE12", "AWS_SECRET_ACCESS_KEY": "s3-secret-canary"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a pull took."""

    wall: float
    cpu: float
    """Of the pull itself, start-up included: unlike the wall clock it does not ask who else is at work."""
    lists: int
    objects: int
    peak: int
    """Megabytes."""

    def bound(self, jobs: int) -> float:
        return (self.lists + self.objects / jobs) * MILLISECONDS / 1000

    def told(self, jobs: int) -> str:
        cpu = f"{self.cpu / self.bound(jobs):.2f} x of it CPU time"
        return f"{self.wall / self.bound(jobs):.2f} x with {jobs} jobs ({self.wall:.1f} s, {cpu})"


def an_archive(folder: Path, bundle: Bundle, count: int) -> Path:
    """A chain of bundles, which differ in their records alone, with its index."""
    previous = None
    for seq in range(1, count + 1):
        made = chained(bundle, Link(stream=STREAM, seq=seq, previous=previous))
        previous = made.digest
        link = link_of(made.record)
        key = bundle_key(link.stream, link.seq)
        write(folder, {key: pack(made.files), index_key(made.record): index_row(made)})
    return folder


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Its address, in a process of its own: what it takes to answer is not what a pull takes."""
    command = [sys.executable, str(Path(__file__).with_name("slow_store.py")), str(folder)]
    process = subprocess.Popen([*command, str(MILLISECONDS)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout
    try:
        yield said.readline().strip()
    finally:
        process.terminate()
        process.wait()
        said.close()


def pull(url: str, into: Path, jobs: int) -> Cost:
    counts(url)
    command = [
        *(sys.executable, "-c", PEAK, "evidence", "pull", "--from", "2026-01-01"),
        *("--to", "2026-12-31", "--into", str(into), "--jobs", str(jobs), "--quiet"),
        *("--archive", f"s3://evidence?endpoint={url}&region=eu-central-1"),
    ]
    before, began = os.times(), time.perf_counter()
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, **AWS}
    )
    wall, after = time.perf_counter() - began, os.times()
    cpu = sum(after[2:4]) - sum(before[2:4])
    return Cost(wall=wall, cpu=cpu, peak=int(done.stderr.split()[-1]) // 1024, **counts(url))


def counts(url: str) -> dict[str, int]:
    found: dict[str, int] = requests.get(f"{url}/counts", timeout=10).json()
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in bytes")
def test_pulling_many_bundles_over_a_slow_line(tmp_path: Path) -> None:
    played = play(World.of(one_merge_request()), tmp_path / "play")
    bundle, few = verify(played.evidence), max(BUNDLES // 10, 1)
    size = len(pack(bundle.files)) // 1024
    with served(an_archive(tmp_path / "all", bundle, BUNDLES)) as url:
        plain, wide = pull(url, tmp_path / "8", 8), pull(url, tmp_path / "32", 32)
        again = pull(url, tmp_path / "8", 8)
    with served(an_archive(tmp_path / "tenth", bundle, few)) as url:
        small = pull(url, tmp_path / "few", 8)
    print(
        f"\n{BUNDLES} bundles, {size} KB each when packed, {MILLISECONDS} ms for each request, against what these "
        f"alone take: {plain.told(8)}, {wide.told(32)}, start-up and examination included; a second time, when all is "
        f"there, {again.wall:.1f} s and {again.objects + again.lists} requests instead of "
        f"{plain.objects + plain.lists}; peak memory {plain.peak} MB, {small.peak} MB for {few}"
    )
    assert plain.objects >= BUNDLES
    assert again.objects < BUNDLES / 2
