"""How GitLab says no."""

from __future__ import annotations

from typing import Any

from gate.sandbox.messages import Response, answer


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def _refused(status: int, body: dict[str, Any]) -> Refused:
    return Refused(answer(body, status=status))


def unauthorized() -> Refused:
    """Nobody that may ask this: no token, one that is made up, or one that this route does not take."""
    return _refused(401, {"message": "401 Unauthorized"})


def expired() -> Refused:
    """A personal, project or group access token whose time is over."""
    text = "Token is expired. You can either do re-authorization or token refresh."
    return _refused(401, {"error": "invalid_token", "error_description": text})


def insufficient_scope() -> Refused:
    """The token lives, and was made for less."""
    text = "The request requires higher privileges than provided by the access token."
    return _refused(403, {"error": "insufficient_scope", "error_description": text, "scope": "api"})


def forbidden() -> Refused:
    """The account of the token has no role that lets it do this."""
    return _refused(403, {"message": "403 Forbidden"})


def not_found(what: str = "") -> Refused:
    """There is no such thing, or this caller may not know that there is. `what` is the kind, where GitLab names it."""
    return _refused(404, {"message": f"404 {what} Not Found" if what else "404 Not found"})


def no_route() -> Refused:
    """This version and edition have no such route."""
    return _refused(404, {"error": "404 Not Found"})


def invalid(text: str) -> Refused:
    """A parameter is missing or malformed."""
    return _refused(400, {"error": text})


def bad_request(text: str) -> Refused:
    """The parameters cannot be used together."""
    return _refused(400, {"message": f"400 Bad request - {text}"})


def refused(status: int, text: str) -> Refused:
    """An error in words of its own."""
    return _refused(status, {"message": text})
