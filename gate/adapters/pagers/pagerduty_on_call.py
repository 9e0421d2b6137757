"""Who was on call in a schedule of PagerDuty at one moment."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from gate.adapters.http import Http
from gate.adapters.pagers.pagerduty_incident import user
from gate.adapters.pagers.pagerduty_pages import KEPT, Pages
from gate.adapters.pagers.reading import part_of, the_one, written
from gate.adapters.part import Part
from gate.domain.identity import Identity
from gate.domain.phrases import safe

_ID = re.compile(r"[A-Z0-9]{6,32}")


class OnCalls:
    """Answers for one account. A schedule is named by its id or by its name."""

    def __init__(self, http: Http, pages: Pages) -> None:
        self._http = http
        self._pages = pages

    def at(self, schedule: str, moment: datetime) -> tuple[Identity, ...]:
        """Everybody who was on call then, once each; none when nobody was."""
        if not _ID.fullmatch(schedule):
            return self._on_call(self._by_name(schedule), moment)
        found = self._on_call(schedule, moment)
        if found or self._exists(schedule):
            return found
        return self._on_call(self._by_name(schedule), moment)

    def _on_call(self, id_: str, moment: datetime) -> tuple[Identity, ...]:
        params = {
            "schedule_ids[]": id_,
            "since": written(moment),
            "until": written(moment + timedelta(seconds=1)),
            "time_zone": "UTC",
        }
        what = f"people on call in schedule {safe(id_)} at {written(moment)}"
        _, shifts = self._pages.read("/oncalls", "oncalls", what, "oncalls.read", params)
        on = [shift.member("user") for shift in shifts if _covers(shift, id_, moment)]
        return tuple({person.name("id"): user(person) for person in on}.values())

    def _exists(self, id_: str) -> bool:
        """Nobody on call, and no such schedule, are the same empty list."""
        answer = self._http.get(f"/schedules/{id_}", f"schedule {id_}", keep=KEPT)
        if answer.status == 404 and not answer.flaw:
            return False
        found = part_of(answer, "the scope schedules.read").member("schedule")
        if found.name("id") != id_:
            raise found.asked.missing(
                "wrong-object",
                f"PagerDuty answered with the schedule {safe(found.name('id'))} instead of {id_}",
            )
        return True

    def _by_name(self, name: str) -> str:
        what = f"schedule {safe(name)}"
        page, found = self._pages.read(
            "/schedules", "schedules", what, "schedules.read", {"query": name}
        )
        return the_one(page, found, name, lambda item: item.text("name")).name("id")


def _covers(shift: Part, id_: str, moment: datetime) -> bool:
    if shift.member("schedule").name("id") != id_:
        raise shift.asked.missing(
            "wrong-object", f"PagerDuty answered with a shift of another schedule than {safe(id_)}"
        )
    start, end = shift.moment_or_none("start"), shift.moment_or_none("end")
    # Without an end it is for ever; the end of one shift is the beginning of the next.
    return (start is None or start <= moment) and (end is None or moment < end)
