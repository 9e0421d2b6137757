"""Finding bundles below a path."""

from pathlib import Path

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


@pytest.mark.parametrize("left", ["record.json", "decision.json"])
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


def test_folders_without_end_are_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path / "a/b/c")
    monkeypatch.setattr(places, "_DEEPEST", 2)
    (place,) = places.places(tmp_path)
    assert place.flaw


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
