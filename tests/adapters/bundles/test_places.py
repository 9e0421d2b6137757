"""Finding bundles below a path."""

import os
from pathlib import Path
from typing import Any

import pytest

from gate.adapters.bundles import places
from gate.adapters.bundles.places import Place, read_one
from gate.errors import EvidenceInvalid
from tests.adapters.bundles.test_zipped import FILES, packed


def folder(path: Path) -> Path:
    for name, content in FILES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def test_a_folder_is_a_bundle(tmp_path: Path) -> None:
    (place,) = places.places(folder(tmp_path / "b"))
    assert str(place) == str(tmp_path / "b")
    assert place.read() == FILES


@pytest.mark.parametrize("left", ["record.json", "SHA256SUMS", "decision.json", "sweep.json"])
def test_what_is_left_of_a_bundle_is_found_as_well(tmp_path: Path, left: str) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / left).write_bytes(b"{}")
    (place,) = places.places(tmp_path)
    assert place.read() == {left: b"{}"}


def test_folders_and_zips_are_found_in_order_at_any_depth(tmp_path: Path) -> None:
    folder(tmp_path / "2025/10")
    folder(tmp_path / "2026/b/c")
    packed(tmp_path / "2026/a.zip")
    packed(tmp_path / "2026/z.zip", {f"job/{name}": held for name, held in FILES.items()})
    (tmp_path / "notes.txt").write_text("none of ours")
    found = [str(place).removeprefix(f"{tmp_path}/") for place in places.places(tmp_path)]
    assert found == ["2025/10", "2026/a.zip", "2026/b/c", "2026/z.zip!/job"]
    assert [place.read() for place in places.places(tmp_path)] == [FILES] * 4


@pytest.mark.parametrize("path", ["empty", "none"])
def test_where_no_bundle_is_that_is_told(tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    (place,) = places.places(tmp_path / path)
    with pytest.raises(EvidenceInvalid, match=r"holds no bundle|cannot be read"):
        place.read()


def test_a_zip_without_a_bundle_is_told(tmp_path: Path) -> None:
    packed(tmp_path / "x.zip", {"readme": b""})
    (place,) = places.places(tmp_path)
    with pytest.raises(EvidenceInvalid, match=r"x\.zip holds no bundle"):
        place.read()


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    folder(tmp_path / "elsewhere")
    (tmp_path / "all/link").symlink_to(tmp_path / "elsewhere")
    (place,) = places.places(tmp_path / "all")
    assert place.flaw


def test_a_link_to_a_zip_is_told_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    packed(tmp_path / "elsewhere.zip")
    (tmp_path / "all/link.zip").symlink_to(tmp_path / "elsewhere.zip")
    (tmp_path / "all/nowhere.zip").symlink_to(tmp_path / "none")
    first, second = places.places(tmp_path / "all")
    assert "link.zip is a link" in first.flaw
    assert "nowhere.zip is a link" in second.flaw


def test_a_pipe_that_is_called_a_zip_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.zip")
    (place,) = places.places(tmp_path)
    assert "no ordinary file" in place.flaw


def test_what_lies_too_deep_to_be_looked_at_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder(tmp_path / "a/b/c/d")
    folder(tmp_path / "e")
    monkeypatch.setattr(places, "_DEEPEST", 2)
    deep, whole = places.places(tmp_path)
    assert (deep.path, whole.path) == (tmp_path / "a/b/c", tmp_path / "e")
    assert "deeper than anybody looks" in deep.flaw


def test_a_folder_that_cannot_be_read_is_told_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    folder(tmp_path / "b")
    scan = os.scandir

    def refused(path: Path) -> Any:
        if path == tmp_path / "a":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refused)
    closed, whole = places.places(tmp_path)
    assert closed.flaw == f"{tmp_path / 'a'} cannot be read: Permission denied."
    assert whole.path == tmp_path / "b"


def test_what_is_left_of_a_bundle_in_a_zip_is_found_beside_a_whole_one(tmp_path: Path) -> None:
    left = {f"two/{name}": held for name, held in FILES.items() if name != "record.json"}
    packed(tmp_path / "x.zip", {**{f"one/{name}": held for name, held in FILES.items()}, **left})
    found = [place.inside for place in places.places(tmp_path / "x.zip")]
    assert found == ["one/", "two/"]


def test_one_bundle_is_read_from_its_folder_or_zip(tmp_path: Path) -> None:
    assert read_one(folder(tmp_path / "b")) == FILES
    assert read_one(packed(tmp_path / "b.zip")) == FILES


def test_one_bundle_cannot_be_read_where_there_are_several_or_none(tmp_path: Path) -> None:
    several = packed(tmp_path / "b.zip", {"a/record.json": b"", "b/record.json": b""})
    with pytest.raises(EvidenceInvalid, match="holds 2 bundles"):
        read_one(several)
    with pytest.raises(EvidenceInvalid, match="holds no bundle"):
        read_one(packed(tmp_path / "c.zip", {"x": b""}))
    with pytest.raises(EvidenceInvalid, match="neither a folder nor a zip"):
        read_one(tmp_path / "none")


def test_a_place_tells_what_is_wrong_with_it() -> None:
    with pytest.raises(EvidenceInvalid, match="gone"):
        Place(Path("x"), flaw="gone").read()
