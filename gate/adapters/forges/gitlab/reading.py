"""What GitLab's answers are made of, beyond what every tracker's and forge's are."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import quote

from gate.adapters.trackers.part import Part

SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def sha(part: Part, name: str) -> str:
    """A full object id, SHA-1 or SHA-256."""
    found = part.text(name)
    if not SHA.fullmatch(found):
        raise part.wrong("a full SHA", name)
    return found


def sha_or_empty(part: Part, name: str) -> str:
    """The same, and empty for null: a merge request that was fast-forwarded has no merge commit."""
    return "" if part.maybe(name) is None else sha(part, name)


def moment_or_none(part: Part, name: str) -> datetime | None:
    """A time in UTC, or None for null."""
    return None if part.maybe(name) is None else part.moment(name)


def text_or_null(part: Part, name: str) -> str:
    """A text that has to be there; empty for null."""
    return "" if part.maybe(name) is None else part.text(name)


def texts(part: Part, name: str) -> tuple[str, ...]:
    """A list of texts."""
    found = [item.value for item in part.items(name)]
    if not all(isinstance(text, str) for text in found):
        raise part.wrong("a list of texts", name)
    return tuple(str(text) for text in found)


def keys(names: str) -> frozenset[str]:
    """Keys of an answer that the evidence keeps, given as words."""
    return frozenset(names.split())


def segment(text: str) -> str:
    """One segment of a path: a branch `a/b` or a hostile `../x` stays one segment."""
    return quote(text, safe="")
