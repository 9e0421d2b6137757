"""An issue as Jira gave it, before it is a ticket."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from gate.adapters.part import Part
from gate.adapters.trackers.jira_history import entry_id

MOST_EXPANDED = 40
"""Entries of a changelog that come along with an issue. The bulk form documents this number, the single one none."""

KEPT = frozenset(
    {
        "accountId", "accountType", "attrs", "author", "changeHistories", "changelog", "child",
        "content", "created", "description", "displayName", "errorMessage", "field", "fieldId",
        "fields", "fieldtype", "from", "fromString", "histories", "href", "id", "isLast",
        "issueChangeLogs", "issueErrors", "issueId", "issues", "issuetype", "items", "key",
        "labels", "level", "marks", "maxResults", "name", "names", "nextPageToken", "object",
        "order", "project", "reporter", "resolution", "startAt", "state", "status",
        "statusCategory", "summary", "text", "timestamp", "title", "to", "toString", "total",
        "type", "url", "value", "values", "version",
    }
)  # fmt: skip
"""What the evidence keeps of an answer: what a ticket is made of, and no e-mail address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An issue, and as much of its changelog as came along with it."""

    issue: Part
    names: Part | None
    """Shown names of fields; None when the issue brings its own."""
    id: str
    entries: tuple[Part, ...]
    total: int
    """How many there are, as Jira says. Its API description calls it the number on this page, so it only adds doubt."""

    @classmethod
    def of(cls, issue: Part, names: Part | None) -> Self:
        """FactMissing when the answer lacks what was asked for."""
        log = issue.member("changelog")
        entries, total = log.items("histories"), log.number("total")
        if total < len(entries) or log.number("startAt") or repeats(entries):
            raise log.wrong("a whole beginning of the changelog")
        return cls(
            issue=issue,
            names=None if issue.has("names") else names,
            id=issue.name("id"),
            entries=entries,
            total=total,
        )

    @property
    def number(self) -> str:
        """The id for an address, which no move of the issue changes."""
        if not (self.id.isascii() and self.id.isdigit()):
            raise self.issue.wrong("a number", "id")
        return self.id

    @property
    def is_whole(self) -> bool:
        """Whether these are all entries, beyond doubt."""
        return len(self.entries) == self.total and self.total < MOST_EXPANDED

    def accept(self, entries: Sequence[Part]) -> tuple[Part, ...]:
        """The whole changelog, read apart. FactMissing when it lacks an entry that is known to exist."""
        known = {entry_id(entry) for entry in entries}
        if repeats(entries) or len(entries) < self.total or not ids(self.entries) <= known:
            raise self.issue.wrong(
                "in agreement with the changelog that was read page by page", "changelog"
            )
        return tuple(entries)


def ids(entries: Sequence[Part]) -> set[str]:
    """The ids of changelog entries."""
    return {entry_id(entry) for entry in entries}


def repeats(entries: Sequence[Part]) -> bool:
    """Whether an entry is there twice."""
    return len(ids(entries)) < len(entries)


def kept(spelled: Collection[str]) -> Callable[[object], Collection[str]]:
    """What to keep of an answer: `KEPT`, and the custom fields that the policy names."""

    def keep(answer: object) -> Collection[str]:
        own = {
            id_
            for names in _names_in(answer)
            for id_, shown in names.items()
            if isinstance(shown, str) and shown.strip().casefold() in spelled
        }
        return KEPT | own

    return keep


def _names_in(answer: object) -> Iterator[Mapping[str, object]]:
    if isinstance(answer, dict):
        issues = answer.get("issues")
        for holder in (answer, *(issues if isinstance(issues, list) else ())):
            names = holder.get("names") if isinstance(holder, dict) else None
            if isinstance(names, dict):
                yield names
