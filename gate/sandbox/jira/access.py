"""Who asks Jira, and what they may see."""

from __future__ import annotations

from gate.sandbox.jira.site import Jira
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.world.tickets import JiraIssue

GONE = "Issue does not exist or you do not have permission to see it."
STRANGER = "You are not authenticated. Authentication required to perform this operation."


def refused(status: int, *messages: str, **errors: str) -> Response:
    """An error collection. `errors` are by field."""
    return answer({"errorMessages": list(messages), "errors": errors}, status=status)


def is_anonymous(site: Jira, request: Request) -> bool:
    """Whether Jira treats the caller as a stranger, for want of a living token."""
    return site.world.token.jira_dead or not request.headers.get("authorization")


def may_browse(site: Jira, request: Request, project: str) -> bool:
    """Whether the caller may see what lies in the project."""
    known = site.world.jira.projects
    return not is_anonymous(site, request) and (not known or project in known)


def visible(site: Jira, request: Request, key: str) -> JiraIssue | None:
    """The issue, if the caller may see it."""
    found = site.find(key)
    return found if found and may_browse(site, request, found.project) else None
