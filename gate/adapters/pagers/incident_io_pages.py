"""Lists of incident.io, from cursor to cursor to their end, and what its answers leave in the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from gate.adapters.answer import Answer
from gate.adapters.come_back import seconds_to_wait
from gate.adapters.http import Http
from gate.adapters.pagers.reading import part_of
from gate.adapters.part import Part

MOST_PAGES = 40
VIEWER = "the permission `View data`, and for private incidents the one to see those"

KEPT = frozenset(
    {
        "after", "alert", "api_key", "category", "created_at", "creator", "custom_field", "custom_field_entries",
        "end_at", "escalations", "event", "events", "external_id", "field_type", "final", "id", "incident",
        "incident_role_assignments", "incident_status", "incident_type", "mode", "name", "occurred_at", "page_size",
        "pagination_meta", "permalink", "reference", "related_incidents", "schedule_entries", "schedules", "severity",
        "start_at", "status", "status_category", "title", "type", "updated_at", "user", "users", "value",
        "value_catalog_entry", "value_option", "values", "visibility", "workflow",
    }
)  # fmt: skip
"""What the evidence keeps of an answer: no e-mail address, no summary, and nothing of an alert but its name."""


class Pages:
    """Reads lists."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def read(
        self,
        path: str,
        name: str,
        what: str,
        params: Mapping[str, str | int],
        cursor: str = "after",
    ) -> tuple[Part, list[Part]]:
        """The last page, and all elements of the list `name` (`a.b`: of the member `b` of `a`).

        Whoever wants the next page says in the parameter `cursor` what the page before gave for it.
        """
        found: list[Part] = []
        seen: list[str] = []
        while True:
            asked = {**params, **({cursor: seen[-1]} if seen else {})}
            page = part_of(self._http.get(path, what, params=asked, keep=KEPT), VIEWER)
            *outer, inner = name.split(".")
            holder = page.member(outer[0]) if outer else page
            found += holder.items(inner)
            meta = "pagination_meta"
            after = page.member(meta).text_or_empty("after") if page.has(meta) else ""
            if not after:
                return page, found
            if after in seen:
                raise page.wrong("the next page", f"{meta}.after")
            seen.append(after)
            if len(seen) == MOST_PAGES:
                raise page.asked.missing("too-large", f"{what}: more than {MOST_PAGES} pages")


def come_back(answer: Answer, now: datetime) -> float | None:
    """Seconds to wait: incident.io writes an RFC 1123 date into the body, and may set no header."""
    body = answer.json if isinstance(answer.json, dict) else {}
    limit = body.get("rate_limit")
    after = limit.get("retry_after") if isinstance(limit, dict) else None
    if not isinstance(after, str) or "retry-after" in answer.headers:
        return seconds_to_wait(answer.headers, now)
    return seconds_to_wait({"date": answer.headers.get("date", ""), "retry-after": after}, now)
