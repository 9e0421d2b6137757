import errno
import os
from pathlib import Path

import pytest

from gate.adapters.bundles import folder as reading
from gate.adapters.destination import UNFINISHED, opened
from gate.errors import EvidenceInvalid, EvidenceNotWritten, UsageInvalid

NAME = "archive/99999999/9999999998.zip"


def test_a_file_is_put_in_its_place_whole(tmp_path: Path) -> None:
    with opened(tmp_path / "a/b") as folder:
        staged = folder.stage({NAME: b"content", "archive/x.zip": b"other"})
        assert staged.path(NAME).parts[-2:] == ("99999999", "9999999998.zip")
        assert not folder.has(NAME)
        folder.put(staged, NAME)
        assert folder.read(NAME) == b"content"
        folder.discard(staged)
        assert folder.read("archive/x.zip") is None
    assert [path.name for path in (tmp_path / "a/b").iterdir()] == ["archive"]


def test_what_is_under_way_uses_the_same_folders_again(tmp_path: Path) -> None:
    with opened(tmp_path) as folder:
        first, second = folder.stage({NAME: b"1"}), folder.stage({NAME: b"2"})
        assert first.folder != second.folder
        folder.discard(first)
        assert folder.stage({NAME: b"3"}).folder == first.folder
        assert second.path(NAME).read_bytes() == b"2"


def test_what_an_earlier_pull_left_half_is_thrown_away(tmp_path: Path) -> None:
    half = tmp_path / UNFINISHED / "0001" / "x"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")
    with opened(tmp_path):
        assert not half.exists()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_put_over_something_else(tmp_path: Path) -> None:
    with opened(tmp_path) as folder:
        staged = folder.stage({NAME: b"new"})
        folder.path(NAME).parent.mkdir(parents=True)
        folder.path(NAME).write_bytes(b"old")
        with pytest.raises(EvidenceNotWritten):
            folder.put(staged, NAME)
        assert folder.read(NAME) == b"old"


@pytest.mark.parametrize("taken", [False, True])
def test_where_there_are_no_hard_links_a_look_has_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    def refuse(source: Path, path: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with opened(tmp_path) as folder:
        staged = folder.stage({"x.zip": b"new"})
        if taken:
            folder.path("x.zip").write_bytes(b"old")
            with pytest.raises(EvidenceNotWritten, match="is there already"):
                folder.put(staged, "x.zip")
        else:
            folder.put(staged, "x.zip")
        assert folder.read("x.zip") == (b"old" if taken else b"new")


def test_what_is_set_aside_is_not_lost(tmp_path: Path) -> None:
    with opened(tmp_path) as folder:
        for content in (b"one", b"two", b"one"):
            folder.path("x.zip").write_bytes(content)
            aside = folder.set_aside("x.zip")
            assert folder.read(aside) == content
            assert not folder.has("x.zip")
    assert len(list(tmp_path.iterdir())) == 2


def test_links_are_neither_read_nor_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "1.zip").write_bytes(b"theirs")
    with opened(tmp_path / "in") as folder:
        folder.path("a").symlink_to(outside)
        folder.path("1.zip").symlink_to(outside / "1.zip")
        for name in ("a/1.zip", "1.zip"):
            with pytest.raises(EvidenceInvalid, match="is a link"):
                folder.read(name)
        staged = folder.stage({"a/b/2.zip": b"ours"})
        with pytest.raises(EvidenceNotWritten, match="leads elsewhere"):
            folder.put(staged, "a/b/2.zip")
        assert folder.set_aside("1.zip").startswith("1.zip.damaged-")
    assert [path.name for path in outside.iterdir()] == ["1.zip"]


def test_what_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*arguments: object, **options: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    with opened(tmp_path) as folder:
        folder.path("1.zip").write_bytes(b"x")
        monkeypatch.setattr(reading, "content_of", fails)
        with pytest.raises(EvidenceInvalid, match="Input/output error"):
            folder.read("1.zip")


def test_our_own_account_is_replaced_as_a_whole(tmp_path: Path) -> None:
    with opened(tmp_path) as folder:
        folder.replace("pulled.json", b"1")
        folder.replace("pulled.json", b"2")
    assert os.listdir(tmp_path) == ["pulled.json"]
    assert (tmp_path / "pulled.json").read_bytes() == b"2"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EvidenceNotWritten, match="cannot be written"), opened(tmp_path / "file/x"):
        pass


def test_what_is_under_way_may_be_no_link(tmp_path: Path) -> None:
    (tmp_path / UNFINISHED).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EvidenceNotWritten), opened(tmp_path):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_one_pull_at_a_time_works_in_a_folder(tmp_path: Path) -> None:
    with (
        opened(tmp_path),
        pytest.raises(UsageInvalid, match="Another `gate evidence pull`"),
        opened(tmp_path),
    ):
        pass
    with opened(tmp_path):
        pass
