"""Who asked for a change and who deploys it (guide §4: R and D)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gate.domain.derived import JudgedTicket, JudgedTickets, ScopedChange
from gate.domain.directory import NOBODY
from gate.domain.facts import Change, MergeRequest, Run, Tickets
from gate.domain.identity import Identity
from gate.domain.phrases import run_word, short
from gate.domain.policy.people import AutomatedDeployer

AUTOMATED = frozenset({"push", "merge_group", "schedule", "workflow_run"})
"""Events that start a deploy by themselves: their actor is not somebody who decided to deploy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One account and what it did, as in `reported CHG-7`."""

    who: Identity
    did: str


def tickets_in_scope(
    change: ScopedChange, judged: JudgedTickets, tickets: Tickets
) -> tuple[JudgedTicket, ...]:
    """Return the tickets that a merge request in scope names, and those given for this very deploy."""
    named = [
        key
        for request in change.merge_requests
        for key in judged.by_request.get(request.number, ())
    ]
    found = (judged.find(key) for key in dict.fromkeys([*named, *tickets.named_for_run]))
    return tuple(ticket for ticket in found if ticket is not None)


def requesters(
    change: ScopedChange, judged: JudgedTickets, in_scope: Sequence[JudgedTicket]
) -> tuple[Part, ...]:
    """Return who reported the tickets; for a merge request that names none, who opened it."""
    reported = [
        Part(who=item.ticket.reporter or NOBODY, did=f"reported {item.ticket.key}")
        for item in in_scope
    ]
    keys = {item.ticket.asked_key for item in in_scope}
    opened = [
        Part(who=request.author, did=f"opened {request.reference}")
        for request in change.merge_requests
        if keys.isdisjoint(judged.by_request.get(request.number, ()))
    ]
    return (*reported, *opened)


def deployers(run: Run, change: Change, setting: AutomatedDeployer) -> tuple[Part, ...]:
    """Return who started the run and who started it again; for a deploy that starts by itself, whoever merged.

    All merge requests of the change are looked at, since one that this deploy does not touch can start it as well.
    """
    merged = setting is AutomatedDeployer.MERGED_BY and run.event in AUTOMATED
    mergers = _mergers(run, change) if merged else ()
    word = run_word(run.forge)
    starters = mergers or (Part(who=run.started_by, did=f"started this {word}"),)
    if run.rerun_by is None and run.attempt == 1:
        return starters
    return (
        *starters,
        Part(who=run.rerun_by or NOBODY, did=f"started attempt {run.attempt} of this {word}"),
    )


def _mergers(run: Run, change: Change) -> tuple[Part, ...]:
    return tuple(
        Part(
            who=request.merged_by or NOBODY,
            did=f"merged {request.reference}, which started this deploy of {short(run.revision)}",
        )
        for request in _that_started(run, change)
    )


def _that_started(run: Run, change: Change) -> Sequence[MergeRequest]:
    merged = [request for request in change.merge_requests if request.merge_commit == run.revision]
    if merged:
        return merged
    numbers = {
        n for commit in change.commits if commit.sha == run.revision for n in commit.brought_by
    }
    brought = [request for request in change.merge_requests if request.number in numbers]
    return brought or change.merge_requests
