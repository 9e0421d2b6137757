"""Lists of PagerDuty, page by page to their end."""

from __future__ import annotations

from collections.abc import Mapping

from gate.adapters.http import Http
from gate.adapters.pagers.reading import part_of
from gate.adapters.part import Part

PAGE = 100
MOST = 10_000
"""PagerDuty itself lists nothing beyond."""

KEPT = frozenset(
    {
        "acknowledgements", "acknowledger", "agent", "at", "channel", "content", "created_at", "end",
        "escalation_level", "escalation_policy", "first_trigger_log_entry", "html_url", "id", "incident",
        "incident_number", "incident_type", "last_status_change_at", "limit", "log_entries", "more", "name", "note",
        "notes", "offset", "oncalls", "priority", "schedule", "schedules", "service", "start", "status", "summary",
        "title", "total", "type", "urgency", "user",
    }
)  # fmt: skip
"""What the evidence keeps of an answer: no e-mail address, no phone number, and nothing of what monitoring sent."""


class Pages:
    """Reads lists. The token must have the scope that each question names."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def read(
        self, path: str, name: str, what: str, scope: str, params: Mapping[str, str]
    ) -> tuple[Part, list[Part]]:
        """The last page, and all elements of the list `name` in the order of the answers."""
        found: list[Part] = []
        while True:
            asked: dict[str, str | int] = {**params, "limit": PAGE, "offset": len(found)}
            answer = self._http.get(path, what, params=asked, keep=KEPT)
            page = part_of(answer, f"the scope {scope}")
            items = page.items(name)
            if page.number("offset") != len(found):
                raise page.wrong("the page that was asked for", "offset")
            found += items
            if not page.flag("more"):
                return page, found
            # The next page begins after `limit` elements: a page that is not full would leave a gap.
            if not items or len(items) != page.number("limit"):
                raise page.wrong("a full page, and more are said to follow", name)
            if len(found) >= MOST:
                raise page.asked.missing("too-large", f"{what}: more than {MOST} of them")
