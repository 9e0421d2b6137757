"""What happened to a merge request, from the notes that GitLab itself writes: the job token may read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from gate.adapters.forges.gitlab import accounts
from gate.adapters.forges.gitlab.client import Client
from gate.adapters.forges.gitlab.question import Question, missing
from gate.adapters.forges.gitlab.reading import keys
from gate.adapters.part import Part
from gate.domain.identity import Identity

_KEEP = accounts.KEYS | keys("body created_at system noteable_iid noteable_type")


class Deed(Enum):
    """What a note of GitLab's own tells. The texts are constants of its source and are not translated."""

    APPROVED = "approved this merge request"
    UNAPPROVED = "unapproved this merge request"
    CHANGES_REQUESTED = "requested changes"
    RESET = "reset approvals from"
    """A push took approvals away (Premium)."""
    PUSHED = "added commits"
    RETARGETED = "changed target branch from"
    RESTORED = "restored source branch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One note of GitLab's own."""

    id: str
    deed: Deed
    at: datetime
    by: Identity
    before: str = ""
    """Of a push: the full SHA of the head before it; empty when the note does not tell."""
    heads: tuple[str, ...] = ()
    """Of a push: the beginnings of the SHAs that it lists, oldest first: the last one is the new head."""
    logins: frozenset[str] = frozenset()
    """Of a reset: whose approvals, in lower case."""


_PUSHED = re.compile(r"added [0-9]+ (?:new )?commits?(?:\n|$)")
_BEFORE = re.compile(
    r"\]\([^()\s]*[?&]start_sha=(?P<sha>[0-9a-f]{40}(?:[0-9a-f]{24})?)\)\s*\Z",
)
"""Only the link at the very end is GitLab's; what stands before it may be a commit's title."""
_LISTED = re.compile(r"<li>(?P<shas>[0-9a-f.]{7,200})(?= - )")
_LOGIN = re.compile(r"@(?P<login>[A-Za-z0-9_][A-Za-z0-9_.-]{0,254})")
_WHOLE = {deed.value: deed for deed in (Deed.APPROVED, Deed.UNAPPROVED, Deed.CHANGES_REQUESTED)}
_BEGINNING = (Deed.RESET, Deed.RETARGETED, Deed.RESTORED)


def read(client: Client, number: int) -> tuple[Event, ...]:
    """Every event that matters, oldest first."""
    question = Question(what=f"notes of !{number}")
    path = f"{client.home}/merge_requests/{number}/notes"
    found = client.pages(question, path, _KEEP, {"sort": "asc", "order_by": "created_at"})
    events: list[Event] = []
    for note in found:
        if note.number("noteable_iid") != number or note.name("noteable_type") != "MergeRequest":
            raise missing(question, "wrong-object", "GitLab answered with a note of something else")
        # Anybody can write such a text as a comment; only GitLab can write it as a note of the system.
        if note.flag("system"):
            events += _event(note)
    return tuple(sorted(events, key=lambda event: (event.at, int(event.id))))


def _event(note: Part) -> Iterator[Event]:
    body = note.text("body")
    deed = _deed(body)
    if deed is not None:
        before = _BEFORE.search(body) if deed is Deed.PUSHED else None
        yield Event(
            id=str(note.number("id")),
            deed=deed,
            at=note.moment("created_at"),
            by=accounts.user(note.maybe("author")),
            before=before["sha"] if before else "",
            heads=_heads(body) if deed is Deed.PUSHED else (),
            logins=_logins(body) if deed is Deed.RESET else frozenset(),
        )


def _deed(body: str) -> Deed | None:
    text = body.strip()
    if _PUSHED.match(text):
        return Deed.PUSHED
    return _WHOLE.get(text) or next(
        (deed for deed in _BEGINNING if text.startswith(deed.value)), None
    )


def _heads(body: str) -> tuple[str, ...]:
    """`<li>1a2b3c4d - title</li>` for a new commit, `<li>1a2b3c4d...5e6f7a8b - 12 commits from …` for others."""
    listed = [match["shas"] for match in _LISTED.finditer(body)]
    return tuple(sha for shas in listed for sha in re.split(r"\.{2,3}", shas) if len(sha) >= 7)


def _logins(body: str) -> frozenset[str]:
    return frozenset(match["login"].rstrip(".").casefold() for match in _LOGIN.finditer(body))
