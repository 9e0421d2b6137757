"""What both forges' sources share: which period, what a file is called, and what a gap means to somebody who pulls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from gate.adapters.answer import Asked
from gate.domain.ports import FactMissing
from gate.evidence.layout import part

LARGEST = 64_000_000
"""No bundle of the gate is larger, packed."""
TRIES = 3
"""How often something is read that does not come whole."""

T = TypeVar("T")

_BEFORE, _AFTER = timedelta(days=1), timedelta(days=40)
_LONGEST_FOLDER, _MOST_PARTS = 200, 8
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_AGAIN = "run it again: it goes on where it stopped"
_REMEDIES: Mapping[str, str] = {
    "rate-limited": "run it again once the limit is over: it goes on where it stopped",
    "unavailable": _AGAIN,
    "timed-out": _AGAIN,
    "unreadable": "run it again; if it stays, look for a proxy or a sign-in page between here and the forge",
    "wrong-object": "do not rely on what came; whoever administers the forge finds out why it answers like this",
    "too-large": "ask for a shorter period",
}


@dataclass(frozen=True, slots=True)
class Window:
    """When evidence of a period may have been stored.

    That is after the decision, so what a clock may be wrong by would do in front, and behind what a job may wait or
    run for. Both are far more, since the records themselves say when they were made.
    """

    since: datetime
    until: datetime

    @property
    def begin(self) -> datetime:
        """Nothing of the period was stored before."""
        return self.since - _BEFORE if self.since.year > 1 else self.since

    def has(self, stored_at: datetime | None) -> bool:
        """Whether what was stored then may be of the period. When nobody says when that was, it may."""
        if stored_at is None:
            return True
        return self.begin <= stored_at and stored_at - _AFTER < self.until

    def may_have(self, created_at: datetime) -> bool:
        """Whether a pipeline that was made then may hold a decision of the period, however long its jobs waited."""
        return created_at - _BEFORE < self.until


def name_of(host: str, project: str, run: str, file: str) -> str:
    """Where a file goes, such as `github.com/acme/app/7001/12-evidence.zip`. `file` is without its ending."""
    folder = "/".join(part(piece) for piece in project.split("/"))
    if len(folder) > _LONGEST_FOLDER or folder.count("/") >= _MOST_PARTS:
        folder = part(project)
    return f"{part(host)}/{folder}/{part(run)}/{part(file)}.zip"


def check_zip(asked: Asked, content: bytes) -> bytes:
    """The content, which has to be a zip. FactMissing (`unreadable`) when something else came in its place."""
    if not content.startswith(_ZIPS):
        raise asked.missing(
            "unreadable", "what came is no zip: a proxy, a sign-in page or another site answered"
        )
    return content


def until_whole(read: Callable[[], T], *, code: str = "unreadable", tries: int = TRIES) -> T:
    """What is read again when it was not whole: a list that changes meanwhile, or a file whose end did not come.

    `code` is the reason that is given for that.
    """
    try:
        return read()
    except FactMissing as gap:
        if gap.missing.reason_code != code or tries < 2:
            raise
        return until_whole(read, code=code, tries=tries - 1)


@contextmanager
def pulling(permission: str) -> Iterator[None]:
    """While something is asked: a gap then says what to do about it here, where nobody deploys.

    `permission` says who can let us read, and how.
    """
    try:
        yield
    except FactMissing as gap:
        code = gap.missing.reason_code
        remedy = _REMEDIES.get(code, gap.missing.remedy)
        if code in {"not-permitted", "not-authenticated", "not-configured"}:
            remedy = permission
        elif code == "not-found":
            remedy = f"if it is there, {permission}"
        raise FactMissing(replace(gap.missing, remedy=remedy)) from gap
