"""Jira Cloud: change tickets with their history, whose times and actors are Jira's own.

What Jira cannot authenticate it answers as if anybody had asked, so a dead token looks like a ticket that does not
exist. docs/trackers.md says which token works where.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import urlsplit

from gate.adapters.address import check_address
from gate.adapters.answer import Answer, Asked, refusal
from gate.adapters.credentials import basic, bearer
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.http import Http, Place
from gate.adapters.part import Part
from gate.adapters.side_by_side import both, chunks, side_by_side
from gate.adapters.trackers.jira_changelog import Changelogs
from gate.adapters.trackers.jira_found import Found, kept
from gate.adapters.trackers.jira_ticket import Reader
from gate.domain.facts import Ticket
from gate.domain.phrases import safe
from gate.domain.policy.workflow import TicketRules
from gate.domain.ports import FactMissing

API = "/rest/api/3"
GATEWAY = "api.atlassian.com"
MOST_ISSUES = 100

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}-[1-9][0-9]{0,9}")
_FIELDS = ("*all", "-comment", "-attachment", "-worklog")
"""Custom fields have another id on each site, so they cannot be listed. `*navigable` would hide some of them."""
_EXPAND = ("names", "changelog")


def base_of(url: str) -> str:
    """The address that every path goes on from: without a slash at its end, and without the path of the API.

    FactMissing (`not-configured`) when it cannot be used.
    """
    return re.sub(r"/rest(?:/api(?:/\w+)?)?$", "", check_address(url, "Jira"))


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
        """With `email` the token is sent as Basic, without it as Bearer.

        `base_url` is `https://<site>.atlassian.net`, or `https://api.atlassian.com/ex/jira/<cloudId>` for scoped
        tokens, which shows no pages; then `site` is the address for people, and without it tickets have none.
        FactMissing (`not-configured`) when these cannot be used.
        """
        base = base_of(base_url)
        self._host = urlsplit(base).hostname or ""
        self._email = email.strip()
        auth = basic(self._email, token, "Jira") if self._email else bearer(token, "Jira")
        self._http = Http(
            Place(system="Jira", base_url=base + API, auth=auth, watch=self._check_login),
            recorder=recorder,
            deadline=deadline,
            sleep=sleep,
        )
        self._reader = Reader(
            site=check_address(site, "Jira") if site else "" if self._host == GATEWAY else base,
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
            raise Asked(system="Jira", what=f"ticket {safe(key)}", host=self._host).missing(
                "not-found", f"{safe(key)} is no key of a Jira issue, which looks like CHG-123"
            )

    def _check_login(self, answer: Answer) -> None:
        """Every answer says whether Jira knew us; a 200 may be what it shows to everybody."""
        header = answer.headers.get("x-seraph-loginreason", "")
        reasons = {reason.strip().upper() for reason in header.split(",")} - {"", "OK"}
        if answer.status == 401 or reasons:
            raise self._not_known(answer, safe(", ".join(sorted(reasons))))

    def _not_known(self, answer: Answer, reason: str) -> FactMissing:
        said = answer.said or reason or "no reason given"
        if self._host == GATEWAY:
            hint = "at this address only scoped tokens work, and they need the scopes of docs/trackers.md"
        else:
            hint = (
                "scoped tokens, and all tokens of service accounts, work only under "
                f"https://{GATEWAY}/ex/jira/<cloudId>; a classic token needs the e-mail address of its account"
            )
        return answer.asked.missing(
            "not-authenticated",
            f"Jira does not know us (HTTP {answer.status}, {said}): the token is expired, revoked, or meant for "
            "another address, and what Jira shows to strangers is no evidence",
            f"whoever owns the workflow passes a valid token; {hint}",
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
