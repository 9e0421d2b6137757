"""A new directory for one bundle."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from gate.errors import EvidenceNotWritten

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
