"""Who asks Jira, and what they may see."""

from __future__ import annotations

from gate.sandbox.jira.site import Jira
from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.world.tickets import JiraIssue


def refused(status: int, *messages: str) -> Response:
    """An error collection."""
    return answer({"errorMessages": list(messages), "errors": {}}, status=status)


def is_anonymous(site: Jira, request: Request) -> bool:
    """Whether Jira treats the caller as a stranger, for want of a living token."""
    return site.world.token.jira_dead or not request.headers.get("authorization")


def visible(site: Jira, request: Request, key: str) -> JiraIssue | None:
    """The issue, if the caller may see it."""
    return None if is_anonymous(site, request) else site.find(key)
