from pathlib import Path

import pytest

from gate.adapters.archives import directory
from gate.adapters.bundles.folder import read
from gate.errors import EvidenceNotWritten

FILES = {"decision.json": b"{}", "facts/run.json": b"[]"}


def test_what_was_created_reads_back(tmp_path: Path) -> None:
    directory.create(tmp_path / "new" / "folder", FILES)
    assert read(tmp_path / "new" / "folder") == FILES


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    (tmp_path / "decision.json").write_text("older")
    with pytest.raises(EvidenceNotWritten, match="is not empty"):
        directory.create(tmp_path, FILES)
    assert (tmp_path / "decision.json").read_text() == "older"


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceNotWritten, match="could not be written") as error:
        directory.create(tmp_path / "file", FILES)
    assert error.value.exit_code == 5
    assert "writable folder" in error.value.hint


def test_what_reads_back_differently_is_no_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda path: b"other")
    with pytest.raises(EvidenceNotWritten, match=r"reads back differently: decision\.json"):
        directory.create(tmp_path / "new", FILES)
