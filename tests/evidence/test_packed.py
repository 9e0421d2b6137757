import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.errors import EvidenceInvalid
from gate.evidence import packed
from gate.evidence.packed import pack, unpack

FILES = {"record.json": b"{}", "facts/run.json": b"[]" * 500}


def test_the_same_files_give_the_same_bytes_in_any_order() -> None:
    assert pack(FILES) == pack(dict(reversed(FILES.items())))


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9._-]{0,8}(/[a-z][a-z0-9]{0,4})?", fullmatch=True), st.binary()
    )
)
def test_what_was_packed_comes_back(files: dict[str, bytes]) -> None:
    assert unpack(pack(files), name="x.zip") == files


def test_another_tool_reads_it_as_well() -> None:
    with zipfile.ZipFile(io.BytesIO(pack(FILES))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(FILES)


def by_zipfile(files: Mapping[str, bytes]) -> bytes:
    """The same with the standard library, as version 0.1.0 packed them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name])
    return out.getvalue()


@pytest.mark.parametrize("files", [FILES, {}, {"empty": b"", "noise": os.urandom(70_000)}])
def test_it_is_the_zip_that_version_0_1_0_wrote(files: dict[str, bytes]) -> None:
    assert pack(files) == by_zipfile(files)


def test_another_way_to_pack_the_same_is_taken_since_versions_of_zlib_differ() -> None:
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    other = packer.compress(FILES["facts/run.json"]) + packer.flush()
    assert unpack(repacked(FILES, "facts/run.json", other), name="x.zip") == FILES


def repacked(files: Mapping[str, bytes], name: str, packed: bytes) -> bytes:
    """The zip with another packed content for one file, and headers that fit."""
    with zipfile.ZipFile(io.BytesIO(pack(files))) as archive:
        members = archive.infolist()
    out = bytearray()
    for member in members:
        content = pack({member.filename: files[member.filename]})
        begin = 30 + len(member.filename)
        own = packed if member.filename == name else content[begin : begin + member.compress_size]
        member.header_offset = len(out)
        member.compress_size = len(own)
        out += content[:18] + struct.pack("<I", len(own)) + content[22:begin] + own
    start = len(out)
    for member in members:
        listed = pack({member.filename: files[member.filename]})
        at = listed.index(b"PK\x01\x02")
        entry = bytearray(listed[at : at + 46 + len(member.filename)])
        entry[20:24] = struct.pack("<I", member.compress_size)
        entry[42:46] = struct.pack("<I", member.header_offset)
        out += entry
    count, size = len(members), len(out) - start
    return bytes(out) + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, size, start, 0)


def contents(content: bytes) -> list[tuple[int, int]]:
    """Where in a zip the packed contents lie."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [
            (begin, begin + member.compress_size)
            for member in archive.infolist()
            if (begin := member.header_offset + 30 + len(member.filename))
        ]


@settings(max_examples=15, deadline=None)
@given(change=st.integers(1, 255))
def test_every_changed_byte_of_a_zip_shows_or_changes_no_file(change: int) -> None:
    """Every one of them. Headers and directory: it always shows. Packed contents: it shows, or says the same."""
    whole = pack(FILES)
    inside = {at for begin, end in contents(whole) for at in range(begin, end)}
    for at in range(len(whole)):
        altered = bytearray(whole)
        altered[at] ^= change
        try:
            found = unpack(bytes(altered), name="x.zip")
        except EvidenceInvalid:
            continue
        assert at in inside
        assert found == FILES


def test_the_bits_behind_the_end_of_a_packed_content_change_nothing() -> None:
    """All that a changed byte can do unseen: zlib does not look at what is left of the last byte."""
    whole = bytearray(pack({"record.json": b"{}"}))
    (_, end), *_ = contents(bytes(whole))
    whole[end - 1] ^= 0x80
    assert unpack(bytes(whole), name="x.zip") == {"record.json": b"{}"}


@pytest.mark.parametrize(
    "make",
    [
        lambda whole: whole + b"x",
        lambda whole: b"x" + whole,
        lambda whole: whole[:-2] + b"\x05\x00hello",
        lambda whole: whole[:-1],
        lambda whole: whole[:40],
        lambda whole: whole[:20],
        lambda whole: whole.replace(b"PK\x01\x02", b"gapPK\x01\x02", 1),
    ],
    ids=["behind", "in-front", "comment", "cut", "cut-in-a-file", "cut-in-a-header", "gap"],
)
def test_bytes_that_belong_to_nothing_are_refused(make: Callable[[bytes], bytes]) -> None:
    with pytest.raises(EvidenceInvalid, match="so it is no bundle of the gate"):
        unpack(make(pack(FILES)), name="x.zip")


def test_bytes_behind_the_end_of_a_packed_content_are_refused() -> None:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed_content = packer.compress(FILES["facts/run.json"]) + packer.flush()
    with pytest.raises(EvidenceInvalid, match="damaged file"):
        unpack(repacked(FILES, "facts/run.json", packed_content + b"hidden"), name="x.zip")


def test_files_in_another_order_are_refused() -> None:
    one, two = pack({"a": b"1"}), pack({"b": b"2"})
    swapped = two[: two.index(b"PK\x01\x02")] + one[: one.index(b"PK\x01\x02")]
    with pytest.raises(EvidenceInvalid, match="not in order"):
        unpack(swapped, name="x.zip")


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all"])
def test_what_is_no_zip_is_refused(content: bytes) -> None:
    with pytest.raises(EvidenceInvalid, match="so it is no bundle of the gate"):
        unpack(content, name="x.zip")


@pytest.mark.parametrize(
    "member", ["../x", "/etc/x", "folder/", "a//b", ".hidden", "a b", "ä"], ids=str
)
def test_names_that_the_gate_does_not_give_are_refused(member: str) -> None:
    with pytest.raises(EvidenceInvalid, match="other than plain files"):
        unpack(pack({member: b"x"}), name="x.zip")


def test_a_link_is_refused() -> None:
    link = pack({"x": b"/etc/passwd"})
    attributes = struct.pack("<I", (stat.S_IFLNK | 0o777) << 16)
    with pytest.raises(EvidenceInvalid, match="not put together"):
        unpack(link.replace(struct.pack("<I", 0o100644 << 16), attributes), name="x.zip")


def test_two_files_of_one_name_are_refused() -> None:
    one = pack({"x": b"1"})
    with pytest.raises(EvidenceInvalid, match="two files of one name"):
        unpack(one[: one.index(b"PK\x01\x02")] * 2, name="x.zip")


def test_more_than_any_bundle_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST_FILES", 1)
    with pytest.raises(EvidenceInvalid, match="larger than any bundle"):
        unpack(pack(FILES), name="x.zip")
    monkeypatch.setattr(packed, "MOST_FILES", 10)
    monkeypatch.setattr(packed, "MOST_BYTES", 1_001)
    with pytest.raises(EvidenceInvalid, match="larger than any bundle"):
        unpack(pack(FILES), name="x.zip")


def test_a_file_that_is_larger_than_it_says_is_not_read_on() -> None:
    noise = os.urandom(5_000)
    content = pack({"x": noise})
    small = content.replace(struct.pack("<I", 5_000), struct.pack("<I", 5))
    with pytest.raises(EvidenceInvalid, match="damaged file"):
        unpack(small, name="x.zip")
