"""Freeze calendars, as a web server hands them out."""

from __future__ import annotations

from gate.sandbox.messages import Response
from gate.sandbox.world import World


def calendar(world: World, path: str) -> Response:
    """The calendar of that name."""
    text = world.calendars.get(path.removeprefix("/"))
    if text is None:
        return Response(status=404, headers={"Content-Type": "text/plain"}, body=b"404 Not Found\n")
    body = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    return Response(headers={"Content-Type": "text/calendar; charset=utf-8"}, body=body)
