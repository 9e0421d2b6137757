"""An archive in memory, which does what the protocol says and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from gate.adapters.archives.gaps import absent
from gate.domain.evidence_ports import ArchivePage, KeyTaken
from gate.domain.ports import FactMissing


class MemoryArchive:
    def __init__(self, address: str = "file:///evidence", *, queryable: bool = True) -> None:
        self.address = address
        self.locked = False
        self.queryable = queryable
        self.held: dict[str, bytes] = {}
        self.before: Callable[[str], None] = lambda key: None
        """Called before each write; may raise, or write something else first."""
        self.page = 3
        self.until: datetime | FactMissing | None = None

    def create(self, key: str, content: bytes) -> None:
        self.before(key)
        if self.held.setdefault(key, content) != content:
            raise KeyTaken(key)

    def read(self, key: str) -> bytes:
        if key not in self.held:
            raise absent(self.address, key)
        return self.held[key]

    def list(self, prefix: str, after: str = "") -> ArchivePage:
        found = sorted(key for key in self.held if key.startswith(prefix) and key > after)
        keys = tuple(found[: self.page])
        return ArchivePage(keys=keys, after=keys[-1] if len(found) > self.page else "")

    def keeps_until(self, now: datetime) -> datetime | None:
        if isinstance(self.until, FactMissing):
            raise self.until
        return self.until
