"""A branch of evidence as it stood at one moment, fetched once and whole: for those who read much and write nothing."""

from __future__ import annotations

from typing import Any

from gate.adapters.archives.git_branch import GitBranchArchive
from gate.adapters.side_by_side import Once

_SNAPSHOT = "refs/evidence/snapshot"


class GitBranchSnapshot(GitBranchArchive):
    """What is read is here after the first question; several threads can then read at once.

    The archive that writes fetches names alone and asks again before each answer, which is right for one bundle and a
    connection for each of thousands.
    """

    longest = 3_600

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._snapshot = Once(self._fetch_all)

    def _fetch(self) -> str:
        return self._snapshot()

    def _fetch_all(self) -> str:
        told = self._git("ls-remote", "--exit-code", "origin", self._branch, fine=(0, 2))
        if told.code == 2:
            return ""
        arguments = ("--quiet", "--no-tags", "--depth=1", "--no-write-fetch-head")
        self._git("fetch", *arguments, "origin", f"+{self._branch}:{_SNAPSHOT}")
        return self._git("rev-parse", "--verify", _SNAPSHOT).out.decode().strip()
