"""What goes wrong on the way, as the world's `faults` say."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable

from gate.sandbox.messages import Request, Response, answer
from gate.sandbox.world.faults import Fault
from gate.sandbox.world.merging import merged

_SYSTEM = re.compile(r"/(?:github|jira|gitlab/api/v4|pagerduty|incident_io|jsm)(?=/)")


class Faults:
    """Picks the fault of each request, and counts how often each was used."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._lock = threading.Lock()
        self._left = [(fault, _pattern(fault.route)) for fault in faults]
        self._used: dict[int, int] = {}

    def pick(self, request: Request) -> Fault | None:
        """The first fault that matches and is not used up."""
        names = _names(request)
        with self._lock:
            for index, (fault, pattern) in enumerate(self._left):
                if fault.times is not None and self._used.get(index, 0) >= fault.times:
                    continue
                if fault.page is not None and fault.page != request.page:
                    continue
                if any(pattern.fullmatch(name) for name in names):
                    self._used[index] = self._used.get(index, 0) + 1
                    return fault
        return None


def gets_through(fault: Fault | None) -> bool:
    """Whether the system gets the request at all, and does what it says."""
    if fault is None or fault.done:
        return True
    return not fault.reset and fault.status is None and fault.wrong is None


def spoiled(fault: Fault, true: Response) -> Response:
    """What is answered instead of the true answer; that one is empty where the request never got through."""
    if fault.wrong is not None:
        return answer(fault.wrong.json, headers=fault.headers)
    if fault.merge is not None:
        value = true.json()
        laid_over = merged(value, fault.merge) if isinstance(value, dict) else fault.merge
        return answer(laid_over, status=true.status, headers={**true.headers, **fault.headers})
    if fault.status is not None:
        headers = {"Content-Type": fault.content_type, **fault.headers}
        return Response(status=fault.status, headers=headers, body=fault.body.encode())
    return Response(status=true.status, headers={**true.headers, **fault.headers}, body=true.body)


def _names(request: Request) -> set[str]:
    """How a route may write this request: with or without the system's prefix and the operation."""
    paths = {request.path, _SYSTEM.sub("", request.path, count=1)}
    whole = {f"{request.method} {path}" for path in paths}
    return whole | {f"{name} {request.operation}" for name in whole if request.operation}


def _pattern(route: str) -> re.Pattern[str]:
    parts = (
        ".*" if part == "**" else "[^/]*" if part == "*" else re.escape(part)
        for part in re.split(r"(\*\*|\*)", route)
    )
    return re.compile("".join(parts))
