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
from tests.builders import NOW
from tests.golden.make import HERE, SCENARIOS

VERSIONS = sorted(path for path in HERE.iterdir() if (path / "checkpoint.json").exists())


def call(*arguments: str | Path) -> tuple[int, str]:
    out = io.StringIO()
    host = Host(environ={}, clock=lambda: NOW, out=out)
    return run([str(item) for item in arguments], host), out.getvalue()


def test_this_version_has_golden_bundles_of_every_kind() -> None:
    folder = HERE / __version__
    assert sorted(path.stem.partition("-")[2] for path in folder.glob("*.zip")) == sorted(SCENARIOS)


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda path: path.name)
def test_they_are_whole_signed_chained_and_decide_the_same_again(folder: Path) -> None:
    code, said = call(
        *("evidence", "verify", folder, "--jobs", "1", "--require", "signed"),
        *("--key", folder / "release.pub", "--checkpoint", folder / "checkpoint.json"),
    )
    assert code == 0, said
    assert f"{len(SCENARIOS)} signed" in said


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda path: path.name)
def test_each_can_be_read_aloud(folder: Path) -> None:
    for path in folder.glob("*.zip"):
        code, said = call("evidence", "show", path)
        assert code == 0
        assert f"as written by gate {folder.name}" in said


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda path: path.name)
def test_each_says_what_came_of_it(folder: Path) -> None:
    verdicts = [verify(read(path)).record.verdict for path in sorted(folder.glob("*.zip"))]
    assert verdicts == ["allow", "block", "undecided", "allow"]
