"""Reading bundles from zips that somebody made to do harm."""

import stat
import struct
import warnings
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from gate.adapters.bundles import zipped
from gate.errors import EvidenceInvalid

FILES = {"decision.json": b"{}", "facts/run.json": b"[]", "record.json": b"{ }"}


def packed(path: Path, files: Mapping[str, bytes] = FILES, compression: int = ZIP_DEFLATED) -> Path:
    with ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "b.zip"


def test_a_bundle_at_the_top_is_found_and_read(target: Path) -> None:
    packed(target)
    assert zipped.bundles_in(target) == [""]
    assert zipped.read(target) == FILES


def test_bundles_in_folders_are_found_and_read_apart(target: Path) -> None:
    packed(
        target,
        {
            **{f"job/one/{name}": content for name, content in FILES.items()},
            **{f"two/{name}": content for name, content in FILES.items()},
            "job/outputs.env": b"VERDICT=allow",
        },
    )
    assert zipped.bundles_in(target) == ["job/one/", "two/"]
    assert zipped.read(target, "job/one/") == zipped.read(target, "two/") == FILES


def test_folders_that_are_listed_are_no_files(target: Path) -> None:
    with ZipFile(target, "w") as archive:
        archive.mkdir("facts")
        archive.writestr("record.json", b"")
    assert zipped.read(target) == {"record.json": b""}


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "facts/../../x",
        "/etc/passwd",
        "a//b",
        "./x",
        "C:/x",
        "..\\x",
        "line\nbreak",
        "..",
    ],
)
def test_names_that_lead_elsewhere_are_refused(target: Path, name: str) -> None:
    packed(target, {**FILES, name: b"x"})
    with pytest.raises(EvidenceInvalid, match="leads out of it"):
        zipped.bundles_in(target)
    with pytest.raises(EvidenceInvalid, match="leads out of it"):
        zipped.read(target)


def test_a_name_with_a_zero_byte_is_refused(target: Path) -> None:
    packed(target, {**FILES, "evil.jsonX.txt": b"x"})
    target.write_bytes(target.read_bytes().replace(b"evil.jsonX.txt", b"evil.json\0.txt"))
    with pytest.raises(EvidenceInvalid, match="leads out of it"):
        zipped.read(target)


@pytest.mark.parametrize("twin", ["record.json", "RECORD.json"])
def test_a_name_that_stands_twice_is_refused(target: Path, twin: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns about what is meant here
        with ZipFile(target, "w") as archive:
            archive.writestr("record.json", b"{}")
            archive.writestr(twin, b"[]")
    with pytest.raises(EvidenceInvalid, match="stands in the zip twice"):
        zipped.read(target)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(target: Path, kind: int) -> None:
    member = ZipInfo("facts/link")
    member.external_attr = (kind | 0o777) << 16
    with ZipFile(packed(target), "a") as archive:
        archive.writestr(member, b"/etc/passwd")
    with pytest.raises(EvidenceInvalid, match="is a link or a device"):
        zipped.read(target)


def test_a_bomb_is_refused_before_it_goes_off(target: Path) -> None:
    packed(target, {**FILES, "facts/bomb.json": b"0" * 20_000_000})
    assert target.stat().st_size < 50_000
    with pytest.raises(EvidenceInvalid, match="grows without bounds"):
        zipped.read(target)


def test_a_bomb_that_lies_about_its_size_is_refused(target: Path) -> None:
    packed(target, {**FILES, "facts/bomb.json": b"0" * 20_000_000})
    size = struct.pack("<I", 20_000_000)
    target.write_bytes(target.read_bytes().replace(size, struct.pack("<I", 2)))
    with pytest.raises(EvidenceInvalid, match="is damaged"):
        zipped.read(target)


def test_what_is_larger_than_any_bundle_is_refused(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(target)
    monkeypatch.setattr(zipped, "MOST_BYTES", 6)
    with pytest.raises(EvidenceInvalid, match="larger than any bundle"):
        zipped.read(target)
    monkeypatch.setattr(zipped, "MOST_BYTES", 2)
    with pytest.raises(EvidenceInvalid, match="grows without bounds"):
        zipped.read(target)
    monkeypatch.setattr(zipped, "_MOST_MEMBERS", 2)
    with pytest.raises(EvidenceInvalid, match="more files than any bundle"):
        zipped.bundles_in(target)


def test_encrypted_members_are_refused(target: Path) -> None:
    packed(target)
    content = bytearray(target.read_bytes())
    flags = content.index(b"PK\x01\x02") + 8
    content[flags] |= 1
    target.write_bytes(content)
    with pytest.raises(EvidenceInvalid, match="is encrypted"):
        zipped.read(target)


def test_other_ways_to_pack_are_refused(target: Path) -> None:
    packed(target, compression=ZIP_BZIP2)
    with pytest.raises(EvidenceInvalid, match="packed in a way"):
        zipped.read(target)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + b"\xff" * 18, b"no zip" * 100])
def test_what_is_no_zip_is_refused(target: Path, content: bytes) -> None:
    target.write_bytes(content)
    with pytest.raises(EvidenceInvalid, match=r"cannot be read as a zip"):
        zipped.bundles_in(target)


def test_every_altered_byte_of_a_file_shows(target: Path) -> None:
    packed(target, {"record.json": b"0123456789" * 20}, compression=0)
    whole = target.read_bytes()
    at = whole.index(b"0123456789")
    for offset in range(0, 200, 7):
        altered = bytearray(whole)
        altered[at + offset] ^= 1
        target.write_bytes(altered)
        with pytest.raises(EvidenceInvalid, match="is damaged"):
            zipped.read(target)


def test_parts_that_contradict_each_other_or_lead_behind_the_end_are_told(target: Path) -> None:
    packed(target, {"é/record.json": b"{}"})
    whole = target.read_bytes()
    name = whole.index("é".encode())
    listed = whole.index(b"PK\x01\x02")
    broken = bytes([*whole[:name], 0xFF, *whole[name + 1 :]])  # no UTF-8, in front of the file only
    behind = whole[: listed + 42] + b"\xff\xff\xff\x7f" + whole[listed + 46 :]
    negative = whole[:-6] + struct.pack("<I", listed + 5) + whole[-2:]
    for content in (broken, behind, negative):
        target.write_bytes(content)
        with pytest.raises(EvidenceInvalid, match=r"is damaged|cannot be read as a zip"):
            [zipped.read(target, one) for one in zipped.bundles_in(target)]


def test_a_list_of_files_without_end_is_refused_before_it_is_read(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipped._Reader, "longest", 2_000)
    packed(target, {f"{number:04}": b"" for number in range(100)})
    with pytest.raises(EvidenceInvalid, match="cannot be read as a zip: it tells of a part of"):
        zipped.bundles_in(target)
