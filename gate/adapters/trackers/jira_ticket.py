"""One Jira issue, with its history and its links, as a ticket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gate.adapters.part import Part
from gate.adapters.trackers.jira_fields import Fields, addresses, document
from gate.adapters.trackers.jira_history import events
from gate.adapters.trackers.jira_people import account
from gate.adapters.trackers.moments import moment_of
from gate.domain.facts import Ticket, TicketState
from gate.domain.phrases import safe
from gate.domain.policy.workflow import TicketFields

_CATEGORIES = {
    "new": TicketState.OPEN,
    "indeterminate": TicketState.OPEN,
    "undefined": TicketState.OPEN,
    "done": TicketState.DONE,
}
_REFUSING = frozenset(
    {
        "won't do",
        "won't fix",
        "wont do",
        "wont fix",
        "duplicate",
        "invalid",
        "cannot reproduce",
        "incomplete",
    }
)
"""Resolutions of a stock Jira that mean: this is not going to happen. The policy's rejected statuses count as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What the policy says about tickets, and where people look at them."""

    site: str
    """Empty when nobody said it, and then tickets have no address."""
    fields: TicketFields
    approved: frozenset[str]
    rejected: frozenset[str]
    """Names of statuses, folded."""

    @property
    def spelled(self) -> dict[str, str]:
        """The policy's field names by their folded form."""
        named = self.fields
        wanted = (named.risk, named.planned_start, named.planned_end, named.rollback_plan)
        return {name.strip().casefold(): name for name in wanted if name.strip()}

    def ticket(
        self,
        asked_key: str,
        issue: Part,
        names: Part | None,
        entries: Iterable[Part],
        links: tuple[str, ...],
    ) -> Ticket:
        """Read one issue. `names` are field names of several issues; None when the issue brings its own."""
        values = issue.member("fields")
        fields = Fields(
            values, names or issue.member("names"), self.spelled, complete=names is None
        )
        key, project = issue.name("key"), values.member("project").name("key")
        if key.rpartition("-")[0] != project:
            raise issue.asked.missing(
                "wrong-object",
                f"Jira answered with {safe(key)}, which is not of its project {safe(project)}",
            )
        description = values.member("description") if values.has("description") else None
        return Ticket(
            key=key,
            asked_key=asked_key,
            tracker="jira",
            project=project,
            url=f"{self.site}/browse/{key}" if self.site else "",
            title=values.text("summary"),
            type=values.member("issuetype").name("name"),
            status=values.member("status").name("name"),
            state=self._state(values),
            reporter=account(values, "reporter"),
            created_at=moment_of(values, "created"),
            body=document(description) if description else "",
            fields=fields.texts(),
            risk=fields.choice(self.fields.risk),
            labels=_labels(values),
            planned_start=fields.moment(self.fields.planned_start, end=False),
            planned_end=fields.moment(self.fields.planned_end, end=True),
            links=tuple(dict.fromkeys([*links, *(addresses(description) if description else ())])),
            history=events(entries, self.spelled),
        )

    def _state(self, values: Part) -> TicketState:
        status = values.member("status")
        name = status.name("name").strip().casefold()
        category = status.member("statusCategory").name("key")
        if category not in _CATEGORIES:
            raise status.wrong("a category of statuses", "statusCategory.key")
        resolution = values.member("resolution").name("name") if values.has("resolution") else ""
        if name in self.rejected or resolution.strip().casefold() in self.rejected | _REFUSING:
            return TicketState.REJECTED
        return TicketState.OPEN if name in self.approved else _CATEGORIES[category]


def _labels(values: Part) -> tuple[str, ...]:
    # A site may hide the field; where it is there it is a list, also when it is empty.
    found = values.items("labels") if "labels" in values.members() else ()
    return tuple(_label(part) for part in found)


def _label(part: Part) -> str:
    if not isinstance(part.value, str):
        raise part.wrong("a text")
    return part.value
