"""Taints every answer on its way out of the sandbox, and remembers what was planted where."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from gate.sandbox.github_rest.api import ROUTES as GITHUB
from gate.sandbox.gitlab_rest.api import ROUTES as GITLAB
from gate.sandbox.incident_io.api import ROUTES as INCIDENT_IO
from gate.sandbox.jira.api import ROUTES as JIRA
from gate.sandbox.jsm.api import ROUTES as JSM
from gate.sandbox.messages import Request, Response
from gate.sandbox.pagerduty.api import ROUTES as PAGERDUTY
from gate.sandbox.routing import Route, find
from tests.redaction.archives import Elsewhere
from tests.redaction.kinds import KINDS, core
from tests.redaction.tainting import Taint

ROUTES: Mapping[str, Sequence[Route[Any]]] = {
    "github": GITHUB,
    "gitlab": GITLAB,
    "jira": JIRA,
    "pagerduty": PAGERDUTY,
    "incident_io": INCIDENT_IO,
    "jsm": JSM,
}
_VERSION = re.compile(r"^/api/v4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Where a credential was planted."""

    system: str
    endpoint: str
    place: str
    kind: str

    def __str__(self) -> str:
        return f"{self.kind} in {self.place} of {self.system} {self.endpoint}"


@dataclass(slots=True)
class Planter:
    """Stands at the sandbox's door (`Sandbox.last_touch`). Safe to use from several threads."""

    own: Mapping[str, str]
    """Secrets of the process, which systems repeat as well."""
    elsewhere: Elsewhere = lambda request: None
    """Systems that are no part of the sandbox."""
    registry: dict[int, Planted] = field(default_factory=dict)
    endpoints: set[tuple[str, str]] = field(default_factory=set)
    """Every endpoint whose answers were tainted."""
    answered: int = 0
    written: list[bytes] = field(default_factory=list)
    """What clients wrote into the systems."""
    _numbers: dict[Planted, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request, response: Response) -> Response:
        """The answer with credentials in it, always the same ones at the same place."""
        response = self.elsewhere(request) or response
        system, endpoint = endpoint_of(request)
        taint = Taint(
            secret=partial(self._secret, system, endpoint),
            own=self.own,
            endpoint=f"{system} {endpoint}",
        )
        tainted = replace(
            response, headers=taint.headers(response.headers), body=taint.content(response)
        )
        with self._lock:
            self.answered += 1
            self.endpoints.add((system, endpoint))
            if request.method not in {"GET", "HEAD"} and not _only_reads(request):
                self.written.append(request.body)
        return tainted

    def _secret(self, system: str, endpoint: str, place: str, kind: str) -> str:
        where = Planted(system=system, endpoint=endpoint, place=place, kind=kind)
        with self._lock:
            number = self._numbers.setdefault(where, len(self._numbers) + 1)
            self.registry[number] = where
        return KINDS[kind](core(number))

    def told(self, number: int) -> str:
        """Where a credential came from, for people."""
        return str(self.registry.get(number, f"what was planted as number {number}"))


def endpoint_of(request: Request) -> tuple[str, str]:
    """The system, and the method and route (for GraphQL: the operation) that a request is for."""
    _, system, *rest = request.path.split("/", 2)
    path = "/" + "".join(rest)
    if request.operation:
        return system, f"graphql {request.operation}"
    found = find(ROUTES.get(system, ()), request.method, _VERSION.sub("", path))
    found = found or find(ROUTES.get(system, ()), request.method, path)
    return system, f"{request.method} {found.route.path}" if found else f"{request.method} *"


def _only_reads(request: Request) -> bool:
    return bool(request.operation) or request.path.endswith(("bulkfetch", "search/jql"))
