"""A branch of a repository that holds nothing but evidence: each write is a commit, and a plain push is the race.

The forge accepts a push only on top of what is there, so of two who write at once one is told to look again. Rules of
the branch (no force-push, no deletion) keep the history; docs/archive.md says how to set them.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from gate.adapters.archives.gaps import absent, altered, gap
from gate.adapters.archives.git_commands import LONGEST, GitCommands, Runner
from gate.adapters.deadline import Deadline
from gate.domain.archive_address import GitAddress
from gate.domain.evidence_ports import ArchivePage, KeyTaken
from gate.evidence.layout import is_key

PAGE = 1_000
ATTEMPTS = 10

_HEAD = "refs/evidence/head"


class GitBranchArchive:
    """One branch. It is made with the first write, without any history of the repository."""

    locked = False
    queryable = True
    longest: float = LONGEST
    """Seconds that one command of git may take."""

    def __init__(
        self,
        address: GitAddress,
        *,
        shown: str,
        token: str,
        environ: Mapping[str, str],
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
        run: Runner = subprocess.run,
    ) -> None:
        self.address = shown
        self._url = address.url
        self._branch = f"refs/heads/{address.branch}"
        self._sleep = sleep
        self._directory = Path(tempfile.mkdtemp(prefix="change-gate-archive-"))
        self._git = GitCommands(
            self._directory,
            shown=shown,
            url=address.url,
            token=token,
            environ=environ,
            deadline=deadline,
            run=run,
            longest=self.longest,
        ).run
        try:
            self._git("init", "--quiet", "--bare", str(self._directory))
            self._git("remote", "add", "origin", address.url)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Remove the copy on this machine."""
        shutil.rmtree(self._directory, ignore_errors=True)

    def create(self, key: str, content: bytes) -> None:
        """Commit and push. Whoever is told that somebody else was faster looks again, and pushes on top of that."""
        self._check(key)
        blob = self._git("hash-object", "-w", "--stdin", given=content).out.decode().strip()
        for attempt in range(ATTEMPTS):
            head = self._fetch()
            there = self._blob(head, key)
            if there:
                if there != blob:
                    raise KeyTaken(key)
                return
            commit = self._commit(head, key, blob)
            # 1: the remote refuses what is not on top of its own. Whether it got there is seen in the next round.
            done = self._git("push", "--quiet", "origin", f"{commit}:{self._branch}", fine=(0, 1))
            if done.code:
                self._sleep(0.1 * attempt)
        raise gap(
            self.address,
            "unavailable",
            f"{ATTEMPTS} times the branch did not take what was pushed: somebody else was faster, or a rule of the "
            "branch refuses it",
            "whoever administers the repository lets the account of the token push to the branch, and nobody else",
        )

    def read(self, key: str) -> bytes:
        """What stands there at the head of the branch."""
        self._check(key)
        blob = self._blob(self._fetch(), key)
        if not blob:
            raise absent(self.address, key)
        return self._git("cat-file", "blob", blob).out

    def keeps_until(self, now: datetime) -> datetime | None:
        """Never by itself."""

    def list(self, prefix: str, after: str = "") -> ArchivePage:
        """Keys at the head of the branch."""
        self._check(prefix.rstrip("/"))
        head = self._fetch()
        if not head:
            return ArchivePage(keys=())
        told = self._git("ls-tree", "-r", "-z", "--name-only", head, prefix).out
        names = [name.decode("utf-8", "replace") for name in told.split(b"\0") if name]
        found = sorted(name for name in names if name > after and is_key(name))
        keys = tuple(found[:PAGE])
        return ArchivePage(keys=keys, after=keys[-1] if len(found) > PAGE else "")

    def _fetch(self) -> str:
        """The newest commit of the branch; empty when there is no branch yet."""
        told = self._git("ls-remote", "--exit-code", "origin", self._branch, fine=(0, 2))
        if told.code == 2:
            return ""
        self._git(
            *(
                "fetch",
                "--quiet",
                "--no-tags",
                "--depth=1",
                "--filter=blob:none",
                "--no-write-fetch-head",
            ),
            *("origin", f"+{self._branch}:{_HEAD}"),
        )
        return self._git("rev-parse", "--verify", _HEAD).out.decode().strip()

    def _blob(self, head: str, key: str) -> str:
        if not head:
            return ""
        told = self._git("ls-tree", "-z", head, key).out.decode("utf-8", "replace")
        words = told.partition("\t")[0].split()
        if words and words[:2] != ["100644", "blob"]:
            raise altered(self.address, key, "is no ordinary file")
        return words[2] if words else ""

    def _commit(self, head: str, key: str, blob: str) -> str:
        self._git("read-tree", *([head] if head else ["--empty"]))
        self._git("update-index", "--add", "--cacheinfo", f"100644,{blob},{key}")
        # Of older evidence only the names are here, not the files.
        tree = self._git("write-tree", "--missing-ok").out.decode().strip()
        parents = ["-p", head] if head else []
        message = f"Evidence: {key}\n".encode()
        return self._git("commit-tree", tree, *parents, given=message).out.decode().strip()

    def _check(self, key: str) -> None:
        if not is_key(key):
            raise altered(self.address, key, "is no key of an archive")
