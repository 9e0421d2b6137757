"""Verifying many bundles against `sha256sum` over the same files: printed as ratios of one run.

BENCH_BUNDLES=10000 measures the set that the goal is about; by default a smaller one, for CI.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from gate.adapters.signers.key import KeySigner
from gate.app.sign_evidence import with_signatures
from gate.evidence.bundle import Bundle, chained, verify
from gate.evidence.record import Link
from gate.sandbox.world import World
from tests.adapters.signers.keys import p256, public_pem
from tests.app.evidence_set import write
from tests.benchmarks.worlds import one_merge_request
from tests.scenarios.play import play

pytestmark = pytest.mark.benchmark

BUNDLES = int(os.environ.get("BENCH_BUNDLES", "600"))
PEAK = """import re, sys; from gate.cli.main import main
try: main()
finally: sys.stderr.write(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])"""
"""The program, which ends by saying the most memory (KB) that it ever had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a command took, of one bundle."""

    wall: float
    cpu: float
    """Of all processors together: unlike the wall clock it does not ask who else is at work."""
    peak: int = 0
    """Megabytes."""

    def against(self, base: Cost) -> str:
        return f"{self.wall / base.wall:.1f} x ({self.cpu / base.cpu:.1f} x in CPU time)"


def cost(command: Sequence[str], bundles: int) -> Cost:
    before, began = os.times(), time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    wall, after = time.perf_counter() - began, os.times()
    cpu = sum(after[2:4]) - sum(before[2:4])
    peak = int(done.stderr.split()[-1]) // 1024 if done.stderr else 0
    return Cost(wall=wall / bundles, cpu=cpu / bundles, peak=peak)


def sha256sum(folder: Path, bundles: int) -> Cost:
    script = 'find "$1" -type f -print0 | xargs -0 sha256sum'
    return cost(["bash", "-c", script, "bash", str(folder)], bundles)


def gate(folder: Path, bundles: int, *options: str) -> Cost:
    command = [sys.executable, "-c", PEAK, "evidence", "verify", str(folder), "--quiet", *options]
    return cost(command, bundles)


def a_set(folder: Path, bundle: Bundle, count: int, signer: KeySigner | None = None) -> Path:
    """A chain of bundles, which differ in their records alone."""
    previous = None
    for seq in range(1, count + 1):
        link = Link(stream="github.com/42/production", seq=seq, previous=previous)
        linked = with_signatures(chained(bundle, link), signer)
        previous = linked.digest
        write(folder / f"{seq:06}", linked.files)
    return folder


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the memory used")
def test_verifying_many_bundles(tmp_path: Path) -> None:
    played = play(World.of(one_merge_request()), tmp_path / "play")
    bundle, signer, few = verify(played.evidence), KeySigner(p256()), max(BUNDLES // 10, 1)
    size = sum(len(content) for content in bundle.files.values()) // 1024
    plain = a_set(tmp_path / "plain", bundle, BUNDLES)
    tenth = a_set(tmp_path / "tenth", bundle, few)
    signed = a_set(tmp_path / "signed", bundle, few, signer)
    key = tmp_path / "release.pub"
    key.write_text(public_pem(signer.key))
    sha256sum(plain, BUNDLES)  # so that everybody finds the files in memory
    base = sha256sum(plain, BUNDLES)
    alone = gate(plain, BUNDLES, "--no-replay", "--jobs", "1")
    wide = gate(plain, BUNDLES, "--no-replay")
    small = gate(tenth, few, "--no-replay", "--jobs", "1")
    by_key = gate(signed, few, "--no-replay", "--key", str(key), "--require", "signed")
    again = gate(tenth, few)
    print(
        f"\n{BUNDLES} bundles of {size} KB in {len(bundle.files)} files against sha256sum "
        f"({base.wall * 1000:.2f} ms a bundle): {alone.against(base)} in one process, {wide.against(base)} in as many "
        f"as there are processors (goal 3); {few} of them: {small.against(base)}, start-up included, "
        f"{by_key.against(base)} with two signatures each, {again.against(base)} when decided again; "
        f"peak memory {alone.peak} MB, {small.peak} MB for {few} (goal: the same)"
    )
    assert alone.peak < 2 * small.peak
