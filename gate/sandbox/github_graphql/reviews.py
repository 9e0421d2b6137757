"""Reviews of a pull request, and what GitHub makes of them."""

from __future__ import annotations

from datetime import timedelta

from gate.sandbox.github_graphql.actors import actor
from gate.sandbox.github_graphql.nodes import Node, connection, needs
from gate.sandbox.github_graphql.schema import Schema
from gate.sandbox.world.git import number, sha
from gate.sandbox.world.reviews import PullRequest, Review


def review_node(schema: Schema, request: PullRequest, review: Review) -> Node:
    """A PullRequestReview."""
    github = schema.github
    id_ = review.id or number("review", f"{request.number}/{review.name}")
    html = github.repo_web(f"/pull/{request.number}#pullrequestreview-{id_}")
    pending = review.state == "pending"
    return Node(
        "PullRequestReview",
        {
            "id!": f"PRR_{id_}",
            "databaseId": id_,
            "fullDatabaseId": str(id_),
            "url!": html,
            "state!": review.state.upper(),
            "body!": review.body,
            "bodyText!": review.body,
            "createdAt!": review.at,
            "updatedAt!": review.at,
            "submittedAt": None if pending else review.at,
            "lastEditedAt": review.at + timedelta(minutes=1) if review.edited else None,
            "includesCreatedEdit!": False,
            "author": actor(github, review.by),
            "authorAssociation!": "MEMBER" if review.may_write else "CONTRIBUTOR",
            "authorCanPushToRepository!": review.may_write,
            "commit": needs(github, "contents", lambda _: schema.known_commit(sha(review.commit))),
            "onBehalfOf!": lambda arguments: connection(
                "TeamConnection", (), lambda _: None, arguments
            ),
        },
    )


def review_decision(schema: Schema, request: PullRequest) -> str | None:
    """What GitHub makes of the reviews where it demands any: the last opinion of each person who may write."""
    known = schema.github.world.repository
    if not (known.protected and known.required_approvals):
        return None
    last = {
        review.by: review.state
        for review in sorted(request.reviews.values(), key=lambda review: review.at)
        if review.state in ("approved", "changes_requested", "dismissed") and review.may_write
    }
    if "changes_requested" in last.values():
        return "CHANGES_REQUESTED"
    enough = list(last.values()).count("approved") >= known.required_approvals
    return "APPROVED" if enough else "REVIEW_REQUIRED"
