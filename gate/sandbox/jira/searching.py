"""`GET /search/jql`: an index that lags behind, with an opaque token for each next page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gate.sandbox.jira.access import is_anonymous, may_browse, refused
from gate.sandbox.jira.shapes import issue_shape
from gate.sandbox.jira.shelf import issue_id
from gate.sandbox.jira.site import Jira
from gate.sandbox.messages import Request, Response, answer, cursor, cursor_position
from gate.sandbox.world.tickets import JiraIssue

MOST_RECONCILED = 50
_ORDER = re.compile(r"\s+ORDER\s+BY\s+created(?:\s+(ASC|DESC))?\s*$", re.IGNORECASE)
_AND = re.compile(r"\s+AND\s+", re.IGNORECASE)
_CLAUSE = re.compile(r"(labels|project)\s*=\s*(?:\"([^\"\\]+)\"|([\w-]+))", re.IGNORECASE)


def search(site: Jira, request: Request, named: Mapping[str, str]) -> Response:
    """Issues whose labels or project are the ones named. Strangers see nothing, and nobody tells them why."""
    jql, token = request.query.get("jql", ""), request.query.get("nextPageToken", "")
    clauses = [_CLAUSE.fullmatch(part) for part in _AND.split(_ORDER.sub("", jql.strip()))]
    wanted = [(one[1].casefold(), one[2] or one[3]) for one in clauses if one]
    fresh = [id_ for id_ in request.query.get("reconcileIssues", "").split(",") if id_]
    if len(wanted) < len(clauses) or not all(map(str.isdigit, fresh)):
        return refused(
            400, f"Error in the JQL Query: {jql!r} is more than this sandbox understands."
        )
    for field, value in wanted:
        if field == "project" and not (is_anonymous(site, request) or _exists(site, value)):
            return refused(400, f"The value '{value}' does not exist for the field 'project'.")
    if len(fresh) > MOST_RECONCILED:
        return refused(400, f"At most {MOST_RECONCILED} issues can be reconciled.")
    try:
        start = cursor_position(token) if token else 0
    except ValueError:
        return refused(400, "The next page token is invalid.")
    now, lag = site.clock(), site.world.jira.search_lag
    found = [
        issue
        for issue in site.shelf.shown(now, lag, frozenset(map(int, fresh)))
        if may_browse(site, request, issue.project) and _fits(issue, wanted)
    ]
    found.sort(key=lambda issue: (issue.created, issue_id(issue)))
    order = _ORDER.search(jql)
    if order and (order[1] or "").upper() == "DESC":
        found.reverse()
    return answer(_page(site, request, found, start))


def _page(site: Jira, request: Request, found: list[JiraIssue], start: int) -> dict[str, object]:
    size = max(min(request.number("maxResults", 50), site.world.jira.page), 1)
    listed = {
        name: [item for item in request.query.get(name, "").split(",") if item]
        for name in ("fields", "properties", "expand")
    }
    shapes = [
        issue_shape(
            site,
            issue,
            # Without any it answers ids alone.
            fields=listed["fields"] or ["id"],
            properties=listed["properties"],
            expand=listed["expand"],
        )
        for issue in found[start : start + size]
    ]
    end = start + size
    if end < len(found):
        return {"isLast": False, "issues": shapes, "nextPageToken": cursor(end)}
    return {"isLast": True, "issues": shapes}


def _exists(site: Jira, project: str) -> bool:
    known = site.world.jira.projects
    return not known or project in known


def _fits(issue: JiraIssue, wanted: list[tuple[str, str]]) -> bool:
    return all(
        value in issue.labels if field == "labels" else value == issue.project
        for field, value in wanted
    )
