"""Tickets that pull requests named before this change."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from gate.adapters.forges.github.client import Client
from gate.adapters.forges.github.pulls import follow, issues
from gate.adapters.part import Part
from gate.adapters.side_by_side import side_by_side
from gate.domain.facts import Change, EarlierUse, EarlierUses, MergeRequest
from gate.domain.identity import Identity
from gate.domain.policy.workflow import TicketRules, TrackerName
from gate.domain.ticket_keys import keys_of

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
    more = page.member("pageInfo").flag("hasNextPage")
    return EarlierUses(
        uses=tuple(use for request in requests if (use := _use(request, keys, client.repository))),
        # They come by their last update, which is never before their merge: from here on none was left out.
        since=nodes[-1].moment("updatedAt") if nodes and more else None,
    )


def _use(request: MergeRequest, keys: Sequence[str], repository: str) -> EarlierUse | None:
    named = [
        key for rules in _rules(keys) for key in keys_of(request, rules, repository) if key in keys
    ]
    if not named or request.merged_at is None:
        return None
    return EarlierUse(
        reference=request.reference,
        keys=tuple(dict.fromkeys(named)),
        merged_at=request.merged_at,
        merge_commit=request.merge_commit,
        url=request.url,
    )


def _rules(keys: Sequence[str]) -> list[TicketRules]:
    """Rules under which these very keys are tickets: one tracker each, and their projects."""
    marks = {TrackerName.GITHUB: "#", TrackerName.JIRA: "-"}
    projects: dict[TrackerName, list[str]] = {}
    for key in keys:
        tracker = TrackerName.GITHUB if "#" in key else TrackerName.JIRA
        projects.setdefault(tracker, []).append(key.rpartition(marks[tracker])[0])
    return [
        TicketRules(tracker=tracker, projects=tuple(dict.fromkeys(named)), approved_statuses=())
        for tracker, named in projects.items()
    ]


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
