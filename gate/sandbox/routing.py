"""From a method and a path to the function that answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar
from urllib.parse import unquote

from gate.sandbox.messages import Request, Response

T = TypeVar("T")
Handler = Callable[[T, Request, Mapping[str, str]], Response]
_PARAMETER = re.compile(r"\\\{(\w+)(\\\*)?\\\}")


@dataclass(frozen=True, kw_only=True)
class Route(Generic[T]):
    """One thing that can be asked. `{name}` matches one segment of the path, `{name*}` several."""

    path: str
    answer: Handler[T]
    method: str = "GET"
    needs: str = ""
    """The permission that the token must have."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches whole paths."""

        def group(match: re.Match[str]) -> str:
            return f"(?P<{match[1]}>{'.+' if match[2] else '[^/]+'})"

        return re.compile(_PARAMETER.sub(group, re.escape(self.path)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Generic[T]):
    """A route and the decoded values of its parameters."""

    route: Route[T]
    parameters: Mapping[str, str]


def find(routes: Iterable[Route[T]], method: str, path: str) -> Match[T] | None:
    """The first route that fits."""
    for route in routes:
        if route.method == method and (match := route.pattern.fullmatch(path)):
            values = {name: unquote(value) for name, value in match.groupdict().items()}
            return Match(route=route, parameters=values)
    return None
