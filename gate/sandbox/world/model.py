"""The world: everything that exists, read from one file (docs/sandbox.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gate.sandbox.world import checks
from gate.sandbox.world.faults import Fault
from gate.sandbox.world.forge import (
    Account,
    CheckRun,
    CommitStatus,
    Deployment,
    Environment,
    PriorEvidence,
    Repository,
    Run,
    Token,
)
from gate.sandbox.world.git import Commit
from gate.sandbox.world.gitlab import GitLabSite
from gate.sandbox.world.marks import AccountName, CommitName
from gate.sandbox.world.merging import inline, parse, read_file
from gate.sandbox.world.moments import moment
from gate.sandbox.world.pagers import PagedIncident, PagerSchedule, PagerSite
from gate.sandbox.world.problems import WorldInvalid
from gate.sandbox.world.reading import Reader
from gate.sandbox.world.reviews import PullRequest
from gate.sandbox.world.tickets import Issue, JiraIssue, JiraSite


@dataclass(frozen=True, slots=True, kw_only=True)
class Cli:
    """How `gate check` is called in this world, beyond what every run needs."""

    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that the sandbox tells. All times are aware and in UTC."""

    now: datetime
    about: str = ""
    """What this world shows, for people."""
    repository: Repository = field(default_factory=Repository)
    accounts: Mapping[str, Account]
    policy: str | None = None
    """The text of the policy on the default branch."""
    policy_path: str = ".github/change-policy.yml"
    """Where it lies there."""
    files_on_default_branch: Mapping[str, str] = field(default_factory=dict)
    commits: Mapping[str, Commit]
    branches: Mapping[str, CommitName]
    tags: Mapping[str, CommitName] = field(default_factory=dict)
    pull_requests: Mapping[str, PullRequest] = field(default_factory=dict)
    deployments: Mapping[str, Deployment] = field(default_factory=dict)
    run: Run
    environment: str = "production"
    environments: Mapping[str, Environment] = field(default_factory=dict)
    checks: Mapping[str, CheckRun] = field(default_factory=dict)
    statuses: Mapping[str, CommitStatus] = field(default_factory=dict)
    tickets: Mapping[str, JiraIssue] = field(default_factory=dict)
    issues: Mapping[str, Issue] = field(default_factory=dict)
    jira: JiraSite = field(default_factory=JiraSite)
    incidents: Mapping[str, PagedIncident] = field(default_factory=dict)
    schedules: Mapping[str, PagerSchedule] = field(default_factory=dict)
    pager: PagerSite = field(default_factory=PagerSite)
    gitlab: GitLabSite = field(default_factory=GitLabSite)
    teams: Mapping[str, tuple[AccountName, ...]] = field(default_factory=dict)
    prior_evidence: Mapping[str, PriorEvidence] = field(default_factory=dict)
    calendars: Mapping[str, str] = field(default_factory=dict)
    token: Token = field(default_factory=Token)
    latency: timedelta = timedelta()
    faults: tuple[Fault, ...] = ()
    cli: Cli = field(default_factory=Cli)

    @classmethod
    def load(cls, path: Path | str, *, now: datetime | None = None) -> World:
        """Read the world at `path`, a file or a folder with `world.yml`. `now` is used where the file names none.

        WorldInvalid names every problem at once.
        """
        return cls.of(read_file(Path(path)), name=str(path), now=now)

    @classmethod
    def load_text(cls, text: str, *, now: datetime | None = None) -> World:
        """Read a world from text. It can extend nothing, and its policy stands inline."""
        return cls.of(inline(parse(text, name="text"), name="text"), name="text", now=now)

    @classmethod
    def of(cls, raw: Mapping[str, Any], *, name: str = "", now: datetime | None = None) -> World:
        """Make a world of what YAML reads, already merged; `policy` is the policy's text."""
        clock = now or datetime.now(UTC).replace(microsecond=0)
        sections = _split_tickets(raw)
        names = {key: _names(raw.get(key)) for key in ("accounts", "commits")}
        try:
            clock = moment(raw["now"], clock) if raw.get("now") is not None else clock
        except ValueError as error:
            raise WorldInvalid([f"now: {error}"], name=name) from error
        reader = Reader(now=clock, names=names)
        world: World = reader.record(cls, {**sections, "now": clock}, "")
        if problems := reader.problems or list(world.problems()):
            shown = [re.sub(r"^issues\.", "tickets.", problem) for problem in problems]
            raise WorldInvalid(shown, name=name)
        return world

    def problems(self) -> Iterator[str]:
        """What does not hold between sections."""
        yield from checks.repository_problems(
            self.repository, self.branches, self.run, self.accounts
        )
        yield from checks.history_problems(self.commits)
        yield from checks.pull_request_problems(self.pull_requests)
        yield from checks.ticket_problems(self.tickets, self.issues, self.accounts)
        yield from checks.team_problems(self.teams, self.accounts)
        yield from checks.fault_problems(self.faults)
        yield from checks.gitlab_problems(self.gitlab)
        yield from checks.pager_problems(self.incidents, self.schedules, self.pager)


def _names(section: Any) -> frozenset[str]:
    if not isinstance(section, Mapping):
        return frozenset()
    return frozenset(str(key) for key, item in section.items() if item is not None)


def _split_tickets(raw: Mapping[str, Any]) -> dict[str, Any]:
    """`tickets` holds the issues of every tracker; a `#` in the key tells GitHub's."""
    found = dict(raw)
    tickets = found.get("tickets")
    if isinstance(tickets, Mapping):
        found["issues"] = {key: item for key, item in tickets.items() if "#" in str(key)}
        found["tickets"] = {key: item for key, item in tickets.items() if "#" not in str(key)}
    return found
