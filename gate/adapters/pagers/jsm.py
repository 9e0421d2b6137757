"""JSM Operations: alerts with their activity log, and who was on call (docs/pagers.md)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from gate.adapters.address import check_address
from gate.adapters.credentials import basic, bearer
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.http import Http, Place
from gate.adapters.pagers.jsm_alert import incident_of, owners_of
from gate.adapters.pagers.jsm_pages import ALERTS, KEPT, SCHEDULES, Pages, scoped
from gate.adapters.pagers.jsm_people import owner_of
from gate.adapters.pagers.reading import BUSY, the_one, written
from gate.adapters.pagers.typed import Typed, no_key
from gate.adapters.part import Part
from gate.adapters.side_by_side import side_by_side
from gate.domain.emergency_facts import Incident
from gate.domain.identity import Identity
from gate.domain.missing import Missing
from gate.domain.phrases import safe
from gate.domain.policy.emergency import PagerRules
from gate.domain.ports import FactMissing

SYSTEM = "JSM Operations"
PAGE = 100

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:-[0-9]{10,15})?")
_NUMBER = re.compile(r"[0-9]{1,15}")


class Jsm:
    """One cloud site, read with one token. Safe to use from several threads."""

    def __init__(
        self,
        *,
        rules: PagerRules,
        token: str,
        recorder: Recorder,
        deadline: Deadline,
        email: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """With `email` the token is sent as Basic, without it as Bearer.

        FactMissing (`not-configured`) when these or the address cannot be used.
        """
        base = _base(rules.url)
        auth = basic(email, token, SYSTEM) if email.strip() else bearer(token, SYSTEM)
        # Accounts are told by Jira, which lies beside it on the same gateway.
        people = re.sub(r"/jsm/ops/api/([^/]+)$", r"/ex/jira/\1", base)
        self._http, self._people = (
            Http(
                Place(system=SYSTEM, base_url=url, auth=auth, busy=BUSY),
                recorder=recorder,
                deadline=deadline,
                sleep=sleep,
            )
            for url in (base, f"{people}/rest/api/3")
        )
        self._pages = Pages(self._http)

    def close(self) -> None:
        """Close all connections."""
        self._http.close()
        self._people.close()

    def incident(self, key: str) -> Incident:
        """The alert with its log; see `Pager`. Whoever acted in it is asked for at Jira, all at once."""
        found = self._found(key)
        path = f"/v1/alerts/{found.name('id')}/logs"
        what = f"log of alert {safe(key)}"
        _, log = self._pages.read(path, what, ALERTS, {"size": PAGE})
        owners = owners_of(log)
        asked = side_by_side([partial(owner_of, self._people, owner) for owner in owners])
        known = dict(zip(owners, asked, strict=True))
        return incident_of(found, log, key, known.__getitem__)

    def on_call(self, schedule: str, at: datetime) -> tuple[Identity, ...]:
        """Who was on call at that moment, after overrides and forwarding; see `Pager`."""
        id_ = schedule.strip()
        if not _ID.fullmatch(id_):
            id_ = self._by_name(id_)
        moment = written(at)
        answer = self._http.get(
            f"/v1/schedules/{id_}/on-calls",
            f"people on call in schedule {safe(schedule)} at {moment}",
            params={"flat": "true", "date": moment},
            keep=KEPT,
        )
        people = scoped(answer, SCHEDULES).items("onCallUsers")
        ids = dict.fromkeys(_account_id(person) for person in people)
        return tuple(Identity(system="jira", login="", id=id_) for id_ in ids)

    def note(self, key: str, text: str) -> None:
        """Write a note on an alert, unless one with this text is there.

        FactMissing when it was not written, `WriteUnknown` when nobody knows. Atlassian takes notes in, and shows
        them a moment later.
        """
        path = f"/v1/alerts/{self._found(key).name('id')}/notes"
        _, notes = self._pages.read(path, f"notes of alert {safe(key)}", ALERTS, {"size": PAGE})
        if all(note.text("note") != text for note in notes):
            what = f"a note on alert {safe(key)}"
            self._http.write("POST", path, what, {"note": text}, keep=KEPT)

    def _found(self, key: str) -> Part:
        """The alert that was asked for, and no other. By no address: nothing tells whether a page is of this site."""
        typed = Typed.of(key, "alerts")
        id_ = typed.key
        if _NUMBER.fullmatch(id_) and not typed.page:
            id_ = self._by_number(id_)
        if typed.page or not _ID.fullmatch(id_):
            raise no_key(SYSTEM, key, "1234, or its long id")
        answer = self._http.get(f"/v1/alerts/{id_}", f"alert {typed.key}", keep=KEPT)
        found = scoped(answer, ALERTS)
        if found.name("id") != id_ or typed.key not in {id_, found.name("tinyId")}:
            raise found.asked.missing(
                "wrong-object",
                f"JSM Operations answered with the alert {safe(found.name('id'))} instead of {typed.key}",
            )
        return found

    def _by_number(self, number: str) -> str:
        params: dict[str, str | int] = {"query": f"tinyId:{number}", "size": PAGE}
        page, found = self._pages.read("/v1/alerts", f"alert {number}", ALERTS, params)
        ids = [item.name("id") for item in found if item.text_or_empty("tinyId") == number]
        if len(ids) == 1:
            return ids[0]
        raise page.asked.missing(
            "not-found", f"JSM Operations knows {len(ids) or 'no'} alerts with the number {number}"
        )

    def _by_name(self, name: str) -> str:
        what = f"schedule {safe(name)}"
        params: dict[str, str | int] = {"query": name, "size": PAGE}
        page, found = self._pages.read("/v1/schedules", what, SCHEDULES, params)
        id_ = the_one(page, found, name, lambda item: item.text("name")).name("id")
        if not _ID.fullmatch(id_):
            raise page.wrong("the id of a schedule", "values.id")
        return id_


def _account_id(person: Part) -> str:
    if not isinstance(person.value, str) or not person.value.strip():
        raise person.wrong("an account")
    return person.value


def _base(url: str) -> str:
    if url.strip():
        return check_address(url, SYSTEM)
    raise FactMissing(
        Missing(
            source=SYSTEM,
            reason_code="not-configured",
            detail="the policy does not say at which site JSM Operations is",
            remedy="whoever owns the change policy sets `emergency.pager.url` to "
            "https://api.atlassian.com/jsm/ops/api/<cloudId>",
        )
    )
