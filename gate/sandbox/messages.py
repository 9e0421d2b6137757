"""A request as it came in and an answer as it goes out, apart from the socket."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

JSON = "application/json; charset=utf-8"
_OPERATION = re.compile(r"\b(?:query|mutation)\s+([A-Za-z_]\w*)")
_CURSOR = re.compile(r"Y3Vyc29yOn[A-Za-z0-9+/]*={0,2}")


def parameters(query: str) -> dict[str, str]:
    """The parameters of a query. What stands several times, as the items of a list do, is joined by commas."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found[name] = f"{found[name]},{value}" if name.endswith("[]") and name in found else value
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked. `path` is still percent-encoded; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """The body as JSON; ValueError when it is something else."""
        return json.loads(self.body)

    def record(self) -> dict[str, Any]:
        """The body as a JSON object; empty when it is something else."""
        try:
            found = self.json()
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def number(self, name: str, default: int) -> int:
        """A number from the query; the default when it is absent or malformed."""
        text = self.query.get(name, "")
        return int(text) if text.isascii() and text.isdigit() else default

    @property
    def operation(self) -> str:
        """The name of the GraphQL operation, if this is one."""
        match = _OPERATION.search(self.body.decode(errors="replace"))
        return match[1] if match and self.path.endswith("/graphql") else ""

    @property
    def page(self) -> int:
        """Which page is asked for, counted from 1."""
        if self.path.endswith("/graphql"):
            return 2 if _CURSOR.search(self.body.decode(errors="replace")) else 1
        if "startAt" in self.query:
            return self.number("startAt", 0) // max(self.number("maxResults", 100), 1) + 1
        further = self.query.get("after") or self.query.get("nextPageToken")
        return 2 if further or self.number("offset", 0) > 0 else self.number("page", 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What is answered."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def answer(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status=status, headers={"Content-Type": JSON, **(headers or {})}, body=body)


def cursor(position: int) -> str:
    """An opaque cursor after that many items."""
    return base64.b64encode(f"cursor:v2:{position}".encode()).decode()


def cursor_position(text: str) -> int:
    """The position in a cursor of ours; ValueError for any other text."""
    kind, _, position = base64.b64decode(text, validate=True).decode().rpartition(":")
    if kind != "cursor:v2":
        raise ValueError(text)
    return int(position)
