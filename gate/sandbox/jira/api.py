"""Jira's REST interface: who asks, and who answers.

A dead token makes the caller anonymous wherever that is allowed: issues turn into 404, and only `myself`
says 401.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gate.sandbox.jira import bulk, workflow, writing
from gate.sandbox.jira.access import GONE, is_anonymous, may_browse, refused, visible
from gate.sandbox.jira.searching import search
from gate.sandbox.jira.shapes import comment_page, histories, issue_shape
from gate.sandbox.jira.site import SYSTEM_FIELDS, Jira, field_schema
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.routing import Route, find
from gate.sandbox.world.git import number

DEAD = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
_PERMISSIONS = {
    "comment": "ADD_COMMENTS",
    "create": "CREATE_ISSUES",
    "edit": "EDIT_ISSUES",
    "transition": "TRANSITION_ISSUES",
}


def jira(site: Jira, request: Request, path: str) -> Response:
    """Answer a request. `path` is the part below the site's address."""
    match = find(ROUTES, request.method, path)
    if match is None:
        return refused(404, "Not found")
    known = match.route.answer(site, request, match.parameters)
    if site.world.token.jira_dead:
        return Response(status=known.status, headers={**known.headers, **DEAD}, body=known.body)
    return known


def myself(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /myself`: nothing for anonymous callers."""
    if is_anonymous(site, request):
        return refused(401, "Client must be authenticated to access this resource.")
    return answer(site.user(site.me))


def issue(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /issue/{key}`."""
    found = visible(site, request, named["key"])
    if found is None:
        return refused(404, GONE)
    fields, expand = _listed(request, "fields"), _listed(request, "expand")
    properties = _listed(request, "properties")
    return answer(issue_shape(site, found, fields=fields, expand=expand, properties=properties))


def changelog(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /issue/{key}/changelog`, oldest first."""
    found = visible(site, request, named["key"])
    if found is None:
        return refused(404, GONE)
    entries = histories(site, found)
    start, size = request.number("startAt", 0), request.number("maxResults", 100)
    size = max(min(size, site.world.jira.page), 1)
    address = site.api(f"/issue/{named['key']}/changelog")
    end = start + size
    shape: dict[str, Any] = {
        "self": f"{address}?maxResults={size}&startAt={start}",
        "maxResults": size,
        "startAt": start,
        "total": len(entries),
        "isLast": end >= len(entries),
        "values": entries[start:end],
    }
    if end < len(entries):
        shape["nextPage"] = f"{address}?maxResults={size}&startAt={end}"
    return answer(shape)


def comments(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /issue/{key}/comment`, oldest first."""
    found = visible(site, request, named["key"])
    if found is None:
        return refused(404, GONE)
    size = min(request.number("maxResults", 100), site.world.jira.page)
    return answer(comment_page(site, found, request.number("startAt", 0), size))


def remote_links(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /issue/{key}/remotelink`."""
    found = visible(site, request, named["key"])
    if found is None:
        return refused(404, GONE)
    shapes = []
    for address in found.remote_links:
        id_ = number("remotelink", f"{found.asked}/{address}")
        shapes.append(
            {
                "id": id_,
                "self": site.api(f"/issue/{found.answered}/remotelink/{id_}"),
                "object": {"url": address, "title": address},
            }
        )
    return answer(shapes)


def fields(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /field`."""
    system = [
        {
            "id": id_,
            "key": id_,
            "name": name,
            "custom": False,
            "orderable": True,
            "navigable": True,
            "searchable": True,
            "clauseNames": [id_],
        }
        for id_, name in SYSTEM_FIELDS.items()
    ]
    custom = [
        field_schema(name, kind, site.field_id(name)) for name, kind in site.field_types.items()
    ]
    return answer(system if is_anonymous(site, request) else [*system, *custom])


def permissions(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """`GET /mypermissions`."""
    key = request.query.get("issueKey", "")
    if key and visible(site, request, key) is None:
        return refused(404, GONE)
    project = request.query.get("projectKey", "")
    if project and not may_browse(site, request, project):
        return refused(404, f"No project could be found with key '{project}'.")
    granted = set[str]() if is_anonymous(site, request) else _granted(site)
    asked = _listed(request, "permissions")
    if not asked:
        return refused(400, "The permissions query parameter is required.")
    shapes = {
        name: {
            "id": str(number("permission", name)),
            "key": name,
            "name": name.replace("_", " ").capitalize(),
            "type": "PROJECT",
            "description": "",
            "havePermission": name in granted,
        }
        for name in asked
    }
    return answer({"permissions": shapes})


def _granted(site: Jira) -> set[str]:
    return {"BROWSE_PROJECTS", *(_PERMISSIONS[name] for name in site.world.jira.may)}


def _listed(request: Request, name: str) -> list[str]:
    return [item for item in request.query.get(name, "").split(",") if item]


_API = "/rest/api/3"
ROUTES: tuple[Route[Jira], ...] = (
    Route(path=f"{_API}/myself", answer=myself),
    Route(path=f"{_API}/issue/{{key}}", answer=issue),
    Route(path=f"{_API}/issue/{{key}}/changelog", answer=changelog),
    Route(path=f"{_API}/issue/{{key}}/remotelink", answer=remote_links),
    Route(path=f"{_API}/issue/bulkfetch", answer=bulk.bulk_issues, method="POST"),
    Route(path=f"{_API}/changelog/bulkfetch", answer=bulk.bulk_changelogs, method="POST"),
    Route(path=f"{_API}/field", answer=fields),
    Route(path=f"{_API}/mypermissions", answer=permissions),
    Route(path=f"{_API}/search/jql", answer=search),
    Route(path=f"{_API}/issue", answer=writing.create, method="POST"),
    Route(path=f"{_API}/issue/{{key}}", answer=writing.edit, method="PUT"),
    Route(path=f"{_API}/issue/{{key}}/comment", answer=comments),
    Route(path=f"{_API}/issue/{{key}}/comment", answer=writing.comment, method="POST"),
    Route(path=f"{_API}/issue/{{key}}/transitions", answer=workflow.transitions),
    Route(path=f"{_API}/issue/{{key}}/transitions", answer=workflow.move, method="POST"),
)
