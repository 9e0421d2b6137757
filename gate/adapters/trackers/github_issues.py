"""GitHub Issues: change tickets whose labels are their approval, told by the timeline: which label, who, when."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from gate.adapters.address import check_address
from gate.adapters.answer import Asked
from gate.adapters.credentials import bearer
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.forges.github.connections import follow
from gate.adapters.http import Http, Place
from gate.adapters.part import Part
from gate.adapters.side_by_side import chunks, side_by_side
from gate.adapters.trackers.github_documents import CONNECTIONS, issue_page, issues
from gate.adapters.trackers.github_errors import raise_errors
from gate.adapters.trackers.github_issue import Labels, key_of, ticket
from gate.domain.facts import Ticket
from gate.domain.phrases import safe
from gate.domain.policy.workflow import TicketRules

MOST_ISSUES = 50

_KEY = re.compile(
    r"(?P<owner>[A-Za-z0-9][A-Za-z0-9-]{0,38})/(?P<name>[A-Za-z0-9._-]{1,100})#(?P<number>[1-9][0-9]{0,8})"
)

KEPT = frozenset(
    {
        "__typename", "actor", "author", "body", "createdAt", "currentTitle", "data", "databaseId",
        "editedAt", "editor", "endCursor", "errors", "fromRepository", "hasNextPage", "issue",
        "label", "labels", "lastEditedAt", "login", "message", "name", "nameWithOwner", "nodes",
        "number", "pageInfo", "path", "previousTitle", "repository", "state", "stateReason",
        "timelineItems", "title", "type", "url", "userContentEdits",
        *(f"i{index}" for index in range(MOST_ISSUES)),
    }
)  # fmt: skip
"""What the evidence keeps of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    key: str
    owner: str
    name: str
    number: int


class GitHubIssues:
    """The issues of one GitHub, read with one token. Safe to use from several threads."""

    def __init__(
        self,
        *,
        graphql_url: str,
        token: str,
        rules: TicketRules,
        recorder: Recorder,
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`graphql_url` is https://api.github.com/graphql, or https://<host>/api/graphql on a server of one's own.

        FactMissing (`not-configured`) when address or token cannot be used.
        """
        address = check_address(graphql_url, "GitHub")
        self._host = urlsplit(address).hostname or ""
        self._http = Http(
            Place(system="GitHub", base_url=address, auth=bearer(token, "GitHub")),
            recorder=recorder,
            deadline=deadline,
            sleep=sleep,
        )
        self._labels = Labels(approved=rules.approved_statuses, rejected=rules.rejected_statuses)

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def tickets(self, keys: Sequence[str]) -> tuple[Ticket, ...]:
        """All of them (`owner/name#12`), in the order asked; FactMissing when one of them cannot be read.

        One request for every 50 issues, and one for each further page of a long timeline.
        """
        names = [self._name(key) for key in dict.fromkeys(keys)]
        batches = side_by_side(
            [partial(self._batch, batch) for batch in chunks(names, MOST_ISSUES)]
        )
        found = [issue for batch in batches for issue in batch]
        read = side_by_side(
            [partial(self._ticket, name, issue) for name, issue in zip(names, found, strict=True)]
        )
        known = {name.key: ticket for name, ticket in zip(names, read, strict=True)}
        return tuple(known[key] for key in keys)

    def _batch(self, names: Sequence[_Name]) -> list[Part]:
        variables: dict[str, object] = {}
        for index, name in enumerate(names):
            variables |= {f"o{index}": name.owner, f"n{index}": name.name, f"i{index}": name.number}
        asked = {f"i{index}": name.key for index, name in enumerate(names)}
        data = self._ask("Issues", issues(len(names)), variables, asked)
        return [data.member(alias).member("issue") for alias in asked]

    def _ticket(self, name: _Name, issue: Part) -> Ticket:
        lists = {connection: self._entries(name, issue, connection) for connection in CONNECTIONS}
        return ticket(name.key, issue, lists, self._labels)

    def _entries(self, name: _Name, issue: Part, connection: str) -> list[Part]:
        """All entries of a list; none where GitHub gives null for it."""
        first = issue.maybe(connection)
        return follow(first, partial(self._next, name, issue, connection)) if first else []

    def _next(self, name: _Name, issue: Part, connection: str, cursor: str) -> Part:
        variables = {"owner": name.owner, "name": name.name, "number": name.number, "after": cursor}
        data = self._ask("IssuePage", issue_page(connection), variables, {"repository": name.key})
        more = data.member("repository").member("issue")
        if key_of(more) != key_of(issue):
            raise more.asked.missing(
                "wrong-object", f"GitHub answered about {safe(key_of(more))} instead"
            )
        return more.member(connection)

    def _ask(
        self,
        operation: str,
        document: str,
        variables: Mapping[str, object],
        asked: Mapping[str, str],
    ) -> Part:
        """The data of an answer without any error. `asked` has the key of the issue that stands under each alias."""
        body = {"operationName": operation, "query": document, "variables": dict(variables)}
        what = f"ticket {', '.join(asked.values())}" if len(asked) == 1 else f"{len(asked)} tickets"
        answer = self._http.query("", what, body, keep=KEPT)
        part = Part(answer.value(), answer.asked)
        raise_errors(part, asked)
        return part.member("data")

    def _name(self, key: str) -> _Name:
        found = _KEY.fullmatch(key)
        if found is None:
            raise Asked(system="GitHub", what=f"ticket {safe(key)}", host=self._host).missing(
                "not-found", f"{safe(key)} names no issue, which looks like owner/name#123"
            )
        return _Name(key=key, owner=found["owner"], name=found["name"], number=int(found["number"]))
