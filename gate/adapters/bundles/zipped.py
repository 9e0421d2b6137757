"""A zip that holds bundles, as GitHub and GitLab hand out artifacts. It is never unpacked: members are read by name."""

from __future__ import annotations

import re
import stat
import zlib
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from io import BufferedReader, FileIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from gate.adapters.bundles.folder import MARKS, MOST_BYTES, MOST_FILES
from gate.errors import EvidenceInvalid

_MOST_MEMBERS = 20 * MOST_FILES
_LONGEST_LIST = 16 * 1024 * 1024
"""The list of the files in a zip. One of a million files would take half a gigabyte of memory to be refused."""
_MOST_TIMES_LARGER = 200
"""Text packs well, but not that well; a bomb of 200 MB packs into 200 KB."""
_DAMAGED = (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)
"""What is raised for a zip whose parts contradict each other, or lead behind its end."""
_NAME = re.compile(r"(?!/)(?:(?!\.\.?(?:/|$))[^/\\:\x00-\x1f]+/?)+")


def bundles_in(path: Path) -> list[str]:
    """The folders inside the zip with a bundle, or what is left of one; each with a `/` at its end, `` for the top."""
    with _opened(path) as (_, members):
        known = (name.rpartition("/") for name in members)
        return sorted({folder + slash for folder, slash, last in known if last in MARKS})


def read(path: Path, folder: str = "") -> dict[str, bytes]:
    """Every file below a folder of the zip, by its name below it.

    EvidenceInvalid for names that lead elsewhere, names that stand twice, links, bombs, and whatever no bundle is.
    """
    with _opened(path) as (archive, members):
        chosen = {
            name.removeprefix(folder): member
            for name, member in members.items()
            if name.startswith(folder)
        }
        _check_size(chosen.values())
        try:
            return {name: archive.read(member) for name, member in sorted(chosen.items())}
        except _DAMAGED as error:
            raise EvidenceInvalid(f"{path} is damaged: {error}.") from error


class _Reader(BufferedReader):
    """A zip, of which `zipfile` reads no more at a time than it should: it would believe any size that is told."""

    longest = _LONGEST_LIST

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self.longest:
            raise BadZipFile(f"it tells of a part of {size} bytes, which no bundle of the gate has")
        return super().read(size)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[ZipFile, dict[str, ZipInfo]]]:
    with ExitStack() as stack:
        try:
            if path.exists() and not path.is_file():
                # To open a pipe may take for ever.
                raise EvidenceInvalid(f"{path} is no ordinary file.")
            file = stack.enter_context(_Reader(FileIO(path)))
            archive = stack.enter_context(ZipFile(file))
        except _DAMAGED as error:
            raise EvidenceInvalid(f"{path} cannot be read as a zip: {error}.") from error
        file.longest = MOST_BYTES
        yield archive, _members(archive)


def _members(archive: ZipFile) -> dict[str, ZipInfo]:
    listed = archive.infolist()
    if len(listed) > _MOST_MEMBERS:
        raise EvidenceInvalid("The zip holds more files than any bundle of the gate.")
    found: dict[str, ZipInfo] = {}
    seen: set[str] = set()
    for member in listed:
        _check_member(member)
        # Compared without case: on some systems the two would be one file.
        if member.filename.casefold() in seen:
            raise EvidenceInvalid(f"{member.filename} stands in the zip twice.")
        seen.add(member.filename.casefold())
        if not member.is_dir():
            found[member.filename] = member
    return found


def _check_member(member: ZipInfo) -> None:
    name = member.filename
    # zipfile cuts a name at a zero byte; what it was before says whether there was one.
    if not _NAME.fullmatch(member.orig_filename) or not _NAME.fullmatch(name):
        raise EvidenceInvalid(f"The zip holds a file whose name leads out of it: {name!r}.")
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise EvidenceInvalid(f"{name} is a link or a device, which no bundle holds.")
    if member.flag_bits & 0x1:
        raise EvidenceInvalid(f"{name} is encrypted.")
    if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise EvidenceInvalid(f"{name} is packed in a way that the gate does not read.")
    if member.file_size > MOST_BYTES or (
        member.file_size > 1024 * 1024
        and member.file_size > member.compress_size * _MOST_TIMES_LARGER
    ):
        raise EvidenceInvalid(f"{name} grows without bounds when it is unpacked.")


def _check_size(members: Collection[ZipInfo]) -> None:
    if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_BYTES:
        raise EvidenceInvalid("It is larger than any bundle of the gate.")
