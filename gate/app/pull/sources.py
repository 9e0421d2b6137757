"""Where evidence is pulled from: the archives first, since their copies are what the chains are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from gate.app import wiring
from gate.app.archives import Servers, opened_to_read
from gate.app.context import Host
from gate.app.forge_sources import github_artifacts, gitlab_jobs
from gate.app.pull.archived_source import ArchivedSource
from gate.app.pull.arrival import Origin
from gate.app.request import Request
from gate.domain.evidence_ports import EvidenceSource
from gate.evidence.canonical import digest

GITHUB_API = "https://api.github.com"
_READABLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A source that somebody named. `open` connects to it: FactMissing when that cannot be."""

    address: str
    open: Callable[[], AbstractContextManager[Origin]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All that were named on the command line, by the policy, or by the job."""

    archives: Sequence[str] = ()
    github: Sequence[str] = ()
    gitlab: Sequence[str] = ()
    servers: Servers = field(default_factory=Servers)
    artifacts: Sequence[str] = ()
    """Globs of names of artifacts on GitHub; none means the gate's own."""
    gate_jobs: Sequence[str] = ()
    """Names of jobs on GitLab; none means those of the component."""
    environments: Sequence[str] = ()

    def named(self, host: Host) -> list[Named]:
        """Each of them once."""
        return [
            *(self._archive(host, text) for text in dict.fromkeys(self.archives)),
            *(self._github(host, text) for text in dict.fromkeys(self.github)),
            *(self._gitlab(host, text) for text in dict.fromkeys(self.gitlab)),
        ]

    def _archive(self, host: Host, text: str) -> Named:
        @contextmanager
        def opened() -> Iterator[Origin]:
            with opened_to_read(host, text, self.servers) as archive:
                source = ArchivedSource(archive, self.environments)
                yield Origin(source=source, folder=folder_of(text), learn=source.learn)

        return Named(address=text, open=opened)

    def _github(self, host: Host, text: str) -> Named:
        api = self.servers.github_api
        return _of_forge(
            f"artifacts of {text}",
            lambda: github_artifacts(host, text, api_url=api, names=self.artifacts),
        )

    def _gitlab(self, host: Host, text: str) -> Named:
        api = self.servers.gitlab_api
        return _of_forge(
            f"jobs of {text}",
            lambda: gitlab_jobs(host, text, api_url=api, names=self.gate_jobs),
        )


def servers_of(host: Host, *, github_api: str, gitlab_api: str) -> Servers:
    """Where the forges are: as the options say, or else as the job of this process does, whose tokens go nowhere else.

    UsageInvalid when the variables of a job of GitLab name another server than its clone came from.
    """
    environ = host.environ
    if not github_api and environ.get("GITHUB_ACTIONS") == "true":
        github_api = environ.get("GITHUB_API_URL", "")
    if not gitlab_api and environ.get("GITLAB_CI") == "true":
        gitlab_api = wiring.pipeline(host, Request(forge="gitlab")).servers.gitlab_api
    return Servers(github_api=(github_api or GITHUB_API).rstrip("/"), gitlab_api=gitlab_api)


def own_repository(host: Host) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The repository of the job that this process is, on GitHub or on GitLab; neither at a desk."""
    environ = host.environ
    if environ.get("GITLAB_CI") == "true" and (path := environ.get("CI_PROJECT_PATH", "")):
        return (), (path,)
    if environ.get("GITHUB_ACTIONS") == "true" and (name := environ.get("GITHUB_REPOSITORY", "")):
        return (name,), ()
    return (), ()


def folder_of(address: str) -> str:
    """The folder for what comes from a source: people recognise it, and no two sources have the same."""
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", address)[:_READABLE].strip("-.")
    return f"{readable}-{digest(address.encode()).removeprefix('sha256:')[:8]}"


def _of_forge(address: str, connect: Callable[[], AbstractContextManager[EvidenceSource]]) -> Named:
    @contextmanager
    def opened() -> Iterator[Origin]:
        with connect() as source:
            yield Origin(source=source, folder=folder_of(source.address))

    return Named(address=address, open=opened)
