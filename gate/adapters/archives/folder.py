"""A folder as an archive, such as a share that every runner mounts."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from gate.adapters.archives.gaps import absent, altered, gap
from gate.domain.evidence_ports import ArchivePage, KeyTaken
from gate.domain.ports import FactMissing
from gate.evidence.layout import is_key

PAGE = 1_000

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_OLD = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class FolderArchive:
    """One folder. It must exist: a share that is not mounted must not become a folder of this machine."""

    locked = False
    queryable = True

    def __init__(self, folder: Path) -> None:
        self.address = folder.as_uri()
        self._root = folder
        if not folder.is_dir():
            raise gap(
                self.address,
                "not-configured",
                "there is no such folder on this machine",
                "whoever runs the runner mounts it, or whoever owns the policy corrects `evidence.archive`",
            )

    def create(self, key: str, content: bytes) -> None:
        """Write beside, then link into place: a link is made whole or not at all, and never over another file."""
        path = self._path(key)
        try:
            self._make_folders(path.parent)
            self._write(path, content)
        except FileExistsError:
            if self.read(key) != content:
                raise KeyTaken(key) from None
        except OSError as error:
            raise self._failed(error) from error
        if self.read(key) != content:
            raise altered(self.address, key)

    def read(self, key: str) -> bytes:
        """What stands there. Links are not followed."""
        try:
            handle = os.open(self._path(key), _OLD)
            with os.fdopen(handle, "rb") as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise altered(self.address, key, "is no ordinary file")
                return file.read()
        except FileNotFoundError:
            raise absent(self.address, key) from None
        except OSError as error:
            raise self._failed(error) from error

    def keeps_until(self, now: datetime) -> datetime | None:
        """Never by itself."""

    def list(self, prefix: str, after: str = "") -> ArchivePage:
        """Keys of files, in order. What the archive did not write there is not seen."""
        found: list[str] = []
        try:
            for key in self._keys(prefix.rstrip("/"), after):
                if len(found) == PAGE:
                    return ArchivePage(keys=tuple(found), after=found[-1])
                found.append(key)
        except OSError as error:
            raise self._failed(error) from error
        return ArchivePage(keys=tuple(found))

    def _keys(self, folder: str, after: str) -> Iterator[str]:
        try:
            with os.scandir(self._path(folder)) as entries:
                known = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        except FileNotFoundError:
            return
        # With its slash, so that `a.b` comes before what is in the folder `a`: keys are in order, not names.
        for name in sorted(f"{name}/" if is_folder else name for name, is_folder in known):
            key = f"{folder}/{name}"
            if name.endswith("/") and key + "\U0010ffff" > after:
                yield from self._keys(key.rstrip("/"), after)
            elif is_key(key) and key > after:
                yield key

    def _path(self, key: str) -> Path:
        if not is_key(key):
            raise altered(self.address, key, "is no key of an archive")
        return self._root / key

    def _make_folders(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.resolve() != self._root.resolve() / folder.relative_to(self._root):
            raise gap(
                self.address,
                "refused",
                "a folder in it is a link that leads elsewhere",
                "whoever administers it finds out who put it there, and removes it",
            )

    def _write(self, path: Path, content: bytes) -> None:
        # A dot in front, so that no list shows it, and a name that no other writer has.
        beside = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(8).hex()}")
        try:
            with os.fdopen(os.open(beside, _NEW, 0o644), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.link(beside, path)
        finally:
            beside.unlink(missing_ok=True)
        _sync(path.parent)

    def _failed(self, error: OSError) -> FactMissing:
        return gap(
            self.address,
            "unavailable",
            f"the folder does not work: {error.strerror}",
            "whoever runs the runner looks at its space and its rights",
        )


def _sync(folder: Path) -> None:
    """Make the folder itself last: without this, a file can be whole and its name lost."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
