"""A bundle as one file, and back: a zip that any tool opens, and of which no byte can be changed unseen.

Every zip that `pack` writes has one form: sorted names, no time, no comment, nothing between the parts and nothing
behind them. `unpack` takes no other. How zlib packs a file is left open, since versions of it do so differently.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gate.errors import EvidenceInvalid

MOST_FILES = 2_000
MOST_BYTES = 64 * 1024 * 1024

_LOCAL, _LISTED = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_MARK = b"PK\x03\x04"
_VERSION, _UNIX, _DEFLATED = 20, 3, 8
_MIDNIGHT, _FIRST_OF_1980 = 0, 1 << 5 | 1
"""The earliest time that a zip can tell: none."""
_READABLE = 0o100644 << 16
_RAW = -zlib.MAX_WBITS
_NAME = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """One file, as the zip's headers tell it."""

    name: bytes
    checksum: int
    packed: int
    size: int
    start: int

    def header(self) -> bytes:
        """What stands in front of its content."""
        return _LOCAL.pack(_MARK, _VERSION, 0, *self._told(), len(self.name), 0) + self.name

    def listed(self) -> bytes:
        """What the directory says of it."""
        version = (_UNIX << 8 | _VERSION, _VERSION)
        rest = (len(self.name), 0, 0, 0, 0, _READABLE, self.start)
        return _LISTED.pack(b"PK\x01\x02", *version, 0, *self._told(), *rest) + self.name

    def _told(self) -> tuple[int, ...]:
        return _DEFLATED, _MIDNIGHT, _FIRST_OF_1980, self.checksum, self.packed, self.size


def pack(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip. The same files give the same bytes, as far as the same zlib packs them."""
    out, members = bytearray(), list[_Member]()
    for name, content in sorted((name.encode(), content) for name, content in files.items()):
        packer = zlib.compressobj(6, zlib.DEFLATED, _RAW)
        packed = packer.compress(content) + packer.flush()
        member = _Member(
            name=name,
            checksum=zlib.crc32(content),
            packed=len(packed),
            size=len(content),
            start=len(out),
        )
        members.append(member)
        out += member.header() + packed
    return bytes(out) + _directory(members, len(out))


def unpack(content: bytes, *, name: str) -> dict[str, bytes]:
    """The files of a zip, in memory. EvidenceInvalid for anything that `pack` does not write; `name` says which zip.

    Of all bytes only those of a packed content can be changed so that it is taken all the same: zlib can say one thing
    in several ways. Then every file is what it was.
    """
    found, members, at = dict[str, bytes](), list[_Member](), 0
    while content.startswith(_MARK, at):
        member = _member(content, at, name)
        _check(member, members, name)
        members.append(member)
        begin = at + len(member.header())
        at = begin + member.packed
        found[member.name.decode()] = _inflated(content[begin:at], member, name)
    if content[at:] != _directory(members, at):
        raise _odd(name, "is not put together as the gate does it")
    return found


def _member(content: bytes, at: int, name: str) -> _Member:
    try:
        *_, checksum, packed, size, length, _ = _LOCAL.unpack_from(content, at)
    except struct.error:
        raise _odd(name, "ends too early") from None
    begin = at + _LOCAL.size
    member = _Member(
        name=content[begin : begin + length],
        checksum=checksum,
        packed=packed,
        size=size,
        start=at,
    )
    if not content.startswith(member.header(), at):
        raise _odd(name, "is not put together as the gate does it")
    return member


def _check(member: _Member, before: list[_Member], name: str) -> None:
    if len(before) >= MOST_FILES or sum(one.size for one in (*before, member)) > MOST_BYTES:
        raise _odd(name, "is larger than any bundle of the gate")
    # A link, a folder or a way out of the folder is nothing that the gate writes.
    if not _NAME.fullmatch(member.name):
        raise _odd(name, "holds something other than plain files")
    if before and before[-1].name >= member.name:
        raise _odd(name, "holds two files of one name, or not in order")


def _inflated(packed: bytes, member: _Member, name: str) -> bytes:
    """The content, once all that the headers say of it proved to be so."""
    unpacker = zlib.decompressobj(_RAW)
    try:
        # What the header says about the size is its maker's claim: no more than that is unpacked.
        content = unpacker.decompress(packed, member.size + 1)
    except zlib.error:
        content = b""
    ended = unpacker.eof and not unpacker.unused_data and len(packed) == member.packed
    if not ended or len(content) != member.size or zlib.crc32(content) != member.checksum:
        raise _odd(name, "holds a damaged file")
    return content


def _directory(members: Iterable[_Member], start: int) -> bytes:
    listed = [member.listed() for member in members]
    count, size = len(listed), sum(map(len, listed))
    return b"".join(listed) + _END.pack(b"PK\x05\x06", 0, 0, count, count, size, start, 0)


def _odd(name: str, what: str) -> EvidenceInvalid:
    return EvidenceInvalid(
        f"{name} {what}, so it is no bundle of the gate.",
        hint="Somebody altered it, or it is something else. Fetch it again from where it is kept.",
    )
