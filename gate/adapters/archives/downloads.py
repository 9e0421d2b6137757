"""Files that a system keeps elsewhere: it sends us to a signed address, and no token goes there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from gate.adapters.address import check_address
from gate.adapters.answer import Answer, Asked
from gate.adapters.credentials import Anonymous
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.http import LONGEST_WAIT, Http, Place
from gate.adapters.sending import Place as Where
from gate.domain.ports import FactMissing

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
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        self._system = place.system
        self._recorder = recorder
        self._deadline = deadline
        self._sleep = sleep
        self._longest_wait = longest_wait
        self._watch = place.watch
        self._http = self._connect(replace(place, largest=LARGEST, watch=self._look))
        self._lock = threading.Lock()
        self._storages: dict[str, Http] = {}

    def close(self) -> None:
        """Close all connections."""
        self._http.close()
        for storage in self._storages.values():
            storage.close()

    def content(self, path: str, what: str) -> bytes:
        """The whole file. FactMissing when it does not come."""
        try:
            return _whole(self._http.get(path, what))
        except _Elsewhere as elsewhere:
            return self._follow(elsewhere.address, what)

    def _follow(self, address: str, what: str) -> bytes:
        try:
            checked = check_address(address, self._system, query=True)
        except FactMissing as gap:
            raise Asked(system=self._system, what=what).missing(
                "unreadable",
                f"{self._system} sends us elsewhere, and {gap.missing.detail}",
            ) from gap
        parts = urlsplit(checked)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        # Whoever has the signed address may read the file, so the evidence keeps only its path.
        storage = self._storage(f"{parts.scheme}://{parts.netloc}")
        return _whole(storage.get(path, what, shown=parts.path))

    def _storage(self, base_url: str) -> Http:
        """The connections to one storage, which all files that it keeps share."""
        with self._lock:
            if base_url not in self._storages:
                place = Place(
                    system=self._system,
                    base_url=base_url,
                    auth=Anonymous(),
                    accept=("*/*",),
                    largest=LARGEST,
                )
                self._storages[base_url] = self._connect(place)
            return self._storages[base_url]

    def _look(self, answer: Answer) -> None:
        self._watch(answer)
        if answer.status in _ELSEWHERE and (address := answer.headers.get("location", "")):
            raise _Elsewhere(address)

    def _connect(self, place: Where) -> Http:
        return Http(
            place,
            recorder=self._recorder,
            deadline=self._deadline,
            sleep=self._sleep,
            longest_wait=self._longest_wait,
        )


class _Elsewhere(Exception):
    def __init__(self, address: str) -> None:
        super().__init__("sent elsewhere")
        self.address = address


def _whole(answer: Answer) -> bytes:
    if not 200 <= answer.status < 300:
        answer.value()  # says what the status means
    return answer.content
