"""The tickets of a world: Jira issues and GitHub issues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from gate.sandbox.world.marks import AccountName, Named, Otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class JiraChange:
    """One entry of a Jira issue's changelog."""

    at: datetime
    by: AccountName | None = None
    """None: Jira does not say who."""
    field: str = "status"
    """The field's shown name."""
    from_: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JiraIssue:
    """A Jira issue. `asked` is the key under which it can be found; `key` the one that Jira answers with."""

    asked: Annotated[str, Named()]
    tracker: Literal["jira"] = "jira"
    key: str = ""
    """Another key than the one asked for: the issue was moved."""
    id: int = 0
    type: str = "Normal Change"
    status: str = "Approved"
    status_category: Literal["new", "indeterminate", "done"] = "indeterminate"
    resolution: str | None = None
    reporter: AccountName | None = None
    assignee: AccountName | None = None
    created: Annotated[datetime, Otherwise("-7d")]
    summary: str = "A change"
    description: str = ""
    """Markdown; turned into ADF, the document format of Jira Cloud."""
    adf: Any = None
    """The document itself, instead of `description`."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Custom fields by shown name; their types are in `jira.fields`."""
    labels: tuple[str, ...] = ()
    priority: str = "Medium"
    history: tuple[JiraChange, ...] = ()
    remote_links: tuple[str, ...] = ()

    @property
    def answered(self) -> str:
        """The key that Jira answers with."""
        return self.key or self.asked

    @property
    def project(self) -> str:
        """The key of its project."""
        return self.answered.rpartition("-")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueEvent:
    """Something that happened to a GitHub issue."""

    at: datetime
    by: AccountName | None = None
    event: Literal["labeled", "unlabeled", "renamed", "edited", "closed", "reopened", "transferred"]
    label: str = ""
    from_: str = ""
    """The old title, or the repository that a transferred issue comes from."""
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A GitHub issue, named `owner/name#3`."""

    name: Annotated[str, Named()]
    tracker: Literal["github"] = "github"
    id: int = 0
    state: Literal["open", "closed"] = "open"
    state_reason: Literal["completed", "not_planned", "reopened", "duplicate"] | None = None
    title: str = "A change"
    body: str = ""
    type: str = ""
    author: AccountName | None = None
    created: Annotated[datetime, Otherwise("-7d")]
    labels: tuple[str, ...] = ()
    history: tuple[IssueEvent, ...] = ()

    @property
    def repository(self) -> str:
        """Where it lives, as `owner/name`."""
        return self.name.partition("#")[0]

    @property
    def number(self) -> int:
        """Its number there."""
        return int(self.name.partition("#")[2])


FieldType = Literal["text", "markdown", "option", "datetime", "date", "number", "user"]
"""How Jira stores a custom field: one line, a document, a choice, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class JiraSite:
    """The Jira site around the tickets."""

    fields: Mapping[str, FieldType] = field(default_factory=dict)
    """Types of custom fields; what is not named here is text, `datetime` where it looks like a time."""
    page: int = 100
    """The most entries of a changelog on one page."""
    hide_email: bool = True
    """Whether people's addresses are private, as most are."""
    account: AccountName | None = None
    """Whose token the client uses; left out: a service account."""


DEFAULT_FIELDS: Mapping[str, FieldType] = {
    "Change risk": "option",
    "Planned start": "datetime",
    "Planned end": "datetime",
    "Backout plan": "markdown",
}
