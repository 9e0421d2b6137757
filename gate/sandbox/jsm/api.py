"""The operations API of Jira Service Management: who asks, and who answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from gate.sandbox.jsm.shapes import (
    account_id,
    alert_id,
    alert_shape,
    log_shapes,
    note_shape,
    schedule_id,
    schedule_shape,
    uuid,
)
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.pager import Pager
from gate.sandbox.routing import Route, find
from gate.sandbox.world.moments import moment
from gate.sandbox.world.pagers import PagedIncident

MOST = 100


def jsm(pager: Pager, request: Request, path: str) -> Response:
    """Answer a request. `path` is the part below the site's address. A lacking scope is a 401, as at Atlassian."""
    match = find(ROUTES, request.method, path)
    if match is None:
        return refused(404, "Not Found")
    signed = request.headers.get("authorization", "").startswith(("Basic ", "Bearer "))
    if pager.world.token.pager_dead or not signed:
        return refused(401, "Unauthorized")
    if pager.lacks(match.route.needs):
        return refused(401, "Unauthorized; scope does not match")
    return match.route.answer(pager, request, match.parameters)


def refused(status: int, message: str) -> Response:
    """An error of Atlassian's gateway."""
    return answer({"code": status, "message": message}, status=status)


def alert(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /v1/alerts/{id}`: by the long id alone."""
    found = _find(pager, named["id"])
    return answer(alert_shape(found)) if found else _no_alert()


def alerts(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /v1/alerts`: those that a query for the short number finds."""
    field, _, value = request.query.get("query", "").partition(":")
    found = [
        alert_shape(item)
        for item in pager.world.incidents.values()
        if field.strip() == "tinyId" and str(item.number) == value.strip()
    ]
    return answer({"values": found, "count": len(found)})


def logs(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /v1/alerts/{id}/logs`."""
    found = _find(pager, named["id"])
    return _listed(pager, request, log_shapes(pager, found)) if found else _no_alert()


def notes(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /v1/alerts/{id}/notes`."""
    found = _find(pager, named["id"])
    if found is None:
        return _no_alert()
    written = pager.written.comments(str(found.number))
    return _listed(pager, request, [note_shape(pager, note) for note in written])


def add_note(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`POST /v1/alerts/{id}/notes`: taken in, and done a moment later."""
    found = _find(pager, named["id"])
    if found is None:
        return _no_alert()
    text = request.json().get("note")
    if not isinstance(text, str) or not text:
        return refused(422, "Note must not be empty.")
    pager.written.say(str(found.number), "", text, pager.clock())
    result = "Request will be processed"
    return answer({"result": result, "requestId": uuid("request", text)}, status=202)


def schedules(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /v1/schedules`: those whose name holds the query."""
    query = request.query.get("query", "").casefold()
    found = [
        schedule_shape(item)
        for item in pager.world.schedules.values()
        if query in item.name.casefold()
    ]
    return _listed(pager, request, found)


def on_calls(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /v1/schedules/{id}/on-calls`: as plain accounts with `flat`, as participants without."""
    found = [item for item in pager.world.schedules.values() if schedule_id(item) == named["id"]]
    if not found:
        return refused(404, "Schedule not found")
    now = pager.clock()
    at = moment(request.query.get("date", now), now)
    people = [
        account_id(pager, shift.who)
        for shift in found[0].shifts
        if shift.covers(at, at) or shift.from_ == at
    ]
    if request.query.get("flat") == "true":
        return answer({"onCallUsers": people})
    return answer({"onCallParticipants": [{"id": id_, "type": "user"} for id_ in people]})


def users(pager: Pager, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /rest/api/3/user/search`: accounts whose name or address begins with the query."""
    query = request.query.get("query", "").casefold()
    found = [
        {
            "accountId": account_id(pager, name),
            "accountType": "app" if account.type == "bot" else "atlassian",
            "displayName": account.name or name,
            "active": True,
        }
        for name, account in pager.world.accounts.items()
        if any(text.casefold().startswith(query) for text in (account.name or name, account.email))
    ]
    return answer(found)


def _find(pager: Pager, id_: str) -> PagedIncident | None:
    return next((item for item in pager.world.incidents.values() if alert_id(item) == id_), None)


def _no_alert() -> Response:
    return refused(404, "Alert not found")


def _listed(pager: Pager, request: Request, items: Sequence[Mapping[str, Any]]) -> Response:
    """A page, and the way to the next one, which says after which element it begins."""
    size = max(min(request.number("size", 20), pager.world.pager.page, MOST), 1)
    start = request.number("after", request.number("offset", 0))
    shape: dict[str, Any] = {"values": list(items[start : start + size])}
    if start + size < len(items):
        query = urlencode({**request.query, "after": start + size})
        shape["links"] = {"next": f"{request.path.removeprefix('/jsm')}?{query}"}
    return answer(shape)


ROUTES: tuple[Route[Pager], ...] = (
    Route(path="/v1/alerts", answer=alerts, needs="incidents"),
    Route(path="/v1/alerts/{id}", answer=alert, needs="incidents"),
    Route(path="/v1/alerts/{id}/logs", answer=logs, needs="incidents"),
    Route(path="/v1/alerts/{id}/notes", answer=notes, needs="incidents"),
    Route(path="/v1/alerts/{id}/notes", answer=add_note, needs="notes", method="POST"),
    Route(path="/rest/api/3/user/search", answer=users, needs="people"),
    Route(path="/v1/schedules", answer=schedules, needs="schedules"),
    Route(path="/v1/schedules/{id}/on-calls", answer=on_calls, needs="on-call"),
)
