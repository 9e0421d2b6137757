"""The tickets of a world: Jira issues and GitHub issues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
class JiraComment:
    """Something that somebody wrote below a Jira issue. `edited_by` is its author when left out."""

    at: Annotated[datetime, Otherwise("-1h")]
    by: AccountName | None = None
    body: str = ""
    """Markdown; turned into ADF."""
    adf: Any = None
    """The document itself, instead of `body`."""
    edited_at: datetime | None = None
    edited_by: AccountName | None = None


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
    creator: AccountName | None = None
    """Who made it; left out: the reporter."""
    assignee: AccountName | None = None
    created: Annotated[datetime, Otherwise("-7d")]
    due: str = ""
    """A date."""
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
    properties: Mapping[str, Any] = field(default_factory=dict)
    """Entity properties, which no page shows."""
    comments: tuple[JiraComment, ...] = ()

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
class IssueComment:
    """Something that somebody wrote below an issue. `edited_by` is its author when left out."""

    at: Annotated[datetime, Otherwise("-1h")]
    by: AccountName | None = None
    body: str = ""
    edited_at: datetime | None = None
    edited_by: AccountName | None = None


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
    assignees: tuple[AccountName, ...] = ()
    due: str = ""
    """A date; only GitLab has one."""
    comments: tuple[IssueComment, ...] = ()
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


JiraPermission = Literal["comment", "create", "edit", "transition"]


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
    projects: tuple[str, ...] = ()
    """Keys of the projects that the account may browse; none named: every one."""
    search_lag: timedelta = timedelta()
    """So long after it was written, a search still shows what was there before."""
    may: tuple[JiraPermission, ...] = ("comment", "create", "edit", "transition")
    """What the account may do beyond reading."""
    not_on_screen: tuple[str, ...] = ()
    """Fields that cannot be set when an issue is made, such as `duedate`."""


DEFAULT_FIELDS: Mapping[str, FieldType] = {
    "Change risk": "option",
    "Planned start": "datetime",
    "Planned end": "datetime",
    "Backout plan": "markdown",
}
