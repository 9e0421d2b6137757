"""A real repository, made commit by commit, and clones of it."""

from __future__ import annotations

import subprocess
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gate.adapters.deadline import Deadline
from gate.adapters.forges.gitlab.git_process import GitProcess
from gate.adapters.forges.gitlab.local_git import Git

ENVIRON = {
    "PATH": "/usr/bin:/bin:/usr/local/bin",
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class Repository:
    path: Path

    @classmethod
    def new(cls, path: Path, *options: str) -> Repository:
        made = cls(path)
        path.mkdir()
        made.git("init", "--quiet", "--initial-branch=main", *options)
        made.git("config", "uploadpack.allowAnySHA1InWant", "true")
        return made

    def git(self, *arguments: str, given: bytes = b"", **environ: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments],
            input=given,
            capture_output=True,
            env={**ENVIRON, **environ},
            check=True,
        )
        return done.stdout.decode().strip()

    def tree(self, files: Mapping[str, bytes | str]) -> str:
        self.git("read-tree", "--empty")
        for path, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            oid = self.git("hash-object", "-w", "--stdin", given=data)
            self.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{path}")
        return self.git("write-tree")

    def commit(
        self,
        files: Mapping[str, bytes | str],
        *parents: str,
        message: str = "A change",
        author: str = "bob",
        at: int = 0,
    ) -> str:
        """The new commit. `files` are all files of its tree."""
        who = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in {
                "NAME": author.title(),
                "EMAIL": f"{author}@acme.example",
                "DATE": f"{1_700_000_000 + at} +0000",
            }.items()
        }
        named = [part for parent in parents for part in ("-p", parent)]
        return self.git("commit-tree", self.tree(files), *named, given=message.encode(), **who)

    def point(self, ref: str, sha: str) -> None:
        self.git("update-ref", ref, sha)

    def pretend(self, sha: str, other: str) -> None:
        """Put what another object holds under the name of this one, as whoever can write to a clone could."""
        kind = self.git("cat-file", "-t", other)
        content = subprocess.run(
            ["git", "-C", str(self.path), "cat-file", kind, other],
            env=ENVIRON,
            check=True,
            capture_output=True,
        ).stdout
        place = self._place(sha)
        place.chmod(0o644)
        place.write_bytes(zlib.compress(f"{kind} {len(content)}\0".encode() + content))

    @contextmanager
    def pretending(self, sha: str, other: str) -> Iterator[None]:
        """The same for a while."""
        before = self._place(sha).read_bytes()
        self.pretend(sha, other)
        yield
        self._place(sha).write_bytes(before)

    def _place(self, sha: str) -> Path:
        return self.path / ".git/objects" / sha[:2] / sha[2:]

    def clone(self, path: Path, *options: str) -> Repository:
        subprocess.run(
            [
                "git",
                "clone",
                "--quiet",
                "--no-checkout",
                *options,
                f"file://{self.path}",
                str(path),
            ],
            env=ENVIRON,
            check=True,
            capture_output=True,
        )
        return Repository(path)

    def adapter(self, **more: Any) -> Git:
        return Git(GitProcess(self.path, **{"deadline": Deadline(60), "environ": ENVIRON, **more}))
