"""Where evidence is kept, and where it is pulled from: what the gate asks of such a place.

As in `ports`, a method returns the whole of what was asked, or raises FactMissing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class KeyTaken(Exception):
    """An archive holds something under this key already, and nothing is ever written over it."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePage:
    """Some keys of an archive, in order. `after` asks for those that follow; empty when there are none."""

    keys: tuple[str, ...]
    after: str = ""


class Archive(Protocol):
    """A place that keeps evidence, in which nothing is ever altered.

    Keys are those of `gate.evidence.layout`: parts of `[A-Za-z0-9._=-]`, joined by slashes. FactMissing when the place
    does not answer or refuses; its reason code says whether asking again can help.
    """

    @property
    def address(self) -> str:
        """Which one it is, for people: as the policy names it."""

    @property
    def locked(self) -> bool:
        """Whether nobody can delete anything before the moment that `keeps_until` tells."""

    @property
    def queryable(self) -> bool:
        """Whether other programs can query what lies there in place, so that an index is worth keeping."""

    def create(self, key: str, content: bytes) -> None:
        """Write something new and read it back. It is there whole, or not at all.

        KeyTaken when another content stands there. To write what is there already is no error: whoever cannot tell
        whether it was written does it again.
        """

    def read(self, key: str) -> bytes:
        """What stands there. FactMissing `not-found` when there is nothing."""

    def keeps_until(self, now: datetime) -> datetime | None:
        """When (UTC) it would delete by itself what is written now; None: never. FactMissing when it does not tell."""

    def list(self, prefix: str, after: str = "") -> ArchivePage:
        """Keys that begin with `prefix` (it ends with a slash), in ascending order, from behind `after` on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One zip with evidence that a source holds, or one signature that came later."""

    name: str
    """Where it goes in the folder of whoever pulls: parts of `[A-Za-z0-9._=-]`, joined by slashes, with its ending. The
    same every time, and unlike every other of that source.
    """
    ref: str
    """What the source knows it by."""
    stored_at: datetime | None = None
    """When it was stored there (UTC); None where the source does not tell."""
    digest: str = ""
    """`sha256:…` of its bytes, as the source recorded it; empty where it does not."""
    gone: str = ""
    """Why it can be had no more, such as that it expired; empty when it can."""


class EvidenceSource(Protocol):
    """A place that evidence can be pulled from. Safe to use from several threads at once."""

    @property
    def address(self) -> str:
        """Which one it is, for people."""

    def offers(self, since: datetime, until: datetime) -> Iterator[Offer]:
        """All that may hold a decision of that period (UTC, `until` is not part of it); more may be offered than that.

        FactMissing when the list cannot be read to its end: what came before it is then not all there is.
        """

    def fetch(self, offer: Offer) -> bytes:
        """The bytes of what was offered. FactMissing when they do not come, or are not those that were recorded."""
