"""The evidence of every scenario, on both forges: archived, read back from there, whole, linked, and decided again."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from gate.adapters.archives.folder import FolderArchive
from gate.app.archive_evidence import Archives, again
from gate.app.chain import bundles, files_at
from gate.app.context import Host
from gate.cli.main import run
from gate.evidence.bundle import DECISION, Bundle
from gate.evidence.checkpoint import Checkpoint, checkpoint_json
from tests.builders import NOW
from tests.scenarios.conftest import Plays
from tests.scenarios.forges import ONLY, expectation_on_gitlab, names_on_gitlab
from tests.scenarios.play import Played, expectation, names

AT_ONCE = 16
"""So many share an archive. One for all would have to wait until the last one was played."""


def groups(of: Sequence[str]) -> list[tuple[str, ...]]:
    """From the last to the first: another process plays them from the first on, and neither does what the other did."""
    back = of[::-1]
    return [tuple(back[at : at + AT_ONCE]) for at in range(0, len(of), AT_ONCE)]


@pytest.mark.parametrize("group", groups(names()), ids=lambda group: group[0])
def test_every_archived_scenario_decides_the_same_again(
    group: tuple[str, ...], played: Plays, tmp_path: Path
) -> None:
    wanted = {name: "verdict" in expectation(name) for name in group}
    _archive_and_read_back({name: played(name) for name in group}, wanted, tmp_path)


@pytest.mark.parametrize("group", groups([*names_on_gitlab(), *ONLY]), ids=lambda group: group[0])
def test_every_archived_scenario_of_gitlab_decides_the_same_again(
    group: tuple[str, ...], played_on_gitlab: Plays, tmp_path: Path
) -> None:
    wanted = {name: "verdict" in expectation_on_gitlab(name) for name in group}
    _archive_and_read_back({name: played_on_gitlab(name) for name in group}, wanted, tmp_path)


def _archive_and_read_back(
    plays: Mapping[str, Played], wanted: Mapping[str, bool], folder: Path
) -> None:
    """`wanted` says which scenarios leave evidence: those that come to a verdict."""
    assert {name: bool(play.evidence) for name, play in plays.items()} == wanted
    place = folder / "archive"
    place.mkdir()
    archive = FolderArchive(place)
    decisions: dict[str, bytes] = {}
    heads: dict[str, Checkpoint] = {}
    for play in plays.values():
        if play.evidence:
            kept = again(Bundle(files=play.evidence), Archives(all=(archive,)))
            assert kept.checkpoint is not None
            decisions[kept.bundle.digest] = play.evidence[DECISION]
            known = heads.get(kept.checkpoint.stream, kept.checkpoint)
            heads[known.stream] = max(kept.checkpoint, known, key=lambda point: point.count)
    there = {at: Bundle(files=files_at(archive, at)) for at in bundles(archive)}
    assert {bundle.digest: bundle.files[DECISION] for bundle in there.values()} == decisions
    for at, bundle in there.items():
        code, said = _call("replay", place / at.key)
        assert code == 0, said
        assert f"give the same decision again: {bundle.record.verdict}." in said
        assert bundle.digest in said
    assert _verified(place, heads, folder) == decisions.keys()


def _verified(archive: Path, heads: Mapping[str, Checkpoint], folder: Path) -> set[str]:
    """Verify all of it against checkpoints, and return the ids of the records."""
    options: list[str | Path] = []
    for number, head in enumerate(heads.values()):
        point = folder / f"{number}.json"
        point.write_bytes(checkpoint_json(head))
        options += ["--checkpoint", point]
    # Each was decided again just now.
    code, said = _call("evidence", "verify", archive, "--no-replay", "--json", *options)
    assert code == 0, said
    *lines, _ = (json.loads(line) for line in said.splitlines())
    return {line["id"] for line in lines}


def _call(*arguments: str | Path) -> tuple[int, str]:
    out = io.StringIO()
    code = run([str(item) for item in arguments], Host(environ={}, clock=lambda: NOW, out=out))
    return code, out.getvalue()
