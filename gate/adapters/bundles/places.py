"""Finds bundles: a path may be one, a zip of some, or a folder of thousands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gate.adapters.bundles import archived, folder, zipped
from gate.errors import EvidenceInvalid

_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Place:
    """Where one bundle lies."""

    path: Path
    inside: str | None = None
    """The folder inside a zip; None where `path` is the folder itself."""
    flaw: str = ""
    """Why nothing can be read here, where that is known already."""

    def __str__(self) -> str:
        return str(self.path) if not self.inside else f"{self.path}!/{self.inside.rstrip('/')}"

    def read(self) -> dict[str, bytes]:
        """The files of the bundle. EvidenceInvalid says what keeps them from being read."""
        if self.flaw:
            raise EvidenceInvalid(self.flaw)
        if self.inside is None:
            return folder.read(self.path)
        if archived.is_archived(self.path):
            return archived.read(self.path)
        return zipped.read(self.path, self.inside)


def places(path: Path) -> Iterator[Place]:
    """Every bundle at or below a path, one by one, in the order of their names.

    A path without one is a place with a flaw. Links below the path are not followed.
    """
    found = False
    for place in _places(path, 0):
        found = True
        yield place
    if not found:
        yield Place(path, flaw=f"{path} holds no bundle of the gate.")


def _places(path: Path, depth: int) -> Iterator[Place]:
    if not path.is_dir():
        yield from _zipped(path)
        return
    try:
        with os.scandir(path) as entries:
            names = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except OSError as error:
        yield Place(path, flaw=f"{path} cannot be read: {error.strerror}.")
        return
    if any(name in folder.MARKS for name, _ in names):
        yield Place(path)
        return
    alone = set(archived.without_bundle({name for name, is_folder in names if not is_folder}))
    for name, is_folder in names:
        if name in alone:
            yield Place(path / name, flaw=f"{name} is a signature without its bundle.")
        elif is_folder and depth == _DEEPEST:
            yield Place(path / name, flaw=f"{name} lies deeper than anybody looks for bundles.")
        elif is_folder:
            yield from _places(path / name, depth + 1)
        elif name.endswith(".zip") and (path / name).is_symlink():
            yield Place(path / name, flaw=f"{name} is a link, and where it leads is not looked at.")
        elif name.endswith(".zip"):
            yield from _zipped(path / name)


def _zipped(path: Path) -> Iterator[Place]:
    if archived.is_archived(path):
        yield Place(path, "")
        return
    try:
        inside = zipped.bundles_in(path)
    except EvidenceInvalid as error:
        yield Place(path, flaw=error.message)
        return
    if not inside:
        yield Place(path, flaw=f"{path} holds no bundle of the gate.")
    yield from (Place(path, name) for name in inside)


def read_one(path: Path) -> dict[str, bytes]:
    """The files of the one bundle at a path: its folder, or a zip that holds no other."""
    if path.is_dir():
        return folder.read(path)
    if not path.is_file():
        raise EvidenceInvalid(
            f"{path} is neither a folder nor a zip.",
            hint="Give the folder of one bundle, the one that holds record.json, or its zip.",
        )
    found = list(_zipped(path))
    if len(found) > 1:
        raise EvidenceInvalid(
            f"{path} holds {len(found)} bundles, and only one can be read at a time.",
            hint="`gate evidence verify` reads them all; unzip the one that you mean.",
        )
    return found[0].read()
