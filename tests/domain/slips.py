"""Tickets and their histories in the tests of tickets and rollback plans: values, and no magic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from gate.domain.facts import (
    Commit,
    MergeRequest,
    Ticket,
    TicketEvent,
    TicketEventKind,
    TicketState,
)
from gate.domain.identity import Identity
from gate.domain.policy.document import Policy
from gate.domain.policy.workflow import TicketRules, TrackerName
from tests.domain.who import ALICE, ALICE_JIRA, DANA_JIRA, at, policy, request

JIRA = TicketRules(
    tracker=TrackerName.JIRA, projects=("CHG", "OPS"), approved_statuses=("Approved", "Scheduled")
)
ISSUES = TicketRules(
    tracker=TrackerName.GITHUB,
    projects=("acme/app", "acme/changes"),
    approved_statuses=("approved", "scheduled"),
    rejected_statuses=("rejected",),
)
GITLAB = TicketRules(
    tracker=TrackerName.GITLAB,
    projects=("acme/shop/app", "acme/changes"),
    approved_statuses=("workflow::approved", "workflow::scheduled"),
    rejected_statuses=("workflow::rejected",),
)


def with_rules(rules: TicketRules, base: Policy | None = None) -> Policy:
    """A policy whose tickets follow `rules`."""
    found = base or policy()
    return replace(found, workflow=replace(found.workflow, ticket=rules))


def naming(
    title: str = "Add retries",
    *,
    number: int = 12,
    branch: str = "feature",
    body: str = "",
    headlines: tuple[str, ...] = (),
    closes: tuple[str, ...] = (),
    mark: str = "#",
) -> MergeRequest:
    """A merge request, as far as it can name tickets; its own number comes after `mark`."""
    commits = tuple(
        Commit(sha=f"c{index}", headline=text, authors=(ALICE,), committer=None)
        for index, text in enumerate(headlines)
    )
    return replace(
        request(number=number),
        reference=f"{mark}{number}",
        title=title,
        branch=branch,
        body=body,
        commits=commits,
        linked_issues=closes,
    )


def step(
    before: str,
    after: str,
    hours: float = -10,
    by: Identity | None = ALICE_JIRA,
    field: str = "status",
) -> TicketEvent:
    """The ticket went from one status to another."""
    return TicketEvent(
        kind=TicketEventKind.STATUS, at=at(hours), by=by, field=field, before=before, after=after
    )


def labelled(
    after: str, hours: float = -10, by: Identity | None = ALICE, before: str = ""
) -> TicketEvent:
    """An issue got a label, or lost it."""
    return step(before, after, hours, by, "label")


def edit(
    field: str,
    hours: float = -5,
    by: Identity | None = DANA_JIRA,
    before: str = "a",
    after: str = "b",
) -> TicketEvent:
    """A field got another value."""
    return TicketEvent(
        kind=TicketEventKind.EDITED, at=at(hours), by=by, field=field, before=before, after=after
    )


def move(hours: float = -5) -> TicketEvent:
    """The ticket came from another project."""
    return TicketEvent(
        kind=TicketEventKind.MOVED, at=at(hours), by=DANA_JIRA, field="project", before="SUP"
    )


APPROVED = step("Review", "Approved")


def jira(
    *history: TicketEvent,
    key: str = "CHG-7",
    asked: str = "",
    status: str = "Approved",
    state: TicketState = TicketState.OPEN,
    title: str = "Retries",
    body: str = "",
    fields: Mapping[str, str] | None = None,
    links: tuple[str, ...] = (),
    planned: tuple[datetime | None, datetime | None] = (None, None),
) -> Ticket:
    """A change request in Jira."""
    return Ticket(
        key=key,
        asked_key=asked or key,
        tracker="jira",
        project=key.partition("-")[0],
        url=f"https://acme.atlassian.net/browse/{key}",
        title=title,
        type="Normal Change",
        status=status,
        state=state,
        reporter=DANA_JIRA,
        created_at=at(-48),
        body=body,
        fields=fields or {},
        planned_start=planned[0],
        planned_end=planned[1],
        links=links,
        history=history,
    )


def issue(
    *history: TicketEvent,
    key: str = "acme/app#3",
    asked: str = "",
    labels: tuple[str, ...] = ("approved",),
    state: TicketState = TicketState.OPEN,
    body: str = "",
) -> Ticket:
    """A change request in GitHub Issues."""
    ticket = jira(*history, key=key, asked=asked, state=state, body=body)
    return replace(
        ticket,
        tracker="github",
        project=key.partition("#")[0],
        status=state.value,
        labels=labels,
    )


def work_item(
    *history: TicketEvent,
    key: str = "acme/shop/app#3",
    asked: str = "",
    labels: tuple[str, ...] = ("workflow::approved",),
    state: TicketState = TicketState.OPEN,
    body: str = "",
) -> Ticket:
    """A change request in GitLab Issues."""
    found = issue(*history, key=key, asked=asked, labels=labels, state=state, body=body)
    return replace(found, tracker="gitlab")
