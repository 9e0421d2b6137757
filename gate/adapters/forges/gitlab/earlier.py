"""Tickets that merge requests named before this change."""

from __future__ import annotations

from collections.abc import Sequence

from gate.adapters.forges.gitlab.commits import Merged
from gate.adapters.forges.gitlab.merged import merge_commit
from gate.adapters.part import Part
from gate.domain.facts import Change, EarlierUse, EarlierUses, MergeRequest
from gate.domain.identity import Identity
from gate.domain.policy.workflow import TicketRules, TrackerName
from gate.domain.ticket_keys import keys_of

_NOT_ASKED = Identity(system="gitlab", login="")


def read(known: Merged, change: Change, keys: Sequence[str], repository: str) -> EarlierUses:
    """Merge requests outside the change, merged before its newest, that name one of `keys`."""
    own = {request.number for request in change.merge_requests}
    newest = max(
        (request.merged_at for request in change.merge_requests if request.merged_at), default=None
    )
    requests = [
        _request(one)
        for one in known.found
        if one.number("iid") not in own and (newest is None or one.moment("merged_at") <= newest)
    ]
    last = known.found[-1] if known.found else None
    return EarlierUses(
        uses=tuple(use for request in requests if (use := _use(request, keys, repository))),
        # They come by their last update, which is never before their merge: from here on none was left out.
        since=None if known.whole or last is None else last.moment("updated_at"),
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
    marks = {TrackerName.GITLAB: "#", TrackerName.JIRA: "-"}
    projects: dict[TrackerName, list[str]] = {}
    for key in keys:
        tracker = TrackerName.GITLAB if "#" in key else TrackerName.JIRA
        projects.setdefault(tracker, []).append(key.rpartition(marks[tracker])[0])
    return [
        TicketRules(tracker=tracker, projects=tuple(dict.fromkeys(named)), approved_statuses=())
        for tracker, named in projects.items()
    ]


def _request(found: Part) -> MergeRequest:
    """Only what is needed to tell which tickets it names."""
    number = found.number("iid")
    return MergeRequest(
        number=number,
        reference=f"!{number}",
        url=found.name("web_url"),
        title=found.text("title"),
        body=found.text_or_null("description"),
        branch=found.name("source_branch"),
        author=_NOT_ASKED,
        merged_by=None,
        merged_at=found.moment("merged_at"),
        merge_commit=merge_commit(found),
        head="",
    )
