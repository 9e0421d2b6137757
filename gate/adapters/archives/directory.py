"""A directory that holds one bundle."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from gate.errors import EvidenceInvalid, EvidenceNotWritten

MOST_FILES = 2_000
MOST_BYTES = 64 * 1024 * 1024


NO_DEPLOY = "A decision that cannot be recorded does not count, so the deploy must not go on."


def create(directory: Path, files: Mapping[str, bytes], *, so_what: str = NO_DEPLOY) -> None:
    """Write every file, then read all of them back. The directory must be empty or new: nothing is
    ever overwritten.

    EvidenceNotWritten says what went wrong, and what that means (`so_what`), and keeps what was written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise FileExistsError(f"{directory} is not empty")
        for name, content in files.items():
            _write(directory / name, content)
        altered = [
            name for name, content in files.items() if (directory / name).read_bytes() != content
        ]
    except OSError as error:
        raise EvidenceNotWritten(
            f"The evidence could not be written to {directory}: {error.strerror or error}. {so_what}",
            hint="Give the step an empty, writable folder with free space (CHANGE_GATE_EVIDENCE), then run it again.",
        ) from error
    if altered:
        raise EvidenceNotWritten(
            f"The evidence in {directory} reads back differently: {', '.join(altered)}. {so_what}",
            hint="The disk or another process altered it. Use another folder, then run the step again.",
        )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read(directory: Path) -> dict[str, bytes]:
    """Every file below the directory, by its slash-separated name. Links are refused, and so is
    what no bundle can be.
    """
    if not directory.is_dir():
        raise EvidenceInvalid(
            f"{directory} is not a folder.",
            hint="Give the folder of one bundle: the one that holds SHA256SUMS. Unzip an artifact first.",
        )
    found: dict[str, bytes] = {}
    total = 0
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if path.is_symlink():
            raise EvidenceInvalid(f"{name} is a link, which no bundle holds.")
        if path.is_file():
            total += path.stat().st_size
            if total > MOST_BYTES or len(found) >= MOST_FILES:
                raise EvidenceInvalid(f"{directory} is larger than any bundle of the gate.")
            found[name] = path.read_bytes()
    return found
