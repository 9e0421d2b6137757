"""What the options of `gate evidence pull` mean: everything that is wrong with them is told at once."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from gate.app.context import Host
from gate.app.pull.evidence import Pull
from gate.app.pull.period import Period, end_behind, first_instant
from gate.app.pull.sources import Sources, own_repository, servers_of
from gate.cli.trust_options import Believed
from gate.domain.archive_address import FORMS, NoAddress, parse_address
from gate.domain.globs import Glob
from gate.errors import GateError, UsageInvalid

T = TypeVar("T")

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}", re.ASCII)
_PROJECT = re.compile(
    r"[0-9]{1,20}|[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+", re.ASCII
)
_NOWHERE = (
    "nothing says where from: give --archive, --policy with an archive in it, --github or --gitlab. Only in a job is "
    "the repository of the job meant without that"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullOptions:
    """What was asked, before anything of it was read."""

    host: Host
    believed: Believed
    since: str
    until: str
    into: Path | None
    environments: tuple[str, ...]
    archives: tuple[str, ...]
    github: tuple[str, ...]
    gitlab: tuple[str, ...]
    artifacts: tuple[str, ...]
    gate_jobs: tuple[str, ...]
    github_api_url: str
    gitlab_api_url: str
    jobs: int
    quiet: bool

    def read(self, *, replay: bool) -> Pull:
        """What is to be done. UsageInvalid says everything at once that is wrong."""
        wrong: list[str] = []
        period = _try(wrong, self._period)
        sources = _try(wrong, self._sources)
        asked = _try(wrong, lambda: self.believed.asked(replay=replay))
        checkpoints = _try(wrong, lambda: self.believed.checkpoints)
        wrong += [] if self.into else ["--into is missing: the folder that it goes to"]
        wrong += self._odd_names()
        if wrong or not (period and sources and asked and self.into) or checkpoints is None:
            raise UsageInvalid(
                "Nothing was pulled:\n" + "\n".join(f"- {text}" for text in wrong),
                hint="gate evidence pull --help says what each option takes.",
            )
        return Pull(
            period=period,
            into=self.into,
            sources=sources.named(self.host),
            environments=self.environments,
            asked=asked,
            checkpoints=checkpoints,
            jobs=self.jobs,
            command=self._again(period, sources),
            progress=None if self.quiet else sys.stderr,
        )

    def _period(self) -> Period:
        wrong: list[str] = []
        since = _try(wrong, self._since)
        until = _try(wrong, lambda: end_behind(self.until) if self.until else self.host.clock())
        if since and until and until <= since:
            wrong.append(
                f"the period ends before it begins: --from {self.since}, --to {self.until or 'now'}"
            )
        if since is None or until is None or wrong:
            raise ValueError("\n- ".join(wrong))
        return Period(since=since, until=until)

    def _since(self) -> datetime:
        if not self.since:
            raise ValueError("--from is missing: the first day that is wanted, such as 2026-01-01")
        return first_instant(self.since)

    def _sources(self) -> Sources:
        policy = self.believed.policy
        archives = (*self.archives, *(policy.evidence.archive if policy else ()))
        github, gitlab = self.github, self.gitlab
        if not (archives or github or gitlab or policy):
            github, gitlab = own_repository(self.host)
        if not (archives or github or gitlab):
            raise ValueError(_NOWHERE)
        servers = servers_of(
            self.host, github_api=self.github_api_url, gitlab_api=self.gitlab_api_url
        )
        if gitlab and not servers.gitlab_api:
            raise ValueError(
                "--gitlab-api-url is missing, such as https://gitlab.com/api/v4: the token goes nowhere else"
            )
        return Sources(
            archives=archives,
            github=github,
            gitlab=gitlab,
            servers=servers,
            artifacts=self.artifacts,
            gate_jobs=self.gate_jobs,
            environments=self.environments,
        )

    def _odd_names(self) -> Iterator[str]:
        for text in self.archives:
            try:
                parse_address(text)
            except NoAddress as error:
                yield f"--archive {text} {error}; addresses are {FORMS}"
        yield from _odd("--github", self.github, _REPOSITORY, "OWNER/REPO")
        yield from _odd(
            "--gitlab", self.gitlab, _PROJECT, "GROUP/PROJECT, or the number of a project"
        )
        for text in self.artifacts:
            try:
                Glob(text)
            except ValueError as error:
                yield f"--artifact {text} {error}"

    def _again(self, period: Period, sources: Sources) -> str:
        """The command that does the same again, at another time and place as well."""
        believed = self.believed
        listed: list[tuple[str, Sequence[object]]] = [
            ("--from", [period.since.isoformat().replace("+00:00", "Z")]),
            ("--to", [_last(period.until)]),
            ("--into", [self.into]),
            ("--environment", self.environments),
            ("--archive", sources.archives),
            ("--github", sources.github),
            ("--gitlab", sources.gitlab),
            ("--artifact", self.artifacts),
            ("--gate-job", self.gate_jobs),
            ("--github-api-url", [sources.servers.github_api] if sources.github else []),
            ("--gitlab-api-url", [sources.servers.gitlab_api] if sources.gitlab else []),
            ("--key", believed.keys),
            ("--identity", believed.identities),
            ("--issuer", [believed.issuer] if believed.identities else []),
            ("--trusted-root", [believed.trusted_root] if believed.trusted_root else []),
            ("--policy", [believed.policy_file] if believed.policy_file else []),
            ("--require", [believed.require]),
            ("--checkpoint", believed.checkpoint_files),
        ]
        words = [str(word) for name, given in listed for one in given for word in (name, one)]
        return shlex.join(["gate", "evidence", "pull", *words])


def _try(wrong: list[str], read: Callable[[], T]) -> T | None:
    """What was read; None when it is wrong, which is noted."""
    try:
        return read()
    except GateError as error:
        lines = [*error.message.splitlines(), *([error.hint] if error.hint else [])]
        wrong.append("\n  ".join(lines))
    except ValueError as error:
        wrong.append(str(error))
    return None


def _odd(option: str, given: Sequence[str], form: re.Pattern[str], shape: str) -> Iterator[str]:
    for text in given:
        if not form.fullmatch(text) or ".." in text.split("/"):
            yield f"{option} {text} is not {shape}"


def _last(until: datetime) -> str:
    """The last instant that is a part of the period."""
    return (until - timedelta(microseconds=1)).astimezone(UTC).isoformat().replace("+00:00", "Z")
