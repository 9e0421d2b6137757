from pathlib import Path

import pytest

from gate.adapters.archives import directory
from gate.errors import EvidenceInvalid, EvidenceNotWritten

FILES = {"decision.json": b"{}", "facts/run.json": b"[]"}


def test_what_was_created_reads_back(tmp_path: Path) -> None:
    directory.create(tmp_path / "new" / "folder", FILES)
    assert directory.read(tmp_path / "new" / "folder") == FILES


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


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceInvalid, match="is not a folder"):
        directory.read(tmp_path / "none")


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "decision.json").symlink_to("/etc/passwd")
    with pytest.raises(EvidenceInvalid, match=r"decision\.json is a link"):
        directory.read(tmp_path)


def test_more_than_a_bundle_can_be_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.create(tmp_path / "new", FILES)
    monkeypatch.setattr(directory, "MOST_FILES", 1)
    with pytest.raises(EvidenceInvalid, match="larger than any bundle"):
        directory.read(tmp_path / "new")
