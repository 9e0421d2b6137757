"""How GitHub says no."""

from __future__ import annotations

from collections.abc import Mapping

from gate.sandbox.messages import Response, answer

DOCUMENTATION = "https://docs.github.com/rest"


def refused(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error as GitHub words it."""
    body = {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}
    return answer(body, status=status, headers=headers)


def not_found() -> Response:
    """Nothing is there, or this token may not know that there is."""
    return refused(404, "Not Found")


def bad_credentials() -> Response:
    """The token is expired, revoked or made up."""
    return refused(401, "Bad credentials")


def not_accessible(permission: str, level: str = "read") -> Response:
    """The token lives and lacks a permission."""
    accepted = {"X-Accepted-GitHub-Permissions": f"{permission.replace('-', '_')}={level}"}
    return refused(403, "Resource not accessible by integration", accepted)


def invalid(message: str) -> Response:
    """The question cannot be answered as it was asked."""
    return refused(422, message)
