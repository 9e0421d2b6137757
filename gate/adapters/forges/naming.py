"""Which of some tickets a merge request named, on any forge."""

from __future__ import annotations

from collections.abc import Sequence

from gate.domain.facts import EarlierUse, MergeRequest
from gate.domain.policy.workflow import TicketRules, TrackerName
from gate.domain.ticket_keys import keys_of


def use_of(
    request: MergeRequest, keys: Sequence[str], repository: str, issues: TrackerName
) -> EarlierUse | None:
    """How a merged merge request names any of `keys`; None when it names none.

    `issues` is the tracker whose issues are called `owner/name#12`.
    """
    named = [
        key
        for rules in _rules(keys, issues)
        for key in keys_of(request, rules, repository)
        if key in keys
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


def _rules(keys: Sequence[str], issues: TrackerName) -> list[TicketRules]:
    """Rules under which these very keys are tickets: one tracker each, and their projects."""
    projects: dict[TrackerName, list[str]] = {}
    for key in keys:
        tracker, mark = (issues, "#") if "#" in key else (TrackerName.JIRA, "-")
        projects.setdefault(tracker, []).append(key.rpartition(mark)[0])
    return [
        TicketRules(tracker=tracker, projects=tuple(dict.fromkeys(named)), approved_statuses=())
        for tracker, named in projects.items()
    ]
