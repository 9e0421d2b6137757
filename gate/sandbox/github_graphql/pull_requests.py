"""Pull requests with their reviews, commits, files and history."""

from __future__ import annotations

from typing import Any

from gate.sandbox.differences import FileDiff
from gate.sandbox.github.forge import WEB
from gate.sandbox.github.pulls import files_of, updated_at
from gate.sandbox.github_graphql.actors import actor
from gate.sandbox.github_graphql.comments import comments_of
from gate.sandbox.github_graphql.events import events_of
from gate.sandbox.github_graphql.nodes import Arguments, Node, connection, needs
from gate.sandbox.github_graphql.reviews import review_decision, review_node
from gate.sandbox.github_graphql.schema import Schema
from gate.sandbox.github_graphql.timelines import timeline
from gate.sandbox.world.git import number, sha
from gate.sandbox.world.reviews import PullRequest
from gate.sandbox.world.tickets import Issue

_STATUSES = {"added": "ADDED", "removed": "DELETED", "modified": "MODIFIED", "renamed": "RENAMED"}


def pull_request_node(schema: Schema, request: PullRequest) -> Node:
    """A PullRequest."""
    github = schema.github
    home = request.repository or github.world.repository.name
    id_ = number("pull", f"{home}#{request.number}")
    merge, updated = request.merged, updated_at(request)
    closed = updated if request.state != "open" else None
    return Node(
        "PullRequest",
        {
            "id!": f"PR_{id_}",
            "databaseId": id_,
            "fullDatabaseId": str(id_),
            "number!": request.number,
            "title!": request.title,
            "body!": request.body,
            "bodyText!": request.body,
            "url!": f"{WEB}/{home}/pull/{request.number}",
            "state!": request.state.upper(),
            "isDraft!": False,
            "createdAt!": request.created,
            "updatedAt!": updated,
            "closed!": closed is not None,
            "closedAt": closed,
            "merged!": merge is not None,
            "mergedAt": merge.at if merge else None,
            "mergedBy": actor(github, merge.by) if merge else None,
            "mergeCommit": needs(
                github,
                "contents",
                lambda _: schema.known_commit(sha(merge.commit)) if merge else None,
            ),
            "isCrossRepository!": request.fork,
            "baseRefName!": github.base_branch(request),
            "headRefName!": request.branch,
            "headRefOid!": sha(request.head_commit),
            "author": actor(github, request.author),
            "authorAssociation!": "CONTRIBUTOR",
            "reviewDecision": review_decision(schema, request),
            "repository!": lambda _: schema.repository(home),
            **_lists(schema, request),
        },
    )


def _lists(schema: Schema, request: PullRequest) -> dict[str, Any]:
    github = schema.github
    reviews = sorted(request.reviews.values(), key=lambda review: review.at)

    def chosen(arguments: Arguments) -> Node:
        states = arguments.get("states") or ()
        kept = [review for review in reviews if not states or review.state.upper() in states]
        return connection(
            "PullRequestReviewConnection",
            kept,
            lambda review: review_node(schema, request, review),
            arguments,
            also=["states"],
        )

    def commits(arguments: Arguments) -> Node:
        return connection(
            "PullRequestCommitConnection",
            [github.world.commits[name] for name in request.commits],
            lambda commit: Node(
                "PullRequestCommit",
                {"id!": f"PRC_{commit.sha}", "commit!": schema.commit(commit)},
            ),
            arguments,
        )

    home = request.repository or github.world.repository.name

    def issues(arguments: Arguments) -> Node:
        found = [
            github.world.issues[name] for name in request.closes if name in github.world.issues
        ]
        return connection("IssueConnection", found, schema.issue, arguments)

    return {
        "reviews": chosen,
        "commits!": commits,
        "files": lambda arguments: connection(
            "PullRequestChangedFileConnection", files_of(github, request), _file, arguments
        ),
        "labels": lambda arguments: connection(
            "LabelConnection", request.labels, label_node, arguments
        ),
        "closingIssuesReferences": needs(github, "issues", issues),
        "comments!": lambda arguments: comments_of(
            github, f"{home}#{request.number}", f"{WEB}/{home}/pull/{request.number}", arguments
        ),
        "timelineItems!": lambda arguments: timeline(
            "PullRequestTimelineItemsConnection", events_of(schema, request), arguments
        ),
    }


def label_node(name: str) -> Node:
    """A Label."""
    return Node("Label", {"id!": f"LA_{number('label', name)}", "name!": name})


def _file(diff: FileDiff) -> Node:
    return Node(
        "PullRequestChangedFile",
        {
            "path!": diff.path,
            "additions!": diff.added,
            "deletions!": diff.removed,
            "changeType!": _STATUSES[diff.status],
        },
    )


def issue_or_pull_request(schema: Schema, found: Issue | PullRequest) -> Node:
    """An IssueOrPullRequest."""
    return schema.issue(found) if isinstance(found, Issue) else schema.pull_request(found)
