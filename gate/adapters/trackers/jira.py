"""Jira Cloud: change tickets with their history, whose times and actors are Jira's own.

What Jira cannot authenticate it answers as if anybody had asked, so a dead token looks like a ticket that does not
exist. docs/trackers.md says which token works where.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from functools import partial

from gate.adapters.answer import Answer, Asked, refusal
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.part import Part
from gate.adapters.side_by_side import both, chunks, side_by_side
from gate.adapters.trackers.jira_changelog import Changelogs
from gate.adapters.trackers.jira_connection import JiraConnection, base_of
from gate.adapters.trackers.jira_found import Found, kept
from gate.adapters.trackers.jira_ticket import Reader
from gate.domain.facts import Ticket
from gate.domain.phrases import safe
from gate.domain.policy.workflow import TicketRules
from gate.domain.ports import FactMissing

__all__ = ["Jira", "base_of"]

MOST_ISSUES = 100

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}-[1-9][0-9]{0,9}")
_FIELDS = ("*all", "-comment", "-attachment", "-worklog")
"""Custom fields have another id on each site, so they cannot be listed. `*navigable` would hide some of them."""
_EXPAND = ("names", "changelog")


class Jira:
    """One Jira site, read with one token. Safe to use from several threads."""

    def __init__(
        self,
        *,
        base_url: str,
        token: str,
        email: str = "",
        rules: TicketRules,
        recorder: Recorder,
        deadline: Deadline,
        site: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """As JiraConnection says. FactMissing (`not-configured`) when these cannot be used."""
        self._connection = JiraConnection(
            base_url=base_url,
            token=token,
            email=email,
            recorder=recorder,
            deadline=deadline,
            site=site,
            sleep=sleep,
        )
        self._http = self._connection.http
        self._reader = Reader(
            site=self._connection.site,
            fields=rules.fields,
            approved=_folded(rules.approved_statuses),
            rejected=_folded(rules.rejected_statuses),
        )
        self._keep = kept(self._reader.spelled)
        self._changelogs = Changelogs(self._http, self._keep)

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def tickets(self, keys: Sequence[str]) -> tuple[Ticket, ...]:
        """All of them, in the order asked; FactMissing when one of them cannot be read.

        One ticket takes two requests side by side. Several take two or three for each hundred of them, and one for the
        links of each.
        """
        asked = tuple(dict.fromkeys(keys))
        for key in asked:
            self._check_key(key)
        found, links = both(
            lambda: self._found(asked),
            lambda: side_by_side([partial(self._links, key) for key in asked]),
        )
        whole = self._changelogs.completed(found)
        tickets = {
            key: self._reader.ticket(key, found[key].issue, found[key].names, whole[key], linked)
            for key, linked in zip(asked, links, strict=True)
        }
        return tuple(tickets[key] for key in keys)

    def _found(self, keys: Sequence[str]) -> dict[str, Found]:
        batches = side_by_side([partial(self._batch, batch) for batch in chunks(keys, MOST_ISSUES)])
        return {key: item for batch in batches for key, item in batch.items()}

    def _batch(self, keys: Sequence[str]) -> dict[str, Found]:
        """Issues by the key that was asked for."""
        if len(keys) == 1:
            return {keys[0]: self._issue(keys[0])}
        body = {"issueIdsOrKeys": list(keys), "fields": list(_FIELDS), "expand": list(_EXPAND)}
        what = f"tickets {safe(', '.join(keys))}"
        answer = self._http.query("/issue/bulkfetch", what, body, keep=self._keep)
        part = Part(answer.value(), answer.asked)
        names = part.maybe("names") if part.has("names") else None
        listed: dict[str, Found] = {}
        for issue in part.items("issues"):
            key = issue.name("key").casefold()
            if key in listed:
                raise issue.wrong("there only once")
            listed[key] = Found.of(issue, names)
        # Jira leaves out what it may not show, and answers a moved issue under its new key: only asking for the one key
        # tells which it is.
        return {key: listed.get(key.casefold()) or self._issue(key) for key in keys}

    def _issue(self, key: str) -> Found:
        params = {
            "fields": ",".join(_FIELDS),
            "expand": ",".join(_EXPAND),
            "updateHistory": "false",
            # Otherwise a field that fails to load is left out, and a planned window with it.
            "failFast": "true",
        }
        answer = self._http.get(f"/issue/{key}", f"ticket {key}", params=params, keep=self._keep)
        if answer.status == 404 and not answer.flaw:
            raise self._gone(answer, key)
        return Found.of(Part(answer.value(), answer.asked), None)

    def _links(self, key: str) -> tuple[str, ...]:
        """Addresses that the issue points to; none where the site has links switched off (403)."""
        answer = self._http.get(
            f"/issue/{key}/remotelink", f"links of ticket {key}", keep=self._keep
        )
        if answer.status == 403 and not answer.flaw:
            return ()
        links = Part(answer.value(), answer.asked).items()
        return tuple(link.member("object").text("url") for link in links)

    def _check_key(self, key: str) -> None:
        if not _KEY.fullmatch(key):
            raise Asked(
                system="Jira", what=f"ticket {safe(key)}", host=self._connection.host
            ).missing(
                "not-found", f"{safe(key)} is no key of a Jira issue, which looks like CHG-123"
            )

    def _gone(self, answer: Answer, key: str) -> FactMissing:
        """What a 404 means, once Jira has said whether it knows us. A dead token raises on the way."""
        probe = self._http.get("/myself", f"ticket {key}", keep=self._keep)
        if probe.status != 200:
            return refusal(probe)
        who = Part(probe.value(), probe.asked).text_or_empty("displayName")
        account = f"the account of this token ({safe(who)})" if who else "the account of this token"
        return answer.asked.missing(
            "not-found",
            f"Jira says that {key} does not exist, or {account} may not browse its project",
            f"whoever deploys checks the key; if it exists, whoever administers Jira gives {account} the permission "
            "Browse Projects",
        )


def _folded(names: Sequence[str]) -> frozenset[str]:
    return frozenset(name.strip().casefold() for name in names)
