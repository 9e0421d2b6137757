"""What happened to a pull request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gate.sandbox.github_graphql.actors import actor
from gate.sandbox.github_graphql.nodes import Node
from gate.sandbox.github_graphql.reviews import review_node
from gate.sandbox.github_graphql.schema import Schema
from gate.sandbox.world.git import number, sha
from gate.sandbox.world.reviews import PullRequest


def events_of(schema: Schema, request: PullRequest) -> list[tuple[datetime, Node]]:
    """Force-pushes, dismissals, the merge queue and the merge, each with its time."""
    github, events = schema.github, list[tuple[datetime, Node]]()

    def add(kind: str, at: datetime, by: str, key: str, fields: dict[str, Any]) -> None:
        id_ = f"EV_{number('event', f'{request.number}/{kind}/{key}')}"
        shared = {"id!": id_, "createdAt!": at, "actor": actor(github, by)}
        events.append((at, Node(kind, {**shared, **fields})))

    for push in request.force_pushes:
        before, after = sha(push.before), sha(push.after)
        commits = {
            "beforeCommit": schema.known_commit(before),
            "afterCommit": schema.known_commit(after),
        }
        add("HeadRefForcePushedEvent", push.at, push.by, f"{before}/{after}", commits)
    for review in request.reviews.values():
        if gone := review.dismissed:
            fields = {
                "review": review_node(schema, request, review),
                "previousReviewState!": "APPROVED",
                "dismissalMessage": None,
            }
            add("ReviewDismissedEvent", gone.at, gone.by, review.name, fields)
    if queued := request.merge_queue:
        add("AddedToMergeQueueEvent", queued.at, queued.by, "queue", {})
    if merge := request.merged:
        fields = {
            "commit": schema.known_commit(sha(merge.commit)),
            "mergeRefName!": github.base_branch(request),
        }
        add("MergedEvent", merge.at, merge.by, "merge", fields)
    return events
