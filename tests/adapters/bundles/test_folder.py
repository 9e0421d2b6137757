"""Reading a bundle from a folder that nobody can trust."""

import os
import socket
from pathlib import Path

import pytest

from gate.adapters.bundles import folder
from gate.errors import EvidenceInvalid, EvidenceNotWritten

FILES = {"decision.json": b"{}", "facts/run.json": b"[]", "raw/0001-x.json": b"x" * 5_000}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / "b" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "b" / name).write_bytes(content)
    return tmp_path / "b"


def test_every_file_is_read_by_its_name_in_order(bundle: Path) -> None:
    assert list(folder.read(bundle).items()) == sorted(FILES.items())


def test_what_is_no_folder_is_refused(bundle: Path) -> None:
    with pytest.raises(EvidenceInvalid, match="is not a folder"):
        folder.read(bundle / "decision.json")


@pytest.mark.parametrize("target", ["decision.json", "/etc/hostname", "nowhere", "facts"])
def test_links_are_refused(bundle: Path, target: str) -> None:
    (bundle / "link").symlink_to(target)
    with pytest.raises(EvidenceInvalid, match="link is a link"):
        folder.read(bundle)


def test_what_is_no_file_is_refused(bundle: Path) -> None:
    os.mkfifo(bundle / "pipe")
    with pytest.raises(EvidenceInvalid, match="pipe is no ordinary file"):
        folder.read(bundle)


def test_what_cannot_be_opened_is_refused(bundle: Path) -> None:
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(bundle / "s"))
        with pytest.raises(EvidenceInvalid, match="cannot be read"):
            folder.read(bundle)


def test_what_is_larger_than_any_bundle_is_refused(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MOST_BYTES", 5_003)
    with pytest.raises(EvidenceInvalid, match="larger than any bundle"):
        folder.read(bundle)
    monkeypatch.setattr(folder, "MOST_BYTES", 5_004)
    assert folder.read(bundle)
    monkeypatch.setattr(folder, "MOST_FILES", 2)
    with pytest.raises(EvidenceInvalid, match="larger than any bundle"):
        folder.read(bundle)


def test_folders_without_end_are_refused(bundle: Path) -> None:
    (bundle / "a/b/c/d/e/f").mkdir(parents=True)
    with pytest.raises(EvidenceInvalid, match="lies deeper than any file"):
        folder.read(bundle)


def test_a_file_that_comes_in_pieces_is_read_whole(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = os.read
    monkeypatch.setattr(os, "read", lambda handle, size: read(handle, min(size, 1_000)))
    assert folder.read(bundle) == FILES


def test_a_file_that_shrinks_while_it_is_read_ends(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "read", lambda handle, size: b"")
    assert folder.read(bundle) == dict.fromkeys(FILES, b"")


def test_a_file_is_added_and_never_overwritten(bundle: Path) -> None:
    folder.add(bundle, {"new": b"content"})
    assert (bundle / "new").read_bytes() == b"content"
    with pytest.raises(EvidenceNotWritten, match="could not be completed: File exists"):
        folder.add(bundle, {"new": b"other"})
    assert (bundle / "new").read_bytes() == b"content"


def test_a_file_that_reads_back_differently_is_told(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda self: b"odd")
    with pytest.raises(EvidenceNotWritten, match="reads back differently: new"):
        folder.add(bundle, {"new": b"content"})
