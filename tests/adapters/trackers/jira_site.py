"""A Jira site for tests: answers in the shapes of its published description, played over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qs, urlsplit

from gate.adapters.deadline import Deadline
from gate.adapters.trackers.jira import Jira
from gate.domain.policy.workflow import TicketRules, TrackerName
from tests.adapters.loopback import Asked, Loopback, Reply, as_json, recorder, serve

RULES = TicketRules(
    tracker=TrackerName.JIRA, projects=("CHG",), approved_statuses=("Approved", "Scheduled")
)
ALICE = {
    "accountId": "5b10a2844c20165700ede21g",
    "accountType": "atlassian",
    "displayName": "Alice Ng",
}
BOB = {
    "accountId": "5b10ac8d82e05b22cc7d4ef5",
    "accountType": "atlassian",
    "displayName": "Bob Okafor",
}
ROBOT = {"accountId": "557058f58131a4cbd2b11e18", "accountType": "app", "displayName": "Automation"}

NAMES = {
    "summary": "Summary", "description": "Description", "status": "Status", "issuetype": "Issue Type",
    "project": "Project", "resolution": "Resolution", "reporter": "Reporter", "labels": "Labels",
    "created": "Created", "assignee": "Assignee",
    "customfield_1": "Change risk", "customfield_2": "Planned start", "customfield_3": "planned END",
    "customfield_4": "Backout plan", "customfield_5": "Team",
}  # fmt: skip


def paragraph(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


def document(*texts: str) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": [paragraph(text) for text in texts]}


def entry(id_: int, created: Any, author: Any, *items: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(id_), "created": created, "author": author, "items": list(items)}


def item(field: str, before: str | None, after: str | None, **more: Any) -> dict[str, Any]:
    kind = {"field": field, "fieldtype": "jira", "fieldId": field}
    return {**kind, "from": None, "fromString": before, "to": None, "toString": after, **more}


MOVE = item("Key", "OLD-1", "CHG-7")
del MOVE["fieldId"]
HISTORIES = [
    entry(14, "2026-11-24T19:00:00.000+0000", ALICE, item("status", "Review", "Approved")),
    entry(
        13,
        "2026-11-23T12:00:00.000+0100",
        ROBOT,
        item("labels", "", "payments"),
        item("assignee", None, "Bob"),
    ),
    entry(12, "2026-11-22T10:00:00.000+0000", BOB, MOVE, item("project", "OLD", "CHG")),
    entry(11, "2026-11-21T10:00:00.000+0000", BOB, item("description", "short", "long")),
    entry(9, "2026-11-20T10:00:00.000+0000", BOB, item("status", "Draft", "Review")),
]


def issue(key: str = "CHG-7", id_: str = "10007", **fields: Any) -> dict[str, Any]:
    values = {
        "summary": "Retry payments",
        "description": document("Payments fail.", "Rollback plan: revert m1"),
        "status": {"name": "Approved", "statusCategory": {"key": "indeterminate"}},
        "issuetype": {"name": "Normal Change"},
        "project": {"key": key.rpartition("-")[0]},
        "resolution": None,
        "reporter": BOB,
        "assignee": ALICE,
        "labels": ["payments"],
        "created": "2026-11-19T15:00:00.000+0000",
        "customfield_1": {"value": "Low", "id": "1"},
        "customfield_2": "2026-11-25T14:00:00.000+0000",
        "customfield_3": "2026-11-25",
        "customfield_4": document("Deploy m0 again"),
        "customfield_5": ALICE,
        **fields,
    }
    log = {"startAt": 0, "maxResults": 5, "total": len(HISTORIES), "histories": deepcopy(HISTORIES)}
    return {"id": id_, "key": key, "fields": values, "names": dict(NAMES), "changelog": log}


LINKS = [{"id": 1, "object": {"url": "https://github.com/acme/app/pull/12", "title": "#12"}}]
GONE = as_json(
    {"errorMessages": ["Issue does not exist or you do not have permission to see it."]}, 404
)
MYSELF = as_json({"accountId": "5b10f00d", "displayName": "Change Gate"})

Answers = Mapping[str, Reply | Callable[[Asked], Reply]]
"""By method and path below /rest/api/3, or by the last part of it."""


def of_issue(found: Any) -> dict[str, Reply | Callable[[Asked], Reply]]:
    return {
        "/issue/CHG-7": as_json(found),
        "/issue/CHG-7/remotelink": as_json(LINKS),
        "/myself": MYSELF,
    }


@contextmanager
def site(answers: Answers, **how: Any) -> Iterator[tuple[Jira, Loopback]]:
    def answer(asked: Asked, _: int) -> Reply:
        found = answers.get(urlsplit(asked.path).path.removeprefix("/jira/rest/api/3"), GONE)
        return found if isinstance(found, Reply) else found(asked)

    with serve(answer) as server:
        given: dict[str, Any] = {
            "base_url": f"{server.url}/jira",
            "token": "t0ken",
            "email": "gate@acme.example",
            "rules": RULES,
            "recorder": recorder(),
            "deadline": Deadline(30),
            "sleep": lambda _: None,
        }
        jira = Jira(**(given | how))
        try:
            yield jira, server
        finally:
            jira.close()


def pages(entries: list[dict[str, Any]], size: int) -> Callable[[Asked], Reply]:
    """The changelog of one issue, oldest first."""

    def answer(asked: Asked) -> Reply:
        start = int(parse_qs(urlsplit(asked.path).query)["startAt"][0])
        shape = {
            "startAt": start, "maxResults": size, "total": len(entries),
            "isLast": start + size >= len(entries), "values": entries[start : start + size],
        }  # fmt: skip
        return as_json(shape)

    return answer
