"""Tickets that pull requests named before this change."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from gate.adapters.forges.github.client import Client
from gate.adapters.forges.github.pulls import follow, issues
from gate.adapters.forges.naming import use_of
from gate.adapters.part import Part
from gate.adapters.side_by_side import side_by_side
from gate.domain.facts import Change, EarlierUses, MergeRequest
from gate.domain.identity import Identity
from gate.domain.policy.workflow import TrackerName

_NOT_ASKED = Identity(system="github", login="")


def read(client: Client, merged: Part, change: Change, keys: Sequence[str]) -> EarlierUses:
    """Pull requests outside the change, merged before its newest, that name one of `keys`.

    `merged` is the answer with the newest merged pull requests of the branch.
    """
    page = merged.member("merged")
    nodes = page.items("nodes")
    own = {request.number for request in change.merge_requests}
    newest = max(
        (request.merged_at for request in change.merge_requests if request.merged_at), default=None
    )
    others = [
        node
        for node in nodes
        if node.number("number") not in own
        and (newest is None or node.moment("mergedAt") <= newest)
    ]
    requests = side_by_side([partial(_request, client, node) for node in others])
    found = [use_of(request, keys, client.repository, TrackerName.GITHUB) for request in requests]
    more = page.member("pageInfo").flag("hasNextPage")
    return EarlierUses(
        uses=tuple(use for use in found if use),
        # They come by their last update, which is never before their merge: from here on none was left out.
        since=nodes[-1].moment("updatedAt") if nodes and more else None,
    )


def _request(client: Client, node: Part) -> MergeRequest:
    """Only what is needed to tell which tickets it names."""
    number, merge_commit = node.number("number"), node.maybe("mergeCommit")
    return MergeRequest(
        number=number,
        reference=f"#{number}",
        url=node.name("url"),
        title=node.text("title"),
        body=node.text("body"),
        branch=node.name("headRefName"),
        author=_NOT_ASKED,
        merged_by=None,
        merged_at=node.moment("mergedAt"),
        merge_commit=merge_commit.sha("oid") if merge_commit else "",
        head="",
        linked_issues=tuple(issues(follow(client, number, node, "closingIssuesReferences"))),
    )
