"""The folder that evidence is pulled into: each file is there whole or not at all, and none is put over another."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gate.adapters.bundles import folder as reading
from gate.errors import EvidenceInvalid, EvidenceNotWritten, UsageInvalid
from gate.evidence.canonical import digest

UNFINISHED = ".pulling"
"""What is under way lies here, and whatever an earlier pull left here when it was killed is thrown away."""


@contextmanager
def opened(folder: Path) -> Iterator[Destination]:
    """The folder, made when it is not there, for one pull at a time.

    EvidenceNotWritten when it cannot be written; UsageInvalid when another pull is at work in it.
    """
    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(handle, folder)
        found = Destination(folder)
        with _told(folder):
            found.clear()
            (folder / UNFINISHED).mkdir()
        try:
            yield found
        finally:
            found.clear()
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Staged:
    """Files that are here whole, and not yet in their places."""

    folder: Path
    names: tuple[str, ...]

    def path(self, name: str) -> Path:
        """Where one of them is: below the folder that it has in an archive, whose name tells what it is."""
        parent, _, last = name.rpartition("/")
        number = parent.rpartition("/")[2]
        return self.folder / (number if last.startswith(number) else "files") / last


class Destination:
    """An open folder. `stage` and `read` are safe to use from several threads at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._made = 0
        self._free: list[Path] = []
        """Folders for what is under way. They are used again: to make and remove one takes longer than a file."""
        self._sound: set[Path] = set()

    def clear(self) -> None:
        """Throw away what is under way."""
        shutil.rmtree(self.folder / UNFINISHED, ignore_errors=True)

    def path(self, name: str) -> Path:
        """Where a file is, or will be."""
        return self.folder / name

    def read(self, name: str) -> bytes | None:
        """What lies there; None when nothing does. EvidenceInvalid for a link, or for what is no file."""
        path = self.path(name)
        if not self.has(name):
            return None
        self._refuse_links(path.parent)
        try:
            return reading.content_of(path, most=_LARGEST, what="file")
        except OSError as error:
            raise EvidenceInvalid(f"{path} cannot be read: {error.strerror}.") from error

    def has(self, name: str) -> bool:
        """Whether anything lies there, be it a link."""
        return os.path.lexists(self.path(name))

    def stage(self, files: Mapping[str, bytes]) -> Staged:
        """Write files beside their places, so that they can be looked at before they are put there."""
        found = Staged(self._slot(), tuple(files))
        with _told(self.folder):
            for name, content in files.items():
                _write(found.path(name), content)
        return found

    def discard(self, unfinished: Staged) -> None:
        """Throw away what was staged and not put in its place."""
        with _told(self.folder):
            for name in unfinished.names:
                unfinished.path(name).unlink(missing_ok=True)
        with self._lock:
            self._free.append(unfinished.folder)

    def put(self, unfinished: Staged, name: str) -> None:
        """Put a staged file in its place, where nothing may lie yet. EvidenceNotWritten where a link would lead."""
        path, source = self.path(name), unfinished.path(name)
        with _told(self.folder):
            try:
                self._refuse_links(path.parent)
            except EvidenceInvalid as error:
                raise EvidenceNotWritten(error.message, hint=error.hint) from error
            path.parent.mkdir(parents=True, exist_ok=True)
            _move(source, path)

    def set_aside(self, name: str) -> str:
        """Rename a file, so that another can take its place, and return what it is called now. Nothing is lost."""
        try:
            mark = digest(self.read(name) or b"").removeprefix("sha256:")[:16]
        except EvidenceInvalid:
            mark = os.urandom(8).hex()  # a link, or what else nobody should read
        aside = f"{name}.damaged-{mark}"
        with _told(self.folder):
            if self.has(aside):
                self.path(name).unlink()  # the very same bytes were set aside before
            else:
                os.rename(self.path(name), self.path(aside))
        return aside

    def replace(self, name: str, content: bytes) -> None:
        """Write what is our own account of the pulls, in the place of the earlier one."""
        unfinished = self.stage({name: content})
        with _told(self.folder):
            os.replace(unfinished.path(name), self.path(name))
        self.discard(unfinished)

    def _slot(self) -> Path:
        with self._lock:
            if self._free:
                return self._free.pop()
            self._made += 1
            return self.folder / UNFINISHED / f"{self._made:04}"

    def _refuse_links(self, folder: Path) -> None:
        """Nothing is read from, or written to, where a link in this folder leads."""
        if folder in self._sound or folder == self.folder:
            return
        self._refuse_links(folder.parent)
        if folder.is_symlink():
            raise EvidenceInvalid(
                f"{folder} is a link that leads elsewhere.",
                hint="Pull into an empty folder of your own.",
            )
        if folder.is_dir():
            self._sound.add(folder)


_LARGEST = 8 * reading.MOST_BYTES


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _move(source: Path, path: Path) -> None:
    try:
        # Unlike a renaming, a link is never made over something else.
        os.link(source, path)
    except FileExistsError:
        raise
    except OSError:
        # Not every file system has such links. Nobody else pulls into this folder, so a look will do.
        if os.path.lexists(path):
            raise FileExistsError(f"{path} is there already") from None
        os.rename(source, path)
    else:
        source.unlink()


def _lock(handle: int, folder: Path) -> None:
    import fcntl  # not on every system that can verify

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UsageInvalid(
            f"Another `gate evidence pull` is at work in {folder}.",
            hint="Wait until it is done, or pull into another folder.",
        ) from None


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EvidenceNotWritten(
            f"The folder {folder} cannot be written: {error.strerror or error}.",
            hint="Name a writable folder with free space with --into, then run the same command again: it goes on "
            "where it stopped.",
        ) from error
