"""Verifying many bundles against `sha256sum` over the same files: printed as ratios of one run.

BENCH_BUNDLES=10000 measures the set that the goal is about; by default a smaller one, for CI. What came of it stands in
docs/measurements/verify.md.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from gate.adapters.signers.key import KeySigner
from gate.app.sign_evidence import with_signatures
from gate.evidence.bundle import Bundle, chained, verify
from gate.evidence.layout import stream_in
from gate.evidence.record import Link
from gate.sandbox.world import World
from tests.adapters.signers.keys import p256, public_pem
from tests.app.evidence_set import write
from tests.benchmarks.worlds import one_merge_request
from tests.scenarios.play import play

pytestmark = pytest.mark.benchmark

BUNDLES = int(os.environ.get("BENCH_BUNDLES", "600"))
FEW = max(BUNDLES // 10, 1)
PEAK = """import re, sys; from resource import RUSAGE_CHILDREN, getrusage; from gate.cli.main import main
try: main()
finally:
    own = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
    sys.stderr.write(f"{own} {getrusage(RUSAGE_CHILDREN).ru_maxrss}")"""
"""The program, which ends by saying the most memory (KB) that it ever had, and the largest of its workers."""
OPENSSL = ("openssl", "dgst", "-sha256") if shutil.which("openssl") else ("sha256sum",)
"""The second measure: unlike many a sha256sum it uses the processor's own instructions for SHA-256."""
JOBS = 2
ENOUGH = 1.25
"""Memory is flat when ten times as many bundles take less than so many times as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a command took, of one bundle."""

    wall: float
    cpu: float
    """Of all processors together: unlike the wall clock it does not ask who else is at work."""
    peak: float = 0.0
    """Megabytes, of the program and all its workers together."""

    def against(self, base: Cost) -> str:
        return f"{self.wall / base.wall:.1f} x ({self.cpu / base.cpu:.1f} x in CPU time)"


def cost(command: Sequence[str], bundles: int, workers: int = 0) -> Cost:
    before, began = os.times(), time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    wall, after = time.perf_counter() - began, os.times()
    cpu = sum(after[2:4]) - sum(before[2:4])
    own, largest = (int(kb) / 1024 for kb in (done.stderr or "0 0").split()[-2:])
    return Cost(wall=wall / bundles, cpu=cpu / bundles, peak=own + workers * largest)


def hashed(folder: Path, bundles: int, *program: str) -> Cost:
    """What it takes to hash every file and do nothing else."""
    script = 'find "$1" -type f -print0 | xargs -0 "${@:2}"'
    return cost(["bash", "-c", script, "bash", str(folder), *program], bundles)


def gate(folder: Path, bundles: int, *options: str, jobs: int = 1) -> Cost:
    command = [sys.executable, "-c", PEAK, "evidence", "verify", str(folder), "--quiet"]
    workers = jobs if jobs > 1 else 0
    return cost([*command, "--jobs", str(jobs), *options], bundles, workers)


def side_by_side(*ways: Callable[[], Cost], rounds: int = 2) -> list[Cost]:
    """Each in turn, and again: whoever else is at work shall not hit one of them alone. The least of each counts."""
    found = [[way() for way in ways] for _ in range(rounds)]
    return [
        Cost(wall=min(one.wall for one in costs), cpu=min(one.cpu for one in costs))
        for costs in zip(*found, strict=True)
    ]


def a_set(folder: Path, bundle: Bundle, count: int, signer: KeySigner | None = None) -> Path:
    """A chain of bundles, which differ in their records alone."""
    previous = None
    for seq in range(1, count + 1):
        link = Link(stream=stream_in(bundle).id, seq=seq, previous=previous)
        linked = with_signatures(chained(bundle, link), signer)
        previous = linked.digest
        write(folder / f"{seq:06}", linked.files)
    return folder


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="asks Linux for the memory used"
)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    played = play(World.of(one_merge_request()), tmp_path_factory.mktemp("play"))
    return verify(played.evidence)


@pytest.fixture(scope="module")
def plain(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_set(tmp_path_factory.mktemp("plain"), bundle, BUNDLES)


@pytest.fixture(scope="module")
def tenth(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_set(tmp_path_factory.mktemp("tenth"), bundle, FEW)


@needs_proc
def test_verifying_many_bundles(bundle: Bundle, plain: Path, tenth: Path, tmp_path: Path) -> None:
    signer = KeySigner(p256())
    size = sum(len(content) for content in bundle.files.values()) // 1024
    signed = a_set(tmp_path / "signed", bundle, FEW, signer)
    key = tmp_path / "release.pub"
    key.write_text(public_pem(signer.key))
    hashed(plain, BUNDLES, "sha256sum")  # so that everybody finds the files in memory
    base, quick, alone, wide = side_by_side(
        lambda: hashed(plain, BUNDLES, "sha256sum"),
        lambda: hashed(plain, BUNDLES, *OPENSSL),
        lambda: gate(plain, BUNDLES, "--no-replay"),
        lambda: gate(plain, BUNDLES, "--no-replay", jobs=JOBS),
    )
    small = gate(tenth, FEW, "--no-replay")
    by_key = gate(signed, FEW, "--no-replay", "--key", str(key), "--require", "signed")
    again = gate(tenth, FEW)
    print(
        f"\n{BUNDLES} bundles of {size} KB in {len(bundle.files)} files against sha256sum "
        f"({base.wall * 1000:.2f} ms a bundle): {alone.against(base)} in one process, {wide.against(base)} in {JOBS} "
        f"(goal 3); against openssl ({quick.wall * 1000:.2f} ms): {alone.against(quick)} and {wide.against(quick)}; "
        f"{FEW} of them in one process: {small.against(base)}, start-up included, "
        f"{by_key.against(base)} with two signatures each, {again.against(base)} when decided again"
    )


@needs_proc
def test_memory_is_flat(plain: Path, tenth: Path) -> None:
    """The program and its workers together; deciding again is what workers are started for first."""
    ways = {
        "in one process": (("--no-replay",), 1),
        f"in {JOBS} workers that decide again": ((), JOBS),
    }
    for way, (options, jobs) in ways.items():
        many = gate(plain, BUNDLES, *options, jobs=jobs)
        few = gate(tenth, FEW, *options, jobs=jobs)
        print(
            f"\npeak memory {way}: {many.peak:.0f} MB for {BUNDLES} bundles, {few.peak:.0f} for {FEW}"
        )
        assert many.peak < ENOUGH * few.peak
