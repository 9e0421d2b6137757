"""Changelogs that are longer than what came along with their issues: read to the end, and checked to be whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gate.adapters.http import Http, Keep
from gate.adapters.part import Part
from gate.adapters.side_by_side import chunks
from gate.adapters.trackers.jira_found import Found
from gate.domain.phrases import safe
from gate.domain.ports import FactMissing

PAGE = 100
BULK_PAGE = 1000
MOST_BULK_ISSUES = 1000
MOST_PAGES = 100


class Changelogs:
    """Reads changelogs page by page."""

    def __init__(self, http: Http, keep: Keep) -> None:
        self._http = http
        self._keep = keep

    def completed(self, found: Mapping[str, Found]) -> dict[str, tuple[Part, ...]]:
        """All entries of each issue, in no particular order, by the key that was asked for."""
        short = {item.id: item for item in found.values() if not item.is_whole}
        alone = len(short) == 1
        read = {id_: self._one(short[id_]) for id_ in short} if alone else self._several(short)
        return {
            key: item.accept(read[item.id]) if item.id in read else item.entries
            for key, item in found.items()
        }

    def _one(self, found: Found) -> list[Part]:
        entries: list[Part] = []
        what = f"changelog of ticket {safe(found.issue.name('key'))}"
        for _ in range(MOST_PAGES):
            params = {"startAt": len(entries), "maxResults": PAGE}
            path = f"/issue/{found.number}/changelog"
            answer = self._http.get(path, what, params=params, keep=self._keep)
            page = Part(answer.value(), answer.asked)
            values, total, last = page.items("values"), page.number("total"), page.flag("isLast")
            if page.number("startAt") != len(entries):
                raise page.wrong("the page that was asked for", "startAt")
            entries += values
            if last and len(entries) == total:
                return entries
            if last or not values or len(entries) >= total:
                raise page.wrong(f"whole: {len(entries)} of {total} entries came", "values")
        raise _too_many(found.issue, f"the {what}")

    def _several(self, short: Mapping[str, Found]) -> dict[str, list[Part]]:
        read: dict[str, list[Part]] = {id_: [] for id_ in short}
        for ids in chunks(tuple(short), MOST_BULK_ISSUES):
            for log in self._bulk(ids):
                # An issue may stand on several pages. One that nobody asked for says nothing about the others.
                read.get(log.name("issueId"), []).extend(log.items("changeHistories"))
        return read

    def _bulk(self, ids: Sequence[str]) -> list[Part]:
        logs: list[Part] = []
        seen = [""]
        what = f"changelogs of {len(ids)} tickets"
        while True:
            body = {"issueIdsOrKeys": list(ids), "maxResults": BULK_PAGE}
            asked = body | ({"nextPageToken": seen[-1]} if seen[-1] else {})
            answer = self._http.query("/changelog/bulkfetch", what, asked, keep=self._keep)
            page = Part(answer.value(), answer.asked)
            logs += page.items("issueChangeLogs")
            token = page.text_or_empty("nextPageToken")
            if not token:
                return logs
            if token in seen:
                raise page.wrong("the next page", "nextPageToken")
            if len(seen) == MOST_PAGES:
                raise _too_many(page, what)
            seen.append(token)


def _too_many(part: Part, what: str) -> FactMissing:
    return part.asked.missing(
        "too-large",
        f"{what}: more than {MOST_PAGES} pages",
        "whoever deploys uses a new ticket, whose history somebody can read",
    )
