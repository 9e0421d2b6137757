"""Commits and files."""

from __future__ import annotations

from typing import Any

from gate.sandbox.differences import blob_sha
from gate.sandbox.github.forge import GitHub
from gate.sandbox.github_graphql.actors import git_actor
from gate.sandbox.github_graphql.checks import check_suites, rollup, status
from gate.sandbox.github_graphql.nodes import Arguments, Node, connection, needs
from gate.sandbox.github_graphql.schema import Schema
from gate.sandbox.world.git import Commit


def commit_node(schema: Schema, commit: Commit) -> Node:
    """A Commit."""
    github = schema.github
    people = [commit.author, *commit.co_authors]
    authors = [git_actor(github.person(name), commit.at) for name in dict.fromkeys(people)]
    parents = [github.world.commits[name] for name in commit.parents]
    message = github.message(commit)

    def pulls(arguments: Arguments) -> Node:
        return connection(
            "PullRequestConnection",
            github.pull_requests_of(commit),
            schema.pull_request,
            arguments,
        )

    return Node(
        "Commit",
        {
            **_object(github, commit.sha),
            "message!": message,
            "messageHeadline!": commit.headline,
            "messageBody!": message.partition("\n")[2].strip("\n"),
            "url!": github.repo_web(f"/commit/{commit.sha}"),
            "authoredDate!": commit.at,
            "committedDate!": commit.at,
            "pushedDate": None,
            "committedViaWeb!": commit.by_forge,
            "author": git_actor(github.person(commit.author), commit.at),
            "committer": git_actor(github.committer(commit), commit.at),
            "authors!": lambda arguments: connection(
                "GitActorConnection", authors, lambda item: item, arguments
            ),
            "parents!": lambda arguments: connection(
                "CommitConnection", parents, schema.commit, arguments
            ),
            "signature": _signature(github, commit),
            "associatedPullRequests": needs(github, "pull-requests", pulls),
            "checkSuites": needs(
                github, "checks", lambda arguments: check_suites(github, commit, arguments)
            ),
            "statusCheckRollup": needs(
                github,
                "checks",
                needs(github, "statuses", lambda _: rollup(github, commit)),
            ),
            "status": needs(github, "statuses", lambda _: status(github, commit)),
        },
    )


def blob_node(github: GitHub, text: str) -> Node:
    """A Blob with this text."""
    return Node(
        "Blob",
        {
            **_object(github, blob_sha(text)),
            "byteSize!": len(text.encode()),
            "isBinary": False,
            "isTruncated!": False,
            "text": text,
        },
    )


def _object(github: GitHub, sha: str) -> dict[str, Any]:
    return {
        "id!": f"GO_{sha}",
        "oid!": sha,
        "abbreviatedOid!": sha[:7],
        "commitUrl!": github.repo_web(f"/commit/{sha}"),
    }


def _signature(github: GitHub, commit: Commit) -> Node | None:
    if not (commit.verified or commit.by_forge):
        return None
    return Node(
        "GpgSignature",
        {
            "isValid!": True,
            "state!": "VALID",
            "wasSignedByGitHub!": commit.by_forge,
            "email!": "noreply@github.com" if commit.by_forge else "",
            "keyId": "B5690EEEBB952194",
        },
    )
