"""PagerDuty: incidents with their log, and who was on call, by PagerDuty's own clock (docs/pagers.md)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime

from requests import PreparedRequest
from requests.auth import AuthBase

from gate.adapters.address import check_address
from gate.adapters.credentials import bearer, prefixed
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.http import Http, Place
from gate.adapters.pagers.pagerduty_incident import incident_of
from gate.adapters.pagers.pagerduty_on_call import OnCalls
from gate.adapters.pagers.pagerduty_pages import KEPT, Pages
from gate.adapters.pagers.reading import BUSY, part_of
from gate.adapters.pagers.sender import checked_email
from gate.adapters.pagers.typed import Typed, no_key
from gate.adapters.part import Part
from gate.domain.emergency_facts import Incident
from gate.domain.identity import Identity
from gate.domain.phrases import safe
from gate.domain.policy.emergency import PagerRules

SYSTEM = "PagerDuty"
API = "https://api.pagerduty.com"
VERSION = "application/vnd.pagerduty+json;version=2"

_ID = re.compile(r"(?=.*[A-Z])[A-Z0-9]{6,32}")
_NUMBER = re.compile(r"[0-9]{1,15}")
_OAUTH = re.compile(r"pd[a-z]{2}\+.*")
"""Tokens of an OAuth app name the region: `pdus+…`. API keys look otherwise, and are sent in another way."""


class PagerDuty:
    """One account, read with one token. Safe to use from several threads."""

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
        """`email` is the account of PagerDuty that notes are written as; reading needs none.

        FactMissing (`not-configured`) when these cannot be used.
        """
        base = check_address(rules.url or API, SYSTEM)
        self._http = Http(
            Place(
                system=SYSTEM,
                base_url=base,
                auth=_auth(token, email),
                accept=(VERSION,),
                busy=BUSY,
            ),
            recorder=recorder,
            deadline=deadline,
            sleep=sleep,
        )
        self._pages = Pages(self._http)
        self._on_calls = OnCalls(self._http, self._pages)

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def incident(self, key: str) -> Incident:
        """The incident with its whole log; see `Pager`. One request, then one for each hundred entries of the log."""
        found = self._found(key)
        id_ = found.name("id")
        _, log = self._pages.read(
            f"/incidents/{id_}/log_entries",
            "log_entries",
            f"log of incident {safe(id_)}",
            "incidents.read",
            {"is_overview": "false", "include[]": "channels", "time_zone": "UTC"},
        )
        return incident_of(found, log, key)

    def on_call(self, schedule: str, at: datetime) -> tuple[Identity, ...]:
        """Who was on call at that moment; see `Pager`."""
        return self._on_calls.at(schedule.strip(), at)

    def note(self, key: str, text: str) -> None:
        """Write a note on an incident, unless one with this text is there.

        FactMissing when it was not written, `WriteUnknown` when nobody knows. An API key of the account needs `email`.
        """
        path = f"/incidents/{self._found(key).name('id')}/notes"
        answer = self._http.get(path, f"notes of incident {safe(key)}", keep=KEPT)
        notes = part_of(answer, "the scope incidents.read").items("notes")
        if all(note.text("content") != text for note in notes):
            body = {"note": {"content": text}}
            self._http.write("POST", path, f"a note on incident {safe(key)}", body, keep=KEPT)

    def _found(self, key: str) -> Part:
        """The incident that was asked for, and no other."""
        typed = Typed.of(key, "incidents")
        if not (_ID.fullmatch(typed.key) or _NUMBER.fullmatch(typed.key)):
            looks = "PT4KHLK, 1234, or the address of its page"
            raise no_key(SYSTEM, key, looks)
        answer = self._http.get(f"/incidents/{typed.key}", f"incident {typed.key}", keep=KEPT)
        found = part_of(answer, "the scope incidents.read").member("incident")
        if typed.key not in {found.name("id"), str(found.number("incident_number"))}:
            raise found.asked.missing(
                "wrong-object",
                f"PagerDuty answered with the incident {safe(found.name('id'))} instead of {typed.key}",
            )
        if not _ID.fullmatch(found.name("id")):
            raise found.wrong("an id of PagerDuty", "id")
        typed.check_page(found.asked, found.text_or_null("html_url"))
        return found


class _Writing(AuthBase):
    """A key of the account acts as whomever `From` names."""

    def __init__(self, auth: AuthBase, email: str) -> None:
        self._auth = auth
        self._email = email

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["From"] = self._email
        signed: PreparedRequest = self._auth(request)
        return signed


def _auth(token: str, email: str) -> AuthBase:
    own = bearer if _OAUTH.fullmatch(token.strip()) else _key
    auth = own(token, SYSTEM)
    return _Writing(auth, checked_email(email, SYSTEM)) if email.strip() else auth


def _key(token: str, system: str) -> AuthBase:
    return prefixed("Token token=", token, system)
