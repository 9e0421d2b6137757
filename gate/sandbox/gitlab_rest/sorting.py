"""Parameters that name one of a few things."""

from __future__ import annotations

from collections.abc import Collection

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
