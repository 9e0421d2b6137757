"""Desks of Jira for tests: on the sandbox's Jira, over HTTP, or on answers that a test makes up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from gate.adapters.deadline import Deadline
from gate.adapters.trackers.jira_connection import JiraConnection
from gate.adapters.trackers.jira_desk import JiraDesk
from gate.domain.follow_up import LABEL, Draft, Marker
from gate.domain.follow_up_marker import marker_fields, marker_line
from gate.domain.grant import Owed, grant_id
from gate.sandbox.server import Sandbox
from gate.sandbox.world import World
from tests.adapters.loopback import Asked, Loopback, Reply, as_json, recorder, serve
from tests.sandbox.asking import NOW, world

API = "/rest/api/3"
ME = {"accountId": "5b10f00d", "accountType": "app", "displayName": "Change Gate"}
ANN = {"accountId": "j-ann", "accountType": "atlassian", "displayName": "Ann"}


def marker(**changed: Any) -> Marker:
    given = {"revision": "a" * 40, "run_id": "7", "attempt": 1, **changed}
    id_ = grant_id("1", "production", given["revision"], given["run_id"], given["attempt"])
    return Marker(
        id=id_,
        owed=Owed.RETROACTIVE_REVIEW,
        repository="acme/app",
        repository_id="1",
        environment="production",
        issued_at=NOW,
        due_at=NOW + timedelta(hours=48),
        not_by=("ann",),
        **given,
    )


def draft(**changed: Any) -> Draft:
    """A follow-up of one release; what is changed makes it another one's."""
    whose = marker(**changed)
    fields = marker_fields(whose)
    return Draft(
        marker=whose,
        fields=fields,
        title="Review the emergency release",
        body=f"# What\n\n- [ ] Read the diff\n\n{marker_line(fields)}",
        due=date(2026, 11, 26),
        labels=(LABEL, f"gate-{whose.id}", "on call"),
        assignee="j-ann",
    )


class Desk:
    """A desk whose waits are noted instead of waited."""

    def __init__(self, url: str, *, seconds: float = 60, project: str = "OPS") -> None:
        self.waits: list[float] = []
        deadline = Deadline(seconds)
        self.recorder = recorder()
        self.connection = JiraConnection(
            base_url=f"{url}/jira",
            token="t0ken",
            email="gate@acme.example",
            recorder=self.recorder,
            deadline=deadline,
            sleep=self.waits.append,
        )
        self.desk = JiraDesk(
            self.connection,
            project=project,
            kind="Task",
            deadline=deadline,
            sleep=self.waits.append,
        )


@contextmanager
def at(url: str, **how: Any) -> Iterator[Desk]:
    made = Desk(url, **how)
    try:
        yield made
    finally:
        made.desk.close_connections()


@contextmanager
def on(made: World | None = None, /, **how: Any) -> Iterator[tuple[Desk, Sandbox]]:
    """A desk on the sandbox's Jira."""
    with Sandbox(made or world()) as box, at(box.url, **how) as it:
        yield it, box


@contextmanager
def faulty(*faults: Mapping[str, Any], **over: Any) -> Iterator[tuple[Desk, Sandbox]]:
    with on(world(faults=list(faults), **over)) as found:
        yield found


Answer = Reply | Callable[[Asked], Reply]


@contextmanager
def told(answers: Mapping[str, Answer], **how: Any) -> Iterator[tuple[Desk, Loopback]]:
    """A desk on a Jira that answers as the test says, by `METHOD /path` below the API, and nothing else."""
    known: dict[str, Answer] = {"GET /myself": as_json(ME), **answers}

    def answer(asked: Asked, _: int) -> Reply:
        path = urlsplit(asked.path).path.removeprefix(f"/jira{API}")
        found = known.get(f"{asked.method} {path}", as_json({"errorMessages": ["gone"]}, 404))
        return found if isinstance(found, Reply) else found(asked)

    with serve(answer) as server, at(server.url, **how) as it:
        yield it, server


def issue(given: Draft | None = None, **changed: Any) -> dict[str, Any]:
    """An issue as a search gives it."""
    about = given or draft()
    fields = {
        "summary": about.title,
        "status": {"name": "To Do", "statusCategory": {"key": "new"}},
        "creator": ME,
        "labels": [LABEL, f"gate-{about.marker.id}"],
        "created": "2026-11-25T15:00:00.000+0000",
        "comment": {"startAt": 0, "maxResults": 20, "total": 0, "comments": []},
        **changed.pop("fields", {}),
    }
    return {
        "id": "10001",
        "key": "OPS-1",
        "fields": fields,
        "properties": {"change-gate": dict(about.fields)},
        **changed,
    }


def found(*issues: Any, **more: Any) -> Reply:
    return as_json({"isLast": True, "issues": list(issues), **more})


def comment(id_: int = 1, text: str = "fine", **changed: Any) -> dict[str, Any]:
    written = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {
        "id": str(id_),
        "author": ANN,
        "updateAuthor": ANN,
        "created": "2026-11-25T16:00:00.000+0000",
        "updated": "2026-11-25T16:00:00.000+0000",
        "body": {"type": "doc", "version": 1, "content": [written]},
        **changed,
    }


def commented(*comments: Any, **more: Any) -> dict[str, Any]:
    shape = {"startAt": 0, "maxResults": 20, "total": len(comments), "comments": list(comments)}
    return {"comment": {**shape, **more}}


def again(made: Draft, **changed: Any) -> Draft:
    """The same release, asked for once more a little later."""
    later = replace(made.marker, issued_at=made.marker.issued_at + timedelta(minutes=1), **changed)
    return replace(made, marker=later, fields=marker_fields(later))
