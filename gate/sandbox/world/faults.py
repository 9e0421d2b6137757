"""What goes wrong on the way: `gate.sandbox.faults` plays it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """An answer with status 200 that is not what was asked for."""

    json: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong with requests that match `route`."""

    route: str
    """A glob over `METHOD /path`, without the query; for GraphQL followed by the operation's name.

    `*` stays between two slashes, `**` does not. The path may be written with or without the system's prefix.
    """
    page: int | None = None
    """Only when this page is asked for."""
    times: int | None = None
    """How often; when left out, always."""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    content_type: str = "application/json; charset=utf-8"
    reset: bool = False
    """The connection ends without an answer."""
    delay: timedelta | None = None
    """So long before anything is done (or, with `done`, before it is answered)."""
    truncate: int | None = None
    """The connection ends after so many bytes of the body."""
    wrong: Wrong | None = None
    done: bool = False
    """What was asked is done before anything goes wrong: only the answer suffers. Otherwise a request that is answered
    with `status`, `wrong` or `reset` never got through.
    """
    merge: Any = None
    """Laid over the true answer, which must be JSON: mappings are merged, everything else replaced."""
