"""The types that refer to one another, tied together: a commit knows its pull requests, which know their commits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gate.sandbox.github.forge import GitHub
from gate.sandbox.github_graphql.nodes import Node
from gate.sandbox.world.git import Commit
from gate.sandbox.world.reviews import PullRequest
from gate.sandbox.world.tickets import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """Makes nodes. Their fields are made only when they are asked for, so the circle never closes."""

    github: GitHub
    make_commit: Callable[[Schema, Commit], Node]
    make_pull_request: Callable[[Schema, PullRequest], Node]
    make_issue: Callable[[Schema, Issue], Node]
    make_repository: Callable[[Schema, str], Node]

    def commit(self, commit: Commit) -> Node:
        """A Commit."""
        return self.make_commit(self, commit)

    def known_commit(self, sha: str) -> Node | None:
        """The Commit with that SHA, if the repository holds it."""
        commit = self.github.graph.resolve(sha)
        return self.commit(commit) if commit else None

    def pull_request(self, request: PullRequest) -> Node:
        """A PullRequest."""
        return self.make_pull_request(self, request)

    def issue(self, issue: Issue) -> Node:
        """An Issue."""
        return self.make_issue(self, issue)

    def repository(self, name: str) -> Node:
        """A Repository, by `owner/name`."""
        return self.make_repository(self, name)
