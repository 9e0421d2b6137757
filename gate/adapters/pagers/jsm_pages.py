"""Lists of JSM Operations, each of whose pages says how to ask for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from gate.adapters.answer import Answer
from gate.adapters.http import Http
from gate.adapters.pagers.reading import part_of
from gate.adapters.part import Part

MOST_PAGES = 40
ALERTS = "the scope read:ops-alert:jira-service-management"
SCHEDULES = "the scope read:ops-config:jira-service-management"

KEPT = frozenset(
    {
        "accountId", "accountType", "acknowledged", "count", "createdAt", "displayName", "entity", "id",
        "integrationName", "integrationType", "links", "log", "logTime", "logType", "message", "name", "next", "note",
        "onCallUsers", "owner", "ownerTeamId", "priority", "responders", "status", "tinyId", "type", "updatedAt",
        "values",
    }
)  # fmt: skip
"""What the evidence keeps of an answer. The owner of an entry is kept as it came, which may be an e-mail address."""


class Pages:
    """Reads lists."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def read(
        self, path: str, what: str, scope: str, params: Mapping[str, str | int]
    ) -> tuple[Part, list[Part]]:
        """The last page, and all elements in the order of the answers."""
        found: list[Part] = []
        seen: list[str] = []
        asked = dict(params)
        while True:
            page = scoped(self._http.get(path, what, params=asked, keep=KEPT), scope)
            found += page.items("values")
            following = page.member("links").text_or_empty("next") if page.has("links") else ""
            if not following:
                return page, found
            step = urlsplit(following)
            # Only the question is taken from it: no token goes to an address that an answer names.
            if following in seen or not step.path.endswith(path):
                raise page.wrong("the next page", "links.next")
            seen.append(following)
            if len(seen) == MOST_PAGES:
                raise page.asked.missing("too-large", f"{what}: more than {MOST_PAGES} pages")
            asked = {**params, **dict(parse_qsl(step.query))}


def scoped(answer: Answer, scope: str) -> Part:
    """The answer's JSON. Atlassian says 401 as well when only a scope is lacking."""
    return part_of(answer, f"{scope}, which is not expired", ("not-permitted", "not-authenticated"))
