"""Issues as both interfaces look them up."""

from __future__ import annotations

from datetime import datetime

from gate.sandbox.clock import iso
from gate.sandbox.github.forge import GitHub
from gate.sandbox.world.git import number
from gate.sandbox.world.reviews import PullRequest
from gate.sandbox.world.tickets import Issue, IssueEvent


def find_issue(github: GitHub, repository: str, shown: str) -> Issue | PullRequest | None:
    """The issue or pull request with that number; both are counted together."""
    wanted = f"{repository}#{shown}".casefold()
    for name, issue in github.issues.items():
        if name.casefold() == wanted:
            return issue
    for request in github.world.pull_requests.values():
        home = request.repository or github.world.repository.name
        if f"{home}#{request.number}".casefold() == wanted:
            return request
    return None


def issue_id(issue: Issue) -> int:
    """Its number across all repositories."""
    return issue.id or number("issue", issue.name)


def event_id(issue: Issue, event: IssueEvent) -> int:
    """The number of an entry of its timeline."""
    return number("event", f"{issue.name}/{event.event}/{event.label}/{iso(event.at)}")


def updated_at(issue: Issue) -> datetime:
    """When anything last happened to it."""
    return max([issue.created, *(event.at for event in issue.history)])
