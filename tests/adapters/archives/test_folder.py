import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gate.adapters.archives import folder as module
from gate.adapters.archives.folder import FolderArchive
from gate.domain.ports import FactMissing
from tests import builders as b
from tests.adapters.archives import contract
from tests.adapters.archives.contract import KEY, PREFIX


def test_it_holds_what_was_created(tmp_path: Path) -> None:
    contract.holds_what_was_created(FolderArchive(tmp_path))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["9999999998.zip"]


def test_it_lists_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 7)
    contract.lists_in_order(FolderArchive(tmp_path))


def test_names_that_sort_otherwise_than_keys_are_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    archive = FolderArchive(tmp_path)
    keys = sorted(["v1/x/a.b", "v1/x/a/c", "v1/x/a-b", "v1/x/a0"])
    for key in reversed(keys):
        archive.create(key, b"x")
    assert contract.everything(archive, "v1/x/") == keys


def test_one_of_many_writers_wins(tmp_path: Path) -> None:
    contract.lets_one_of_many_win(lambda: FolderArchive(tmp_path))


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    contract.refuses_what_is_no_key(FolderArchive(tmp_path))


def test_nothing_deletes_by_itself(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    assert archive.keeps_until(b.NOW) is None
    assert (archive.locked, archive.queryable) == (False, True)
    assert archive.address == tmp_path.as_uri()


def test_a_share_that_is_not_mounted_does_not_become_a_folder(tmp_path: Path) -> None:
    with pytest.raises(FactMissing, match="no such folder") as error:
        FolderArchive(tmp_path / "share")
    assert error.value.missing.reason_code == "not-configured"
    assert not (tmp_path / "share").exists()


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    archive.create(KEY, b"one")
    path = tmp_path / KEY
    outside = tmp_path / "outside"
    outside.write_bytes(b"one")
    path.unlink()
    path.symlink_to(outside)
    with pytest.raises(FactMissing):
        archive.read(KEY)
    with pytest.raises(FactMissing):
        archive.create(KEY, b"two")
    assert outside.read_bytes() == b"one"


def test_a_folder_that_leads_elsewhere_is_not_written_to(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    root.mkdir()
    elsewhere.mkdir()
    (root / "v1").symlink_to(elsewhere)
    with pytest.raises(FactMissing, match="leads elsewhere"):
        FolderArchive(root).create(KEY, b"one")
    assert not list(elsewhere.rglob("*.zip"))


def test_what_is_neither_file_nor_folder_is_refused(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    path = tmp_path / KEY
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    with pytest.raises(FactMissing, match="no ordinary file"):
        archive.read(KEY)


def test_what_others_put_there_is_not_listed(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    archive.create(KEY, b"one")
    (tmp_path / KEY).with_name(".9999999997.zip.1.ab").write_bytes(b"cut off")
    (tmp_path / KEY).with_name("a b").write_bytes(b"a note")
    assert archive.list(PREFIX).keys == (KEY,)


def broken(number: int) -> Callable[..., Any]:
    def fail(path: Any, *arguments: Any, **options: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("call", ["link", "fsync"])
def test_a_disk_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    archive = FolderArchive(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(os, call, broken(errno.ENOSPC))
        with pytest.raises(FactMissing, match="No space left") as error:
            archive.create(KEY, b"one")
    assert error.value.missing.reason_code == "unavailable"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    archive.create(KEY, b"one")


def test_a_disk_that_cannot_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = FolderArchive(tmp_path)
    archive.create(KEY, b"one")
    monkeypatch.setattr(os, "scandir", broken(errno.EIO))
    with pytest.raises(FactMissing, match="Input/output error"):
        archive.list(PREFIX)


def test_a_disk_that_alters_what_it_holds_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = FolderArchive(tmp_path)
    monkeypatch.setattr(os, "link", lambda old, new: Path(new).write_bytes(b"something else"))
    with pytest.raises(FactMissing, match="reads back differently"):
        archive.create(KEY, b"one")
