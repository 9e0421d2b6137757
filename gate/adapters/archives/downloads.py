"""Files that a system keeps elsewhere: it sends us to a signed address, and no token goes there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from gate.adapters.address import check_address
from gate.adapters.answer import Answer
from gate.adapters.credentials import Anonymous
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.http import Http, Place
from gate.adapters.sending import Place as Where

LARGEST = 70_000_000

_ELSEWHERE = frozenset({301, 302, 303, 307, 308})


class Downloads:
    """Reads files from one place, and from where it sends us. Safe to use from several threads."""

    def __init__(
        self,
        place: Where,
        *,
        recorder: Recorder,
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._system = place.system
        self._recorder = recorder
        self._deadline = deadline
        self._sleep = sleep
        self._http = self._connect(replace(place, largest=LARGEST, watch=_sent_elsewhere))

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def content(self, path: str, what: str) -> bytes:
        """The whole file. FactMissing when it does not come."""
        try:
            return _whole(self._http.get(path, what))
        except _Elsewhere as elsewhere:
            return self._follow(elsewhere.address, what)

    def _follow(self, address: str, what: str) -> bytes:
        checked = check_address(address, self._system, query=True)
        parts = urlsplit(checked)
        place = Place(
            system=self._system,
            base_url=f"{parts.scheme}://{parts.netloc}",
            auth=Anonymous(),
            accept=("*/*",),
            largest=LARGEST,
        )
        http = self._connect(place)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            # Whoever has the signed address may read the file, so the evidence keeps only its path.
            return _whole(http.get(path, what, shown=parts.path))
        finally:
            http.close()

    def _connect(self, place: Where) -> Http:
        return Http(place, recorder=self._recorder, deadline=self._deadline, sleep=self._sleep)


class _Elsewhere(Exception):
    def __init__(self, address: str) -> None:
        super().__init__("sent elsewhere")
        self.address = address


def _sent_elsewhere(answer: Answer) -> None:
    if answer.status in _ELSEWHERE and (address := _location(answer.headers)):
        raise _Elsewhere(address)


def _location(headers: Mapping[str, str]) -> str:
    return headers.get("location", "")


def _whole(answer: Answer) -> bytes:
    if not 200 <= answer.status < 300:
        answer.value()  # says what the status means
    return answer.content
