"""The archives that a policy names, connected and tried: with `wiring` and `connect`, what knows adapters."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from gate.adapters.archives.gaps import gap
from gate.adapters.archives.probe import refuse_unless_create_only
from gate.adapters.archives.shelves import ShelfArchive
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder, Started
from gate.app.context import Host
from gate.app.secrets_here import ALL_SECRETS
from gate.domain.archive_address import (
    AzureAddress,
    FolderAddress,
    GcsAddress,
    GitAddress,
    GitHubReleaseAddress,
    GitLabPackagesAddress,
    S3Address,
    parse_address,
)
from gate.domain.evidence_ports import Archive
from gate.domain.policy.document import EvidenceRules
from gate.domain.retention import keep_until

ARCHIVE_TOKEN = "CHANGE_GATE_ARCHIVE_TOKEN"  # noqa: S105 - the name of a variable
GITHUB_TOKEN, JOB_TOKEN = "GITHUB_TOKEN", "CI_JOB_TOKEN"
SECONDS = 120
"""For archiving, whatever gathering took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Where the forges are that archives may live on, as the pipeline knows them."""

    github_api: str = "https://api.github.com"
    gitlab_api: str = ""
    """Such as https://gitlab.com/api/v4; empty when the job does not run on GitLab."""


@contextmanager
def opened(host: Host, rules: EvidenceRules, servers: Servers) -> Iterator[tuple[Archive, ...]]:
    """Every archive of the policy; all connections are closed at the end.

    FactMissing when one of them is not to be had, or does not refuse a second writer.
    """
    recorder = Recorder(host.clock, _secrets(host))
    with ExitStack() as stack:
        opener = _Opener(host, rules, servers, recorder, Deadline(SECONDS), stack)
        yield tuple(opener.open(text) for text in rules.archive)


@contextmanager
def opened_to_read(host: Host, address: str, servers: Servers) -> Iterator[Archive]:
    """One archive, for somebody who only reads: nothing is tried out there, so a token that may read will do.

    `address` is one that a policy could name. There is no deadline: reading takes as long as there is something to
    read. FactMissing when the archive is not to be had.
    """
    recorder = _Forgetful(host.clock, _secrets(host))
    rules = EvidenceRules(archive=(address,))
    with ExitStack() as stack:
        opener = _Opener(host, rules, servers, recorder, Deadline(math.inf), stack, reads_only=True)
        yield opener.open(address)


def _secrets(host: Host) -> list[str]:
    return [host.environ.get(name, "").strip() for name in ALL_SECRETS]


class _Forgetful(Recorder):
    """Keeps no exchange: whoever pulls thousands of bundles writes no evidence of that, and memory must not grow."""

    def record(self, started: Started, **told: object) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class _Opener:
    host: Host
    rules: EvidenceRules
    servers: Servers
    recorder: Recorder
    deadline: Deadline
    stack: ExitStack
    reads_only: bool = False

    def open(self, text: str) -> Archive:
        address = parse_address(text)
        match address:
            case S3Address() if address.object_lock:
                archive: Archive = self._locked(address, text)
            case S3Address() | GcsAddress() | AzureAddress():
                archive = self._object_store(address, text)
            case FolderAddress():
                from gate.adapters.archives.folder import FolderArchive

                archive = FolderArchive(Path(address.path))
            case GitAddress():
                archive = self._git(address, text)
            case GitLabPackagesAddress():
                return self._gitlab(address, text)
            case GitHubReleaseAddress():
                return self._github(address, text)
            case _:
                assert_never(address)
        if not self.reads_only:
            refuse_unless_create_only(archive)
        return archive

    def _locked(self, address: S3Address, text: str) -> Archive:
        from gate.adapters.archives.locked_s3 import LockedS3Archive

        return LockedS3Archive(
            address,
            shown=text,
            environ=self.host.environ,
            deadline=self.deadline,
            keep_until=keep_until(self.rules.retain, self.host.clock()),
        )

    def _object_store(self, address: S3Address | GcsAddress | AzureAddress, text: str) -> Archive:
        from gate.adapters.archives.object_store import ObjectStoreArchive

        return ObjectStoreArchive(
            address, shown=text, environ=self.host.environ, deadline=self.deadline
        )

    def _git(self, address: GitAddress, text: str) -> Archive:
        from gate.adapters.archives.git_branch import GitBranchArchive
        from gate.adapters.archives.git_snapshot import GitBranchSnapshot

        kind = GitBranchSnapshot if self.reads_only else GitBranchArchive
        archive = kind(
            address,
            shown=text,
            token=self._token(ARCHIVE_TOKEN),
            environ=self.host.environ,
            deadline=self.deadline,
        )
        self.stack.callback(archive.close)
        return archive

    def _gitlab(self, address: GitLabPackagesAddress, text: str) -> Archive:
        from gate.adapters.archives.gitlab_packages import GitLabPackages

        api = f"{address.server}/api/v4" if address.server else self.servers.gitlab_api
        given = self._token(ARCHIVE_TOKEN)
        # The token of the job is for the GitLab that the job runs on, and for no other.
        own = "" if address.server and api != self.servers.gitlab_api else self._token(JOB_TOKEN)
        if not api:
            raise gap(
                text,
                "not-configured",
                "nobody says on which GitLab the project is",
                "whoever owns the policy adds `?server=https://…` to the address under `evidence.archive`",
            )
        packages = GitLabPackages(
            address.project,
            shown=text,
            api_url=api,
            token=given or own,
            is_job_token=not given,
            recorder=self.recorder,
            deadline=self.deadline,
        )
        self.stack.callback(packages.close)
        return self._tried(ShelfArchive(text, packages))

    def _github(self, address: GitHubReleaseAddress, text: str) -> Archive:
        from gate.adapters.archives.github_releases import GitHubReleases

        releases = GitHubReleases(
            address.repository,
            shown=text,
            api_url=self.servers.github_api,
            token=self._token(ARCHIVE_TOKEN) or self._token(GITHUB_TOKEN),
            recorder=self.recorder,
            deadline=self.deadline,
        )
        self.stack.callback(releases.close)
        return self._tried(ShelfArchive(text, releases))

    def _tried(self, archive: ShelfArchive) -> ShelfArchive:
        if not self.reads_only:
            archive.refuse_unless_create_only()
        return archive

    def _token(self, name: str) -> str:
        return self.host.environ.get(name, "").strip()
