"""Checks and statuses in the order in which both interfaces pick the newest."""

from __future__ import annotations

from collections.abc import Sequence

from gate.sandbox.clock import iso
from gate.sandbox.github.forge import GitHub
from gate.sandbox.world.forge import CheckRun, CommitStatus
from gate.sandbox.world.git import number, sha


def newest_checks(checks: Sequence[CheckRun]) -> list[CheckRun]:
    """The newest of each name in each suite (an app's checks of one run), from a list that has the newest first."""
    found: dict[tuple[str, int | None, str], CheckRun] = {}
    for check in checks:
        found.setdefault((check.app, check.run, check.name), check)
    return list(found.values())


def statuses_on(github: GitHub, commit_sha: str) -> list[CommitStatus]:
    """Statuses on a commit, newest first."""
    found = [item for item in github.world.statuses.values() if sha(item.commit) == commit_sha]
    return sorted(found, key=lambda item: item.at, reverse=True)


def newest_statuses(statuses: Sequence[CommitStatus]) -> list[CommitStatus]:
    """The newest of each context, from a list that has the newest first."""
    found: dict[str, CommitStatus] = {}
    for item in statuses:
        found.setdefault(item.context, item)
    return list(found.values())


def combined(states: Sequence[str]) -> str:
    """What several states come to."""
    if any(state in ("failure", "error") for state in states):
        return "failure"
    return "success" if states and all(state == "success" for state in states) else "pending"


def status_id(status: CommitStatus) -> int:
    """The number of a status: its time tells repetitions of a context apart."""
    return number("status", f"{status.context}/{status.commit}/{iso(status.at)}")
