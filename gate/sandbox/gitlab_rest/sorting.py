"""Parameters that name one of a few things, or a moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from gate.sandbox.gitlab_rest.errors import invalid
from gate.sandbox.messages import Request


def chosen(request: Request, name: str, allowed: Collection[str], default: str) -> str:
    """The value of a parameter; Refused when it is none of those that are allowed."""
    found = request.query.get(name, default)
    if found not in allowed and found != default:
        raise invalid(f"{name} does not have a valid value")
    return found


def is_descending(request: Request, *, default: bool) -> bool:
    """Whether the largest comes first."""
    return chosen(request, "sort", ("asc", "desc"), "desc" if default else "asc") == "desc"


def moment_in(request: Request, name: str) -> datetime | None:
    """The moment that a parameter names; None when it is not there. GitLab refuses what names no zone."""
    text = request.query.get(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(f"{name} is invalid") from None
    if found.tzinfo is None:
        raise invalid(f"{name} is invalid")
    return found
