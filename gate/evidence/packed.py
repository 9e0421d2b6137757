"""A bundle as one file, and back: a zip that any tool opens, and that is read with nothing taken on trust."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping

from gate.errors import EvidenceInvalid

MOST_FILES = 2_000
MOST_BYTES = 64 * 1024 * 1024

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE = 0o100644 << 16
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


def pack(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip. Names are sorted and no time is kept, so that the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = _UNIX
            info.external_attr = _READABLE
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name])
    return out.getvalue()


def unpack(content: bytes, *, name: str) -> dict[str, bytes]:
    """The files of a zip, in memory. EvidenceInvalid for anything that `pack` does not write; `name` says which zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check(members, name)
            return {member.filename: _read(archive, member) for member in members}
    except _BROKEN as error:
        raise _odd(name, f"cannot be read ({type(error).__name__})") from error


def _check(members: list[zipfile.ZipInfo], name: str) -> None:
    names = [member.filename for member in members]
    if len(names) > MOST_FILES or sum(member.file_size for member in members) > MOST_BYTES:
        raise _odd(name, "is larger than any bundle of the gate")
    if len(set(names)) != len(names):
        raise _odd(name, "holds two files of one name")
    for member in members:
        # A link, a folder or a way out of the folder is nothing that the gate writes.
        if not _NAME.fullmatch(member.filename) or member.external_attr >> 16 not in {0, 0o100644}:
            raise _odd(name, "holds something other than plain files")


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    # What the list says about the size is its maker's claim: zipfile stops there, and checks the sum.
    with archive.open(member) as stream:
        return stream.read(MOST_BYTES)


def _odd(name: str, what: str) -> EvidenceInvalid:
    return EvidenceInvalid(
        f"{name} {what}, so it is no bundle of the gate.",
        hint="Somebody altered it, or it is something else. Fetch it again from where it is kept.",
    )
