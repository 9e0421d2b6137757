"""incident.io's REST interface: who asks, and who answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gate.sandbox.incident_io.shapes import (
    changed,
    entry_shape,
    escalation_shape,
    incident_id,
    incident_shape,
    schedule_id,
    schedule_shape,
)
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.pager import Pager
from gate.sandbox.routing import Route, find
from gate.sandbox.world.moments import moment

MOST = 50


def incident_io(pager: Pager, request: Request, path: str) -> Response:
    """Answer a request. `path` is the part below the site's address."""
    match = find(ROUTES, request.method, path)
    if match is None:
        return refused(404, "not_found", "The requested resource was not found")
    signed = request.headers.get("authorization", "").startswith("Bearer ")
    if pager.world.token.pager_dead or not signed:
        return refused(401, "authentication_error", "The API key is missing or was deleted")
    if pager.lacks(match.route.needs):
        return refused(403, "authorization_error", "The API key does not have this permission")
    return match.route.answer(pager, request, match.parameters)


def refused(status: int, type_: str, message: str) -> Response:
    """An error as incident.io writes it."""
    errors = [{"code": type_, "message": message}]
    body = {"type": type_, "status": status, "request_id": "sandbox", "errors": errors}
    return answer(body, status=status)


def incident(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /v2/incidents/{id}`: by id, or by the number of its reference."""
    by_id = (item for item in pager.world.incidents.values() if incident_id(item) == named["id"])
    found = pager.numbered(named["id"]) or next(by_id, None)
    if found is None:
        return refused(404, "not_found", "Incident not found")
    return answer({"incident": incident_shape(pager, found)})


def escalations(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /v2/escalations`: there is no filter by incident."""
    since = _moment(f"{request.query.get('updated_at[gte]', '2000-01-01')}T00:00:00Z", pager)
    found = [
        escalation_shape(pager, item)
        for item in pager.world.incidents.values()
        if changed(item) >= since
    ]
    return _listed(pager, request, "escalations", found)


def schedules(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /v2/schedules`."""
    found = [schedule_shape(pager, item) for item in pager.world.schedules.values()]
    return _listed(pager, request, "schedules", found)


def schedule_entries(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /v2/schedule_entries`: everything that overlaps with the window."""
    wanted = request.query.get("schedule_id", "")
    found = [item for item in pager.world.schedules.values() if schedule_id(item) == wanted]
    if not found:
        return refused(404, "not_found", "Schedule not found")
    start = _moment(request.query.get("entry_window_start", ""), pager)
    end = _moment(request.query.get("entry_window_end", ""), pager)
    entries = [
        entry_shape(pager, found[0], shift) for shift in found[0].shifts if shift.covers(start, end)
    ]
    lists = {"final": entries, "overrides": [], "scheduled": entries}
    return answer({"schedule_entries": lists})


def _moment(text: str, pager: Pager) -> datetime:
    return moment(text or pager.clock(), pager.world.now)


def _listed(
    pager: Pager, request: Request, name: str, items: Sequence[Mapping[str, Any]]
) -> Response:
    size = max(min(request.number("page_size", 25), pager.world.pager.page, MOST), 1)
    after = request.query.get("after", "")
    start = next((at for at, item in enumerate(items, start=1) if item["id"] == after), 0)
    some = items[start : start + size]
    meta: dict[str, Any] = {"page_size": size}
    if start + size < len(items):
        meta["after"] = some[-1]["id"]
    return answer({name: list(some), "pagination_meta": meta})


ROUTES: tuple[Route[Pager], ...] = (
    Route(path="/v2/incidents/{id}", answer=incident, needs="incidents"),
    Route(path="/v2/escalations", answer=escalations, needs="incidents"),
    Route(path="/v2/schedules", answer=schedules, needs="schedules"),
    Route(path="/v2/schedule_entries", answer=schedule_entries, needs="on-call"),
)
