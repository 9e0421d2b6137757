"""One file out of an archive that somebody else made, without unpacking it."""

from __future__ import annotations

import io
import zipfile
import zlib

from gate.adapters.forges.github.question import Question, missing

LARGEST_MEMBER = 5_000_000
MOST_MEMBERS = 2_000
HIGHEST_RATIO = 200

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


def member(question: Question, archive: bytes, name: str) -> bytes:
    """The content of the one member with exactly this name. FactMissing for anything odd about it or its archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            found = [info for info in opened.infolist() if info.filename == name]
            if len(opened.infolist()) > MOST_MEMBERS or len(found) != 1:
                raise missing(
                    question, "unreadable", f"the archive does not hold exactly one {name}"
                )
            info = found[0]
            if info.file_size > LARGEST_MEMBER or info.file_size > HIGHEST_RATIO * max(
                info.compress_size, 1
            ):
                raise missing(
                    question, "too-large", f"{name} would unpack to {info.file_size} bytes"
                )
            # The size in the archive's list is its maker's claim; zipfile stops there and checks the sum.
            with opened.open(info) as stream:
                return stream.read(LARGEST_MEMBER)
    except _BROKEN as error:
        raise missing(
            question, "unreadable", f"the archive cannot be read ({type(error).__name__})"
        ) from error
