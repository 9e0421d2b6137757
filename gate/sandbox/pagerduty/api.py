"""PagerDuty's REST interface: who asks, and who answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.pager import Pager, page, written_at
from gate.sandbox.pagerduty.shapes import (
    incident_id,
    incident_shape,
    log_shapes,
    note_shape,
    reference,
    schedule_id,
    schedule_shape,
    user,
)
from gate.sandbox.routing import Route, find
from gate.sandbox.world.moments import moment
from gate.sandbox.world.pagers import PagedIncident

MOST = 100


def pagerduty(pager: Pager, request: Request, path: str) -> Response:
    """Answer a request. `path` is the part below the site's address."""
    match = find(ROUTES, request.method, path)
    if match is None:
        return refused(404, 2100, "Not Found")
    signed = request.headers.get("authorization", "").startswith(("Token token=", "Bearer "))
    if pager.world.token.pager_dead or not signed:
        return refused(401, 2006, "Invalid or missing credentials")
    if pager.lacks(match.route.needs):
        return refused(403, 2010, "Access Denied")
    return match.route.answer(pager, request, match.parameters)


def refused(status: int, code: int, message: str, *errors: str) -> Response:
    """An error as PagerDuty writes it."""
    return answer(
        {"error": {"message": message, "code": code, "errors": list(errors)}}, status=status
    )


def incident(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /incidents/{id}`: by id or by number."""
    found = _find(pager, named["id"])
    if found is None:
        return refused(404, 2100, "Not Found")
    return answer({"incident": incident_shape(pager, found, _zone(request))})


def log_entries(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /incidents/{id}/log_entries`."""
    found = _find(pager, named["id"])
    if found is None:
        return refused(404, 2100, "Not Found")
    overview = request.query.get("is_overview") == "true"
    log = log_shapes(pager, found, _zone(request), overview=overview)
    return _listed(pager, request, "log_entries", log)


def notes(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /incidents/{id}/notes`."""
    found = _find(pager, named["id"])
    if found is None:
        return refused(404, 2100, "Not Found")
    written = pager.written.comments(str(found.number))
    return answer({"notes": [note_shape(pager, note, _zone(request)) for note in written]})


def add_note(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`POST /incidents/{id}/notes`: a key of the account must say as whom."""
    found = _find(pager, named["id"])
    if found is None:
        return refused(404, 2100, "Not Found")
    sender = pager.account(request.headers.get("from", ""))
    if sender is None and (pager.world.pager.needs_sender or request.headers.get("from")):
        return refused(400, 2001, "Invalid Input Provided", "Requester User Not Found")
    content = request.json().get("note", {}).get("content")
    if not isinstance(content, str) or not content:
        return refused(400, 2001, "Invalid Input Provided", "Content cannot be empty.")
    note = pager.written.say(str(found.number), sender or "", content, pager.clock())
    return answer({"note": note_shape(pager, note, _zone(request))})


def oncalls(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /oncalls`: everything that overlaps with the time asked for, and nothing for a schedule that is none."""
    now = pager.clock()
    since, until = (_moment(request, name, now) for name in ("since", "until"))
    if until < since:
        return refused(400, 2001, "Invalid Input Provided", "Until must be after since.")
    wanted = request.query.get("schedule_ids[]", "").split(",")
    zone = _zone(request)
    found = [
        {
            "user": user(pager, shift.who),
            "schedule": reference(schedule_id(schedule), "schedule", schedule.name, "schedules"),
            "escalation_policy": reference(
                "PESC001", "escalation_policy", "Payments", "escalation_policies"
            ),
            "escalation_level": 1,
            "start": written_at(shift.from_, zone) if shift.from_ else None,
            "end": written_at(shift.to, zone) if shift.to else None,
        }
        for schedule in pager.world.schedules.values()
        if schedule_id(schedule) in wanted
        for shift in schedule.shifts
        if shift.covers(since, until)
    ]
    return _listed(pager, request, "oncalls", found)


def schedules(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /schedules`: those whose name holds the query."""
    query = request.query.get("query", "").casefold()
    found = [
        schedule_shape(pager, schedule)
        for schedule in pager.world.schedules.values()
        if query in schedule.name.casefold()
    ]
    return _listed(pager, request, "schedules", found)


def schedule(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /schedules/{id}`."""
    for found in pager.world.schedules.values():
        if schedule_id(found) == named["id"]:
            return answer({"schedule": schedule_shape(pager, found)})
    return refused(404, 2100, "Not Found")


def _find(pager: Pager, key: str) -> PagedIncident | None:
    by_id = (item for item in pager.world.incidents.values() if incident_id(item) == key)
    return pager.numbered(key) or next(by_id, None)


def _zone(request: Request) -> str:
    return request.query.get("time_zone", "UTC" if "/incidents/" in request.path else "")


def _moment(request: Request, name: str, default: datetime) -> datetime:
    return moment(request.query[name], default) if name in request.query else default


def _listed(pager: Pager, request: Request, name: str, items: Sequence[Any]) -> Response:
    some, limit, offset, more = page(request, items, min(pager.world.pager.page, MOST))
    return answer({name: list(some), "limit": limit, "offset": offset, "more": more, "total": None})


ROUTES: tuple[Route[Pager], ...] = (
    Route(path="/incidents/{id}", answer=incident, needs="incidents"),
    Route(path="/incidents/{id}/log_entries", answer=log_entries, needs="incidents"),
    Route(path="/incidents/{id}/notes", answer=notes, needs="incidents"),
    Route(path="/incidents/{id}/notes", answer=add_note, needs="notes", method="POST"),
    Route(path="/oncalls", answer=oncalls, needs="on-call"),
    Route(path="/schedules", answer=schedules, needs="schedules"),
    Route(path="/schedules/{id}", answer=schedule, needs="schedules"),
)
