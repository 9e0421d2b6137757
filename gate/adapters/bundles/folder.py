"""A folder that holds one bundle."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from gate.errors import EvidenceInvalid, EvidenceNotWritten

MARKS = frozenset({"record.json", "SHA256SUMS", "decision.json", "sweep.json"})
"""A folder with one of these is a bundle, or what is left of one."""
MOST_FILES = 2_000
MOST_BYTES = 64 * 1024 * 1024
_DEEPEST = 4
_TOO_LARGE = "It is larger than any bundle of the gate."
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def read(directory: Path) -> dict[str, bytes]:
    """Every file below the directory, by its slash-separated name.

    EvidenceInvalid for links, for what is neither file nor folder, and for more than any bundle can be.
    """
    if not directory.is_dir():
        raise EvidenceInvalid(
            f"{directory} is not a folder.",
            hint="Give the folder of one bundle, the one that holds record.json, or its zip.",
        )
    found: dict[str, bytes] = {}
    try:
        _collect(str(directory), "", found, [MOST_BYTES])
    except OSError as error:
        raise EvidenceInvalid(f"{directory} cannot be read: {error.strerror}.") from error
    return dict(sorted(found.items()))


def add(directory: Path, files: Mapping[str, bytes]) -> None:
    """Put further files beside those of a bundle, then read them back. Nothing is ever overwritten.

    EvidenceNotWritten says what went wrong.
    """
    try:
        for name, content in files.items():
            with (directory / name).open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        altered = [
            name for name, content in files.items() if (directory / name).read_bytes() != content
        ]
    except OSError as error:
        raise EvidenceNotWritten(
            f"The evidence in {directory} could not be completed: {error.strerror}.",
            hint="Give the step an empty, writable folder with free space (CHANGE_GATE_EVIDENCE), then run it again.",
        ) from error
    if altered:
        raise EvidenceNotWritten(
            f"The evidence in {directory} reads back differently: {', '.join(altered)}.",
            hint="The disk or another process altered it. Use another folder, then run the step again.",
        )


def content_of(path: Path, *, most: int, what: str) -> bytes:
    """The content of one ordinary file of at most so many bytes, which is to be a `what`.

    EvidenceInvalid when it is something else or larger, OSError when it cannot be read.
    """
    if path.is_symlink():
        raise EvidenceInvalid(f"{path.name} is a link, which no archive holds.")
    return _content(
        str(path), path.name, [most], f"{path.name} is larger than any {what} of the gate."
    )


def _collect(folder: str, prefix: str, found: dict[str, bytes], left: list[int]) -> None:
    if prefix.count("/") > _DEEPEST:
        raise EvidenceInvalid(f"{prefix} lies deeper than any file of a bundle.")
    with os.scandir(folder) as entries:
        for entry in entries:
            name = prefix + entry.name
            if entry.is_symlink():
                raise EvidenceInvalid(f"{name} is a link, which no bundle holds.")
            if entry.is_dir(follow_symlinks=False):
                _collect(entry.path, f"{name}/", found, left)
            elif len(found) >= MOST_FILES:
                raise EvidenceInvalid(_TOO_LARGE)
            else:
                found[name] = _content(entry.path, name, left)


def _content(path: str, name: str, left: list[int], too_large: str = _TOO_LARGE) -> bytes:
    # Opened once and then asked what it is: between a look and the opening, somebody could swap a file for a link.
    handle = os.open(path, _FLAGS)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise EvidenceInvalid(f"{name} is no ordinary file, and no bundle holds anything else.")
        left[0] -= status.st_size
        if left[0] < 0:
            raise EvidenceInvalid(too_large)
        # One byte more than it should be shows a file that grows while it is read.
        content = os.read(handle, status.st_size + 1)
        while len(content) < status.st_size and (more := os.read(handle, status.st_size)):
            content += more
    finally:
        os.close(handle)
    return content
