"""A repository of our own, which holds only what was proved by its own name.

Git names an object by a digest of what it holds, but does not compute that again when it reads one. So whatever comes
out of the clone is checked here before git may use it: the clone gives objects, never answers.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import weakref
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile, mkdtemp
from typing import BinaryIO

from gate.adapters.forges.gitlab.git_process import GitProcess, gap
from gate.domain.ports import FactMissing

FRESH = "whoever owns the pipeline sets `GIT_STRATEGY: clone` in the job of the gate"
_CONFIG = "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = {}\n"
_PIECE = 1 << 20


class ObjectStore:
    """Objects of one clone, whose files lie in `objects`. Safe to use from several threads.

    `algorithm` is how git calls the one that names them: `sha1` or `sha256`.
    """

    def __init__(self, process: GitProcess, objects: Path, algorithm: str) -> None:
        self._algorithm = algorithm
        self._folder = Path(mkdtemp(prefix="change-gate-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        for name in ("objects", "refs"):
            (self._folder / name).mkdir()
        (self._folder / "HEAD").write_text("ref: refs/heads/none\n")
        (self._folder / "config").write_text(_CONFIG.format(algorithm))
        borrowed = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(objects)}
        self.hint = process.inside(self._folder, **borrowed).ask
        """Ask where to look: it reads the clone's objects unproved, so what it says is only ever checked."""
        self.ask = process.inside(self._folder).ask
        """Ask about what was brought over, and nothing else."""
        self._held: set[str] = set()
        self._lock = threading.Lock()

    def commits(self, shas: Sequence[str]) -> dict[str, bytes]:
        """Raw commits. FactMissing when the clone does not hold one, or holds something else under its name."""
        asked = "".join(f"{sha}\n" for sha in shas).encode()
        told = self.hint("the commits", "cat-file", "--batch", given=asked) if shas else b""
        found: dict[str, bytes] = {}
        for sha in shas:
            head, _, told = told.partition(b"\n")
            size = _size(head, sha, b"commit")
            found[sha], told = told[:size], told[size + 1 :]
            if self._name(b"commit", found[sha]) != sha:
                raise changed(sha)
        return found

    def bring(self, shas: Iterable[str]) -> None:
        """Bring trees and files over. FactMissing like for commits."""
        with self._lock:
            wanted = [sha for sha in dict.fromkeys(shas) if sha not in self._held]
        if not wanted:
            return
        with TemporaryFile(dir=self._folder) as told:
            asked = "".join(f"{sha}\n" for sha in wanted).encode()
            self.hint("the files", "cat-file", "--batch", given=asked, into=told)
            told.seek(0)
            for sha in wanted:
                self._keep(sha, _one(told, sha))
        with self._lock:
            self._held.update(wanted)

    def tie(self, tree: str, parents: Sequence[str], at: int) -> str:
        """Make a commit with this tree on top of others of the same kind, and return its name."""
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        people = [f"{role} x <x> {at} +0000" for role in ("author", "committer")]
        content = "\n".join([*lines, *people, "", ""]).encode()
        sha = self._name(b"commit", content)
        self._keep(sha, iter([_header(b"commit", len(content)), content]))
        return sha

    def _name(self, kind: bytes, content: bytes) -> str:
        digest = hashlib.new(self._algorithm, _header(kind, len(content)), usedforsecurity=False)
        digest.update(content)
        return digest.hexdigest()

    def _keep(self, sha: str, pieces: Iterator[bytes]) -> None:
        """Write it in the form of a loose object, piece by piece, and under its name only when that is its name."""
        digest, packer = hashlib.new(self._algorithm, usedforsecurity=False), zlib.compressobj(1)
        with NamedTemporaryFile(dir=self._folder, delete=False) as file:
            for piece in pieces:
                digest.update(piece)
                file.write(packer.compress(piece))
            file.write(packer.flush())
        if digest.hexdigest() != sha:
            raise changed(sha)
        place = self._folder / "objects" / sha[:2] / sha[2:]
        place.parent.mkdir(exist_ok=True)
        os.replace(file.name, place)


def _one(told: BinaryIO, sha: str) -> Iterator[bytes]:
    """The next object of `cat-file --batch`, its header first, as its name is computed from."""
    head = told.readline()
    kind = b"tree" if head.split()[1:2] == [b"tree"] else b"blob"
    left = _size(head, sha, kind)
    yield _header(kind, left)
    while left and (piece := told.read(min(left, _PIECE))):
        left -= len(piece)
        yield piece
    told.read(1)


def _size(head: bytes, sha: str, kind: bytes) -> int:
    words = head.split()
    if words[:2] != [sha.encode(), kind] or not words[-1].isdigit():
        raise gap("the commits", "not-found", f"the clone does not hold {sha[:12]}", FRESH)
    return int(words[-1])


def _header(kind: bytes, size: int) -> bytes:
    return b"%s %d\0" % (kind, size)


def changed(sha: str) -> FactMissing:
    """The exception for a clone in which something is not what its name says."""
    return gap(
        "the history",
        "wrong-object",
        f"what the clone holds as {sha[:12]} is something else: somebody changed the clone",
        FRESH,
    )


def _quoted(path: Path) -> str:
    """As git reads a list of folders, where a colon would end the first."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
