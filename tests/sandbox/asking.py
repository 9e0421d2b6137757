"""Small worlds, and questions to them without a socket in between."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gate.sandbox.clock import Clock
from gate.sandbox.messages import Request, Response
from gate.sandbox.site import Site
from gate.sandbox.world import World
from gate.sandbox.world.merging import merged

HERE = Path(__file__).parent
BASE = HERE.parent / "scenarios" / "base"
RICH = HERE / "rich"
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
HOST = "http://127.0.0.1:8080"
SMALLEST: Mapping[str, Any] = {
    "now": NOW,
    "accounts": {
        "ann": {
            "github": "ann-a",
            "id": 1,
            "name": "Ann",
            "email": "ann@acme.example",
            "jira": "j-ann",
        },
        "ben": {"github": "ben-b", "id": 2, "jira": "j-ben"},
        "robot": {"github": "robot[bot]", "id": 3, "type": "bot", "jira": "j-robot"},
        "gone": {"name": "Gone", "email": "gone@nowhere.example"},
    },
    "commits": {"m0": {"author": "ann", "at": "-10d"}},
    "branches": {"main": "m0"},
    "run": {"commit": "m0", "started_by": "ann"},
}


def raw(**over: Any) -> dict[str, Any]:
    """The smallest world with these sections laid over it."""
    return merged(SMALLEST, over)


def world(**over: Any) -> World:
    """The same, read."""
    return World.of(raw(**over))


def site(**over: Any) -> Site:
    """The systems of such a world."""
    return site_of(world(**over))


def site_of(some: World) -> Site:
    """The systems of a world."""
    return Site(some, clock=Clock(some.now), base=HOST)


def ask(
    place: Site,
    path: str,
    *,
    method: str = "GET",
    body: bytes = b"",
    authorization: str | None = "Bearer any",
) -> Response:
    """Ask for a path with its query."""
    split = urlsplit(path)
    return place.answer(
        Request(
            method=method,
            path=split.path,
            query=dict(parse_qsl(split.query, keep_blank_values=True)),
            headers={} if authorization is None else {"authorization": authorization},
            body=body,
        )
    )


def rest(place: Site, path: str) -> Any:
    """What GitHub's REST interface answers below the repository; it must be there."""
    response = ask(place, f"/github/repos/{place.world.repository.name}{path}")
    assert response.status == 200, response
    return response.json()
