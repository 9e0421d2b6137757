"""The world as Jira sees it: people, fields, issues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gate.sandbox.clock import Clock
from gate.sandbox.jira.adf import document
from gate.sandbox.jira.shelf import Shelf
from gate.sandbox.world import World
from gate.sandbox.world.git import number
from gate.sandbox.world.moments import is_relative, moment
from gate.sandbox.world.tickets import DEFAULT_FIELDS, FieldType, JiraIssue

SERVICE = "5b10f00d0000000000000001"
SERVICE_ACCOUNT = "the service account"
"""What stands for it among the names of accounts, of which none has spaces in it."""
_SCHEMAS: dict[FieldType, tuple[str, str]] = {
    "text": ("string", "textfield"),
    "markdown": ("string", "textarea"),
    "option": ("option", "select"),
    "datetime": ("datetime", "datetime"),
    "date": ("date", "datepicker"),
    "number": ("number", "float"),
    "user": ("user", "userpicker"),
}
SYSTEM_FIELDS = {
    "summary": "Summary",
    "description": "Description",
    "status": "Status",
    "issuetype": "Issue Type",
    "project": "Project",
    "priority": "Priority",
    "resolution": "Resolution",
    "reporter": "Reporter",
    "creator": "Creator",
    "assignee": "Assignee",
    "labels": "Labels",
    "created": "Created",
    "updated": "Updated",
    "duedate": "Due date",
    "comment": "Comment",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Jira:
    """Everything that a handler needs to answer."""

    world: World
    clock: Clock
    base: str
    shelf: Shelf
    """The issues as they are now, with what clients wrote."""

    @property
    def me(self) -> str:
        """The name of the account whose token the client uses."""
        return self.world.jira.account or SERVICE_ACCOUNT

    def api(self, path: str) -> str:
        """The address of a resource."""
        return f"{self.base}/rest/api/3{path}"

    def find(self, wanted: str) -> JiraIssue | None:
        """The issue with that key (ignoring case, old keys of moved issues included) or id."""
        return self.shelf.find(wanted)

    def user(self, name: str | None) -> dict[str, Any] | None:
        """An account, with its address only where the site shows it."""
        if name is None:
            return None
        if name == SERVICE_ACCOUNT:
            return self._service
        account = self.world.accounts[name]
        shown: dict[str, Any] = {
            "self": self.api(f"/user?accountId={account.jira}"),
            "accountId": account.jira,
            "accountType": "app" if account.type == "bot" else "atlassian",
            "displayName": account.name or account.github,
            "active": True,
            "timeZone": "Etc/UTC",
            "avatarUrls": {},
        }
        if not self.world.jira.hide_email and account.email:
            shown["emailAddress"] = account.email
        return shown

    @property
    def _service(self) -> dict[str, Any]:
        return {
            "self": self.api(f"/user?accountId={SERVICE}"),
            "accountId": SERVICE,
            "accountType": "app",
            "displayName": "Change Gate",
            "active": True,
            "timeZone": "Etc/UTC",
            "avatarUrls": {},
        }

    @property
    def field_types(self) -> dict[str, FieldType]:
        """Every custom field of the site, by shown name."""
        named = {**DEFAULT_FIELDS, **self.world.jira.fields}
        used = {
            name: value
            for issue in self.world.tickets.values()
            for name, value in issue.fields.items()
        }
        for name, value in used.items():
            named.setdefault(name, "datetime" if is_relative(value) else "text")
        return named

    def field_id(self, name: str) -> str:
        """The id of a field from its shown name."""
        for id_, shown in SYSTEM_FIELDS.items():
            if shown.casefold() == name.casefold() or id_ == name:
                return id_
        known = sorted(self.field_types)
        place = known.index(name) if name in known else 10_000 + number("field", name)
        return f"customfield_{10_000 + place}"

    def field_value(self, name: str, raw: Any) -> Any:
        """What Jira stores for what the world says; None is an empty field."""
        if raw is None or raw == "":
            return None
        match self.field_types[name]:
            case "option":
                id_ = str(number("option", f"{name}/{raw}"))
                return {"self": self.api(f"/customFieldOption/{id_}"), "value": str(raw), "id": id_}
            case "markdown":
                return document(str(raw))
            case "datetime":
                return timestamp(moment(raw, self.world.now))
            case "date":
                return f"{moment(raw, self.world.now):%Y-%m-%d}" if is_relative(raw) else str(raw)
            case "user":
                return self.user(str(raw))
            case "number":
                return float(raw)
            case _:
                return str(raw)


def field_schema(name: str, kind: FieldType, id_: str) -> dict[str, Any]:
    """How `GET /field` describes a custom field."""
    type_, custom = _SCHEMAS[kind]
    plugin = "com.atlassian.jira.plugin.system.customfieldtypes"
    return {
        "id": id_,
        "key": id_,
        "name": name,
        "custom": True,
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": [f"cf[{id_.rpartition('_')[2]}]", name],
        "schema": {
            "type": type_,
            "custom": f"{plugin}:{custom}",
            "customId": int(id_.rpartition("_")[2]),
        },
    }


def timestamp(at: datetime) -> str:
    """A time as Jira Cloud writes it: `2026-11-25T15:00:00.000+0000`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
