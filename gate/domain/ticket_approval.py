"""Which tickets are approved: by their history, never by their status alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from gate.domain.derived import JudgedTickets, ScopedChange
from gate.domain.facts import Clock, MergeRequest, Run, Tickets
from gate.domain.lookup import Facts, depends, lookup
from gate.domain.missing import Missing
from gate.domain.phrases import listed
from gate.domain.policy.document import Policy
from gate.domain.policy.workflow import TicketRules
from gate.domain.ticket_judge import COUNTS, WHY_NOT, Bench
from gate.domain.ticket_keys import keys_of

__all__ = ["COUNTS", "WHY_NOT", "judged_tickets"]


def judged_tickets(facts: Facts, policy: Policy) -> JudgedTickets | Missing:
    """Judge every ticket that a merge request in scope names, or that was given for this run.

    A merge request that names none stands under the tickets given for the run.
    """
    change, tickets = lookup(facts, ScopedChange), lookup(facts, Tickets)
    run, clock = lookup(facts, Run), lookup(facts, Clock)
    if isinstance(change, Missing):
        return depends(change, "which tickets the change names")
    if isinstance(run, Missing):
        return depends(run, "which tickets the change names")
    if isinstance(tickets, Missing):
        return depends(tickets, "whether the tickets of the change are approved")
    if isinstance(clock, Missing):
        return depends(clock, "whether the tickets were approved before now")
    rules, requests = policy.workflow.ticket, change.merge_requests
    by_request = {
        request.number: keys_of(request, rules, run.repository) or tickets.named_for_run
        for request in requests
    }
    named = dict.fromkeys([*tickets.named_for_run, *_all(by_request)])
    found = {key: ticket for key in named if (ticket := tickets.find(key)) is not None}
    if absent := [key for key in named if key not in found]:
        return _never_asked(absent, rules)
    bench = Bench.of(policy, clock.now)
    judged = (bench.judge(found[key], _merges(key, requests, by_request)) for key in named)
    return JudgedTickets(
        tickets=tuple(judged), by_request=by_request, plan_field=rules.fields.rollback_plan
    )


def _all(by_request: Mapping[int, tuple[str, ...]]) -> list[str]:
    return [key for keys in by_request.values() for key in keys]


def _never_asked(keys: Sequence[str], rules: TicketRules) -> Missing:
    return Missing(
        source=f"{rules.tracker.value}: {listed(keys)}",
        reason_code="not-gathered",
        detail=f"the change names {listed(keys)}, but the tracker was not asked about it",
        remedy="Whoever deploys starts the check again; if this comes back, the gate has a fault.",
    )


def _merges(
    key: str, requests: Sequence[MergeRequest], by_request: Mapping[int, tuple[str, ...]]
) -> list[datetime]:
    """When the merge requests that name the ticket were merged."""
    naming = [request for request in requests if key in by_request[request.number]]
    return [request.merged_at for request in naming if request.merged_at is not None]
