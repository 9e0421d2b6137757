"""incident.io: incidents with the escalations that page people for them, and who was on call (docs/pagers.md)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from gate.adapters.address import check_address
from gate.adapters.answer import Asked
from gate.adapters.credentials import bearer
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.http import Http, Place
from gate.adapters.pagers.incident_io_incident import incident_of, user
from gate.adapters.pagers.incident_io_pages import KEPT, VIEWER, Pages, come_back
from gate.adapters.pagers.reading import BUSY, part_of, the_one, written
from gate.adapters.pagers.typed import Typed, no_key
from gate.adapters.part import Part
from gate.domain.emergency_facts import Incident
from gate.domain.identity import Identity
from gate.domain.phrases import safe
from gate.domain.policy.emergency import PagerRules
from gate.domain.ports import FactMissing

SYSTEM = "incident.io"
API = "https://api.incident.io"
EARLIER = timedelta(days=1)
"""An alert pages people before somebody makes an incident of it."""

_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_REFERENCE = re.compile(r"(?:[A-Za-z][A-Za-z0-9]{0,19}-)?([0-9]{1,15})")


class IncidentIo:
    """One organisation, read with one API key. Safe to use from several threads."""

    def __init__(
        self,
        *,
        rules: PagerRules,
        token: str,
        recorder: Recorder,
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """FactMissing (`not-configured`) when the address or the key cannot be used."""
        self._http = Http(
            Place(
                system=SYSTEM,
                base_url=check_address(rules.url or API, SYSTEM),
                auth=bearer(token, SYSTEM),
                come_back=come_back,
                busy=BUSY,
            ),
            recorder=recorder,
            deadline=deadline,
            sleep=sleep,
        )
        self._pages = Pages(self._http)

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def incident(self, key: str) -> Incident:
        """The incident with all acknowledgements; see `Pager`.

        One request, then one for each fifty escalations that anything happened to since the day before: incident.io
        finds none by its incident.
        """
        found = self._found(key)
        since = found.moment("created_at") - EARLIER
        what = f"escalations of incident {safe(found.name('reference'))}"
        params: dict[str, str | int] = {"page_size": 50, "updated_at[gte]": f"{since:%Y-%m-%d}"}
        _, escalations = self._pages.read("/v2/escalations", "escalations", what, params)
        return incident_of(found, escalations, key)

    def on_call(self, schedule: str, at: datetime) -> tuple[Identity, ...]:
        """Who was on call at that moment, after overrides; see `Pager`."""
        id_ = schedule.strip()
        if not _ID.fullmatch(id_):
            id_ = self._by_name(id_)
        params: dict[str, str | int] = {
            "schedule_id": id_,
            "entry_window_start": written(at),
            "entry_window_end": written(at + timedelta(seconds=1)),
        }
        what = f"people on call in schedule {safe(schedule)} at {written(at)}"
        path, name = "/v2/schedule_entries", "schedule_entries.final"
        _, shifts = self._pages.read(path, name, what, params, "entry_window_start")
        # The end of one shift is the beginning of the next; an entry without a user is nobody's.
        on = [
            shift.member("user")
            for shift in shifts
            if shift.moment("start_at") <= at < shift.moment("end_at") and shift.has("user")
        ]
        return tuple({person.name("id"): user(person) for person in on}.values())

    def note(self, key: str, text: str) -> None:
        """Nothing can be written: incident.io's API reads updates and writes none. Always FactMissing (`refused`)."""
        raise _no_notes(key)

    def _found(self, key: str) -> Part:
        """The incident that was asked for, and no other."""
        typed = Typed.of(key, "incidents")
        number = _REFERENCE.fullmatch(typed.key)
        if not number and not _ID.fullmatch(typed.key):
            raise no_key(SYSTEM, key, "INC-123, 123, or the address of its page")
        name = number[1] if number else typed.key
        answer = self._http.get(f"/v2/incidents/{name}", f"incident {typed.key}", keep=KEPT)
        found = part_of(answer, VIEWER).member("incident")
        reference = found.name("reference")
        names = (
            {reference.casefold(), reference.rpartition("-")[2]} if number else {found.name("id")}
        )
        wanted = typed.key.casefold() if number else typed.key
        if wanted not in names:
            raise found.asked.missing(
                "wrong-object",
                f"incident.io answered with {safe(reference)} instead of {typed.key}",
            )
        typed.check_page(found.asked, found.text_or_empty("permalink"))
        return found

    def _by_name(self, name: str) -> str:
        what = f"schedule {safe(name)}"
        page, found = self._pages.read("/v2/schedules", "schedules", what, {"page_size": 50})
        return the_one(page, found, name, lambda item: item.text("name")).name("id")


def _no_notes(key: str) -> FactMissing:
    return Asked(system=SYSTEM, what=f"a note on incident {safe(key)}").missing(
        "refused",
        "incident.io has no way to write a note through its API",
        "whoever owns the workflow has people told in another way, such as by a webhook",
    )
