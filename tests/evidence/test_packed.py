import contextlib
import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
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


def test_altered_bytes_of_a_file_are_refused() -> None:
    content = pack(FILES)
    place = content.index(b"facts/run.json") + len("facts/run.json") + 2
    broken = content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
    with pytest.raises(EvidenceInvalid, match=r"x\.zip cannot be read"):
        unpack(broken, name="x.zip")


@given(st.integers(0), st.integers(1, 255))
def test_no_altered_byte_crashes(place: int, change: int) -> None:
    content = bytearray(pack(FILES))
    content[place % len(content)] ^= change
    with contextlib.suppress(EvidenceInvalid):
        unpack(bytes(content), name="x.zip")


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all"])
def test_what_is_no_zip_is_refused(content: bytes) -> None:
    with pytest.raises(EvidenceInvalid, match="so it is no bundle of the gate"):
        unpack(content, name="x.zip")


def zipped(*entries: tuple[str, int]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, mode in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, b"x")
    return out.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        lambda: zipped(("../x", 0)),
        lambda: zipped(("/etc/x", 0)),
        lambda: zipped(("folder/", 0)),
        lambda: zipped(("x", stat.S_IFLNK | 0o777)),
    ],
    ids=["way-out", "absolute", "folder", "link"],
)
def test_what_is_no_plain_file_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(EvidenceInvalid, match="other than plain files"):
        unpack(make(), name="x.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(EvidenceInvalid, match="two files of one name"):
        unpack(zipped(("x", 0), ("x", 0)), name="x.zip")


def test_more_than_any_bundle_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST_FILES", 1)
    with pytest.raises(EvidenceInvalid, match="larger than any bundle"):
        unpack(pack(FILES), name="x.zip")
    monkeypatch.setattr(packed, "MOST_FILES", 10)
    monkeypatch.setattr(packed, "MOST_BYTES", 999)
    with pytest.raises(EvidenceInvalid, match="larger than any bundle"):
        unpack(pack(FILES), name="x.zip")


def test_a_file_that_is_larger_than_it_says_is_not_read_on() -> None:
    noise = os.urandom(5_000)
    content = pack({"x": noise})
    small = content.replace(struct.pack("<I", 5_000), struct.pack("<I", 5))
    with pytest.raises(EvidenceInvalid, match="cannot be read"):
        unpack(small, name="x.zip")
