"""The world as GitLab sees it: addresses, people, and the look-ups that several routes make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

from gate.sandbox.clock import Clock
from gate.sandbox.github.forge import GitHub, shown_name
from gate.sandbox.gitlab_rest.errors import not_found
from gate.sandbox.graph import Graph
from gate.sandbox.trees import Trees
from gate.sandbox.world import World
from gate.sandbox.world.forge import Account, Run
from gate.sandbox.world.git import Commit, digest, number
from gate.sandbox.world.gitlab import GitLabSite
from gate.sandbox.world.reviews import PullRequest
from gate.sandbox.world.tickets import Issue
from gate.sandbox.written import Written

PREFIX = "/gitlab"
API = "/api/v4"
GHOST = Account(gitlab="ghost", id=10137, name="Ghost User")
"""Stands for everybody whose account was deleted."""
WRITER = "write"
"""Whose token writes, under that name among the world's accounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitLab:
    """Everything that a handler needs to answer."""

    world: World
    graph: Graph
    trees: Trees
    clock: Clock
    base: str
    """Where the sandbox listens, without a slash at the end."""
    written: Written = field(default_factory=Written)

    @property
    def issues(self) -> dict[str, Issue]:
        """All issues by name, as they are now."""
        return self.written.issues

    @property
    def site(self) -> GitLabSite:
        """What the world says of its GitLab."""
        return self.world.gitlab

    @property
    def server(self) -> str:
        """The address that the runner calls CI_SERVER_URL."""
        return f"{self.base}{PREFIX}"

    @property
    def host(self) -> str:
        """The server's name, as it stands in addresses of mail."""
        return urlsplit(self.base).hostname or ""

    @property
    def made(self) -> datetime:
        """When the project, its settings and its accounts were made."""
        return self.world.now - timedelta(days=900)

    def api(self, path: str) -> str:
        """The address of a REST resource."""
        return f"{self.server}{API}{path}"

    def web(self, path: str = "", project: str = "") -> str:
        """The address of a page of a project, for people."""
        return f"{self.server}/{project or self.world.repository.name}{path}"

    def is_mine(self, project: str) -> bool:
        """Whether this is the number or the path of the world's repository; paths ignore case."""
        known = self.world.repository
        return project == str(known.id) or project.casefold() == known.name.casefold()

    def project_id(self, path: str) -> int:
        """The number of a project."""
        known = self.world.repository
        return known.id if self.is_mine(path) else number("project", path.casefold())

    def account(self, name: str | None) -> Account | None:
        """The account on GitLab; None when there is none (any more)."""
        if name == WRITER:
            made = token_owner(self.world.repository.id, WRITER)
            return Account(gitlab=made, name="change-gate", type="bot")
        found = self.world.accounts[name] if name else None
        return found if found and self.username(found) else None

    def username(self, account: Account) -> str:
        """The name of an account; a machine has the one that GitLab gives to the owner of a project's token."""
        if account.gitlab or account.type == "user":
            return account.gitlab or account.github
        return token_owner(self.world.repository.id, account.github) if account.github else ""

    def user_id(self, account: Account) -> int:
        """The stable number of an account."""
        return account.id or number("account", self.username(account).casefold())

    def person(self, name: str) -> Account:
        """Who a git author is, whether or not that is an account."""
        return self.world.accounts[name]

    def email(self, account: Account) -> str:
        """The address that git holds."""
        made = f"{self.user_id(account)}-{self.username(account)}@users.noreply.{self.host}"
        return account.email or made

    def committer(self, commit: Commit) -> Account:
        """Who committed: the server itself for what was made in the web interface and signed there."""
        own = Account(name="GitLab", email=f"noreply@{self.host}")
        return own if commit.by_forge else self.person(commit.committer)

    def message(self, commit: Commit) -> str:
        """The commit's message with the trailers of its co-authors."""
        people = [self.person(name) for name in commit.co_authors]
        trailers = [f"Co-authored-by: {shown_name(who)} <{self.email(who)}>" for who in people]
        return "\n".join([commit.message.rstrip("\n"), "", *trailers]) if people else commit.message

    def commit(self, name: str) -> Commit | None:
        """The commit of a SHA that the repository holds; None for one that is gone."""
        return self.world.commits.get(name) or self.graph.resolve(name)

    def merge_requests(self) -> Iterator[PullRequest]:
        """All of this project, the newest first."""
        mine = [item for item in self.world.pull_requests.values() if not item.repository]
        yield from sorted(mine, key=lambda item: (item.created, item.number), reverse=True)

    def merge_request(self, iid: str) -> PullRequest:
        """The one with that number; Refused when there is none."""
        for request in self.merge_requests():
            if str(request.number) == iid:
                return request
        raise not_found()

    def target_branch(self, request: PullRequest) -> str:
        """The branch that it goes into."""
        return request.base or self.world.repository.default_branch

    def runs(self) -> dict[int, Run]:
        """Every run that the world names. What GitHub calls a run is a pipeline here."""
        return self.neutral.runs()

    @property
    def neutral(self) -> GitHub:
        """What both forges hold alike is looked up there."""
        return GitHub(
            world=self.world, graph=self.graph, trees=self.trees, clock=self.clock, base=self.base
        )


def token_owner(project_id: int, machine: str) -> str:
    """The name of the account that GitLab makes for a project's token; `machine` is who it is on other forges."""
    return f"project_{project_id}_bot_{digest('token', machine)[:32]}"


def moment(at: datetime | None) -> str | None:
    """A time as GitLab's database has it: `2026-11-25T15:00:00.000Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z") if at else None


def git_moment(at: datetime) -> str:
    """A time as git has it: `2026-11-25T15:00:00.000+00:00`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+00:00")


def quoted(text: str) -> str:
    """Text as one segment of a path."""
    return quote(text, safe="")
