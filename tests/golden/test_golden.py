"""Bundles that earlier versions wrote stay readable, for as long as there are auditors."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from gate import __version__
from gate.adapters.bundles.zipped import read
from gate.app.context import Host
from gate.cli.main import run
from gate.evidence.bundle import verify
from gate.evidence.record import Kind
from tests.builders import NOW
from tests.golden.make import HERE, SCENARIOS, SWEEPS

VERSIONS = sorted(path for path in HERE.iterdir() if (path / "checkpoint.json").exists())

DECISIONS = sorted(path for folder in VERSIONS for path in folder.glob("[0-9]*.zip"))


def call(*arguments: str | Path) -> tuple[int, str]:
    out = io.StringIO()
    host = Host(environ={}, clock=lambda: NOW, out=out)
    return run([str(item) for item in arguments], host), out.getvalue()


def test_this_version_has_golden_bundles_of_every_kind() -> None:
    names = {path.stem for path in (HERE / __version__).glob("*.zip")}
    decisions = {f"{seq}-{name}" for seq, name in enumerate(SCENARIOS, start=1)}
    sweeps = {f"sweep-{seq}-{name}" for seq, name in enumerate(SWEEPS, start=1)}
    assert names == decisions | sweeps


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda path: path.name)
def test_they_are_whole_signed_chained_and_decide_the_same_again(folder: Path) -> None:
    code, said = call(
        *("evidence", "verify", folder, "--jobs", "1", "--require", "signed"),
        *("--key", folder / "release.pub", "--checkpoint", folder / "checkpoint.json"),
        *("--checkpoint", folder / "checkpoint-sweeps.json"),
    )
    assert code == 0, said
    assert f"{len(SCENARIOS) + len(SWEEPS)} signed" in said


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_decision_is_replayed(path: Path) -> None:
    code, said = call("replay", path)
    assert code == 0, said
    assert f"the same decision again: {verify(read(path)).record.verdict}." in said


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda path: path.name)
def test_each_can_be_read_aloud(folder: Path) -> None:
    for path in folder.glob("*.zip"):
        code, said = call("evidence", "show", path)
        assert code == 0
        assert f"ritten by gate {folder.name}" in said


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda path: path.name)
def test_each_says_what_came_of_it(folder: Path) -> None:
    records = [verify(read(path)).record for path in sorted(folder.glob("*.zip"))]
    decisions = [one.verdict for one in records if one.kind is Kind.DECISION]
    sweeps = [one.verdict for one in records if one.kind is Kind.SWEEP]
    assert decisions == ["allow", "block", "undecided", "allow"]
    assert sweeps == ["overdue", "clear"]
