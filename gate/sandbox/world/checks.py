"""What must hold between the sections of a world, once each of them can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from gate.sandbox.world.faults import Fault
from gate.sandbox.world.forge import Account, Repository, Run
from gate.sandbox.world.git import Commit
from gate.sandbox.world.gitlab import GitLabSite
from gate.sandbox.world.pagers import PagedIncident, PagerSchedule, PagerSite
from gate.sandbox.world.reviews import PullRequest
from gate.sandbox.world.tickets import Issue, JiraIssue

_JIRA_KEY = re.compile(r"[A-Z][A-Z0-9]+-[1-9][0-9]*")
_ISSUE = re.compile(r"[\w.-]+/[\w.-]+#[1-9][0-9]*")
_TEAM = re.compile(r"[\w.-]+/[\w.-]+")
_VERSION = re.compile(r"[1-9][0-9]*\.[0-9]+(\.[0-9]+)?")


def repository_problems(
    repository: Repository, branches: Mapping[str, str], run: Run, accounts: Mapping[str, Account]
) -> Iterator[str]:
    """The default branch exists, and somebody with an account started the run."""
    if repository.default_branch not in branches:
        yield f"branches: the default branch {repository.default_branch!r} is missing"
    if not accounts[run.started_by].github:
        yield f"run.started_by: {run.started_by} has no `github` account, so no run can be theirs"


def history_problems(commits: Mapping[str, Commit]) -> Iterator[str]:
    """No commit is its own ancestor."""
    done: set[str] = set()
    for start in commits:
        path: list[str] = []
        todo = [start]
        while todo:
            name = todo.pop()
            if name == "":
                done.add(path.pop())
            elif name in path:
                yield f"commits.{name}.parents: the commit is its own ancestor"
                return
            elif name not in done:
                path.append(name)
                todo += ["", *commits[name].parents]


def pull_request_problems(requests: Mapping[str, PullRequest]) -> Iterator[str]:
    """A merged pull request says how it was merged; each has a commit."""
    for key, request in requests.items():
        if (request.state == "merged") != (request.merged is not None):
            yield f"pull_requests.{key}.merged: goes together with `state: merged`, and only with it"
        if not request.commits:
            yield f"pull_requests.{key}.commits: must name at least one commit"


def ticket_problems(
    tickets: Mapping[str, JiraIssue], issues: Mapping[str, Issue], accounts: Mapping[str, Account]
) -> Iterator[str]:
    """Keys look like keys, and whoever acts in Jira has an account there."""
    for key, ticket in tickets.items():
        for shown in dict.fromkeys((key, ticket.answered)):
            if not _JIRA_KEY.fullmatch(shown):
                yield f"tickets.{key}: {shown!r} is neither a Jira key (CHG-7) nor an issue (acme/app#3)"
        if ticket.adf is not None and ticket.description:
            yield f"tickets.{key}.adf: stands instead of `description`, not beside it"
        people = [
            ticket.reporter,
            ticket.creator,
            ticket.assignee,
            *(change.by for change in ticket.history),
            *(name for comment in ticket.comments for name in (comment.by, comment.edited_by)),
        ]
        for name in dict.fromkeys(filter(None, people)):
            if not accounts[name].jira:
                yield f"tickets.{key}: {name} acts in Jira and has no `jira` account"
    for key in issues:
        if not _ISSUE.fullmatch(key):
            yield f"tickets.{key}: must be owner/name#number"


def team_problems(
    teams: Mapping[str, Sequence[str]], accounts: Mapping[str, Account]
) -> Iterator[str]:
    """Teams are named with their organisation, and their members have accounts."""
    for team, members in teams.items():
        if not _TEAM.fullmatch(team):
            yield f"teams.{team}: must be organisation/team"
        for name in members:
            if not accounts[name].github:
                yield f"teams.{team}: {name} has no `github` account"


def fault_problems(faults: Sequence[Fault]) -> Iterator[str]:
    """A fault does something."""
    for index, fault in enumerate(faults, start=1):
        effects = (fault.status, fault.delay, fault.truncate, fault.wrong, fault.merge)
        if not fault.reset and all(effect is None for effect in effects):
            yield f"faults.{index}: does nothing; give it status, reset, delay, truncate, wrong or merge"


def gitlab_problems(site: GitLabSite) -> Iterator[str]:
    """The tier goes with the edition, and the version can be compared."""
    if site.edition == "ce" and site.is_paid:
        yield f"gitlab.edition: the Community Edition is always Free, not {site.tier}"
    if not _VERSION.fullmatch(site.version):
        yield f"gitlab.version: must be like 18.5, not {site.version!r}"


def pager_problems(
    incidents: Mapping[str, PagedIncident],
    schedules: Mapping[str, PagerSchedule],
    site: PagerSite,
) -> Iterator[str]:
    """The log of an incident begins with it and goes on in order; shifts begin before they end."""
    for key, incident in incidents.items():
        times = [incident.raised_at, *(entry.at for entry in incident.history)]
        if times != sorted(times):
            yield f"incidents.{key}.history: must go on in order from the time when it was raised"
    for key, schedule in schedules.items():
        for index, shift in enumerate(schedule.shifts, start=1):
            if shift.from_ and shift.to and shift.to <= shift.from_:
                yield f"schedules.{key}.shifts.{index}: ends before it begins"
    if site.page < 1:
        yield f"pager.page: must be at least 1, not {site.page}"
