"""A branch that is read much is fetched once."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gate.adapters.archives.git_snapshot import GitBranchSnapshot
from gate.adapters.deadline import Deadline
from gate.domain.archive_address import GitAddress
from gate.domain.ports import FactMissing
from tests.adapters.archives.test_git_branch import opened, remote

__all__ = ["remote"]

KEYS = [f"v1/streams/a/b/c/99999999/999999999{number}.zip" for number in range(9)]


def snapshot(remote: Path, asked: list[str]) -> GitBranchSnapshot:
    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        asked.extend(set(command) & {"fetch", "ls-remote"})
        del options["check"]
        return subprocess.run(command, check=False, **options)

    return GitBranchSnapshot(
        GitAddress(url=remote.as_uri(), branch="evidence/prod"),
        shown="git+file:///x#evidence/prod",
        token="",
        environ=os.environ,
        deadline=Deadline(60),
        run=run,
    )


def test_everything_is_fetched_once_and_read_by_several_at_once(remote: Path) -> None:
    with opened(remote) as archive:
        for key in KEYS:
            archive.create(key, key.encode())
    asked: list[str] = []
    found = snapshot(remote, asked)
    try:
        with ThreadPoolExecutor(max_workers=4) as pool:
            assert list(pool.map(found.read, KEYS)) == [key.encode() for key in KEYS]
        assert list(found.list("v1/streams/").keys) == KEYS
        with pytest.raises(FactMissing):
            found.read("v1/streams/other.zip")
    finally:
        found.close()
    assert asked.count("fetch") == 1
    assert asked.count("ls-remote") == 1


def test_a_branch_that_nobody_made_yet_is_empty(remote: Path) -> None:
    found = snapshot(remote, [])
    try:
        assert found.list("v1/streams/").keys == ()
    finally:
        found.close()
