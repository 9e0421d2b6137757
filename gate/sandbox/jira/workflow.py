"""The workflow of every project: to do, in progress, done, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from gate.sandbox.jira.access import GONE, refused, visible
from gate.sandbox.jira.shapes import status_shape
from gate.sandbox.jira.site import Jira
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.world.tickets import JiraChange, JiraIssue

Category = Literal["new", "indeterminate", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A transition that every status has."""

    id: str
    name: str
    status: str
    category: Category
    resolution: str | None = None


FIRST = Step(id="11", name="Back to the list", status="To Do", category="new")
STEPS = (
    FIRST,
    Step(id="21", name="Start", status="In Progress", category="indeterminate"),
    Step(id="41", name="Reject", status="Won't do", category="done", resolution="Won't Do"),
    Step(id="31", name="Finish", status="Done", category="done", resolution="Done"),
)


def transitions(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /issue/{key}/transitions`: an empty list for whoever may make none."""
    found = visible(site, request, named["key"])
    if found is None:
        return refused(404, GONE)
    shapes = [_shape(site, step, request) for step in _steps(site, found)]
    return answer({"expand": "transitions", "transitions": shapes})


def move(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """`POST /issue/{key}/transitions`."""
    found = visible(site, request, named["key"])
    if found is None:
        return refused(404, GONE)
    asked = request.record().get("transition")
    id_ = asked.get("id") if isinstance(asked, dict) else None
    step = next((one for one in _steps(site, found) if one.id == id_), None)
    if step is None:
        return refused(
            400, "It seems that you have tried to perform a workflow operation that is not valid."
        )
    now = site.clock()
    site.shelf.change(found, now, lambda issue: _moved(issue, step, site, now))
    return Response(status=204)


def _steps(site: Jira, issue: JiraIssue) -> list[Step]:
    if "transition" not in site.world.jira.may:
        return []
    return [step for step in STEPS if step.status != issue.status]


def _moved(issue: JiraIssue, step: Step, site: Jira, now: Any) -> JiraIssue:
    change = JiraChange(at=now, by=site.me, field="status", from_=issue.status, to=step.status)
    return replace(
        issue,
        status=step.status,
        status_category=step.category,
        resolution=step.resolution,
        history=(*issue.history, change),
    )


def _shape(site: Jira, step: Step, request: Request) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "id": step.id,
        "name": step.name,
        "to": status_shape(site, step.status, step.category),
        "hasScreen": False,
        "isGlobal": True,
        "isInitial": False,
        "isAvailable": True,
        "isConditional": False,
        "isLooped": False,
    }
    if request.query.get("expand") == "transitions.fields":
        shape["fields"] = {}
    return shape
