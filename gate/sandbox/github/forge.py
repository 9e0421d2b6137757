"""The world as GitHub sees it: addresses, people, and the look-ups that both interfaces make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from gate.sandbox.clock import Clock
from gate.sandbox.graph import Graph
from gate.sandbox.trees import Trees
from gate.sandbox.world import World, sha
from gate.sandbox.world.forge import Account, CheckRun, Run
from gate.sandbox.world.git import Commit, number
from gate.sandbox.world.reviews import PullRequest
from gate.sandbox.world.tickets import Issue
from gate.sandbox.written import Written

WEB = "https://github.com"
GHOST = Account(github="ghost", id=10137, name="Deleted user")
ACTIONS = Account(github="github-actions[bot]", id=41898282, type="bot")
"""Who writes with any token of the client's."""
WEB_FLOW = Account(github="web-flow", id=19864447, name="GitHub", email="noreply@github.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHub:
    """Everything that a handler needs to answer."""

    world: World
    graph: Graph
    trees: Trees
    clock: Clock
    base: str
    """Where the sandbox listens, without a slash at the end."""
    written: Written = field(default_factory=Written)

    @property
    def storage(self) -> str:
        """The address of the storage for artifacts: another host, so that clients keep their token to themselves."""
        return self.base.replace("127.0.0.1", "localhost", 1) + "/storage"

    def api(self, path: str) -> str:
        """The address of a REST resource."""
        return f"{self.base}/github{path}"

    def repo_api(self, path: str = "") -> str:
        """The address of a REST resource of the repository."""
        return self.api(f"/repos/{self.world.repository.name}{path}")

    def repo_web(self, path: str = "") -> str:
        """The address of a page of the repository, for people."""
        return f"{WEB}/{self.world.repository.name}{path}"

    def account(self, name: str | None) -> Account | None:
        """The account on GitHub; None when there is none (any more)."""
        if name == ACTIONS.github:
            return ACTIONS
        found = self.world.accounts[name] if name else None
        return found if found and found.github else None

    @property
    def issues(self) -> dict[str, Issue]:
        """All issues by name, as they are now."""
        return self.written.issues

    def repositories(self) -> tuple[str, ...]:
        """Every repository of which anything is known, the world's own first."""
        own = self.world.repository
        held = (issue.repository for issue in self.issues.values())
        return tuple(dict.fromkeys((own.name, *own.others, *held)))

    def repository_named(self, name: str) -> str | None:
        """The true name of a repository; None when there is none."""
        known = (one for one in self.repositories() if one.casefold() == name.casefold())
        return next(known, None)

    def person(self, name: str) -> Account:
        """Who a git author is, whether or not that is an account."""
        return self.world.accounts[name]

    def committer(self, commit: Commit) -> Account:
        """Who committed: the forge itself for what was made in the web interface."""
        return WEB_FLOW if commit.by_forge else self.person(commit.committer)

    def is_mine(self, owner: str, name: str) -> bool:
        """Whether this is the world's repository; names ignore case."""
        return f"{owner}/{name}".casefold() == self.world.repository.name.casefold()

    def message(self, commit: Commit) -> str:
        """The commit's message with the trailers of its co-authors."""
        if not commit.co_authors:
            return commit.message
        people = [self.person(name) for name in commit.co_authors]
        trailers = [f"Co-authored-by: {shown_name(who)} <{email(who)}>" for who in people]
        return "\n".join([commit.message.rstrip("\n"), "", *trailers])

    def pull_request(self, number: int) -> PullRequest | None:
        """The pull request of this repository with that number."""
        for request in self.pull_requests():
            if request.number == number:
                return request
        return None

    def pull_requests(self) -> Iterable[PullRequest]:
        """All that live in this repository."""
        return (item for item in self.world.pull_requests.values() if not item.repository)

    def base_branch(self, request: PullRequest) -> str:
        """The branch that it goes into."""
        return request.base or self.world.repository.default_branch

    def pull_requests_of(self, commit: Commit) -> list[PullRequest]:
        """Pull requests that GitHub associates with a commit.

        On the default branch only those that brought it; elsewhere open ones as well.
        """
        everything = self.world.pull_requests.values()
        if commit.pull_requests is not None:
            return [item for item in everything if item.number in commit.pull_requests]
        merged = self.graph.contains(self.graph.default_head, commit)
        return [
            request
            for request in everything
            if _brings(request, commit.name) and (request.state == "merged" or not merged)
        ]

    def runs(self) -> dict[int, Run]:
        """The run of this world, and the earlier ones that deployments and evidence name."""
        world = self.world
        found = {world.run.id: world.run}
        deployed = {d.run: (d.commit, d.by, d.at) for d in world.deployments.values() if d.run}
        left = {e.run: e for e in world.prior_evidence.values()}
        proven = {e.run: (e.commit, None, e.at or world.run.started_at) for e in left.values()}
        for run, (commit, by, at) in {**proven, **deployed}.items():
            starter = by if by and self.account(by) else world.run.started_by
            earlier = Run(
                id=run, commit=commit, started_by=starter, started_at=at, rerun_at=at,
                workflow=world.run.workflow, event=left[run].event if run in left else "push",
            )  # fmt: skip
            found.setdefault(run, earlier)
        return found

    def check_runs(self, commit_sha: str) -> list[CheckRun]:
        """Check runs on a commit, newest first, with the one of the gate's own job."""
        found = [
            copy
            for check in self.world.checks.values()
            if sha(check.commit) == commit_sha
            for copy in _copies(check)
        ]
        run = self.world.run
        if sha(run.commit) == commit_sha and run.job:
            found.append(
                CheckRun(
                    name=run.job,
                    commit=run.commit,
                    status="in_progress",
                    conclusion=None,
                    started=run.rerun_at,
                    completed=None,
                    run=run.id,
                    id=number("job", f"{run.id}/{run.attempt}"),
                )
            )
        return sorted(found, key=check_id, reverse=True)


def _brings(request: PullRequest, commit: str) -> bool:
    merge = request.merged
    return commit in request.commits or (
        merge is not None and commit in (merge.commit, *merge.commits)
    )


def _copies(check: CheckRun) -> list[CheckRun]:
    if check.repeat == 1:
        return [check]
    return [
        replace(check, name=f"{check.name} {index}", id=check_id(check) + index, repeat=1)
        for index in range(1, check.repeat + 1)
    ]


def check_id(check: CheckRun) -> int:
    """The number of a check run."""
    return check.id or number("check", f"{check.app}/{check.name}/{check.commit}")


def account_id(account: Account) -> int:
    """The stable number of an account."""
    return account.id or number("account", account.github.casefold())


def shown_name(account: Account) -> str:
    """The name that git holds."""
    return account.name or account.github


def email(account: Account) -> str:
    """The address that git holds."""
    return account.email or f"{account_id(account)}+{account.github}@users.noreply.github.com"


def quoted(text: str) -> str:
    """Text as one segment of a path."""
    return quote(text, safe="")
