"""Issues of a repository as a list, and the comments on issues and pull requests."""

from __future__ import annotations

from gate.sandbox.github.forge import ACTIONS, GitHub
from gate.sandbox.github_graphql.actors import actor
from gate.sandbox.github_graphql.nodes import Arguments, Node, connection
from gate.sandbox.github_graphql.schema import Schema
from gate.sandbox.written import Comment, is_of


def issues_of(schema: Schema, repository: str, arguments: Arguments) -> Node:
    """An IssueConnection, by creation. Of several labels one is enough, and case does not count."""
    wanted = {str(label).casefold() for label in arguments.get("labels") or ()}
    states = arguments.get("states") or ()
    found = [
        issue
        for issue in schema.github.issues.values()
        if is_of(issue, repository)
        and (not wanted or wanted & {label.casefold() for label in issue.labels})
        and (not states or issue.state.upper() in states)
    ]
    order = arguments.get("orderBy") or {"direction": "ASC"}
    found.sort(key=lambda issue: issue.number, reverse=order["direction"] == "DESC")
    also = ["labels", "states", "orderBy"]
    return connection("IssueConnection", found, schema.issue, arguments, also=also)


def comments_of(github: GitHub, place: str, url: str, arguments: Arguments) -> Node:
    """An IssueCommentConnection, oldest first. `url` is the page of what is commented on."""
    found = github.written.comments(place)
    return connection(
        "IssueCommentConnection", found, lambda one: _comment(github, one, url), arguments
    )


def _comment(github: GitHub, found: Comment, url: str) -> Node:
    edited = found.edited_at
    return Node(
        "IssueComment",
        {
            "id!": f"IC_{found.id}",
            # A number that does not fit into an Int is not told as one.
            "databaseId": None,
            "fullDatabaseId": str(found.id),
            "body!": found.body,
            "createdAt!": found.at,
            "updatedAt!": edited or found.at,
            "lastEditedAt": edited,
            "editor": actor(github, found.edited_by) if edited else None,
            "author": actor(github, found.by),
            "url!": f"{url}#issuecomment-{found.id}",
            "viewerDidAuthor!": found.by == ACTIONS.github,
        },
    )
