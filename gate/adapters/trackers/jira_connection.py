"""The way to one Jira site: its address, and whether it knows us.

What Jira cannot authenticate it answers as if anybody had asked, so a dead token looks like a ticket that does not
exist.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from gate.adapters.address import check_address
from gate.adapters.answer import Answer
from gate.adapters.credentials import basic, bearer
from gate.adapters.deadline import Deadline
from gate.adapters.exchange import Recorder
from gate.adapters.http import Http, Place
from gate.domain.phrases import safe
from gate.domain.ports import FactMissing

API = "/rest/api/3"
GATEWAY = "api.atlassian.com"


def base_of(url: str) -> str:
    """The address that every path goes on from: without a slash at its end, and without the path of the API.

    FactMissing (`not-configured`) when it cannot be used.
    """
    return re.sub(r"/rest(?:/api(?:/\w+)?)?$", "", check_address(url, "Jira"))


class JiraConnection:
    """One Jira site, asked with one token. Safe to use from several threads."""

    def __init__(
        self,
        *,
        base_url: str,
        token: str,
        email: str = "",
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
        self.host = urlsplit(base).hostname or ""
        self.site = check_address(site, "Jira") if site else "" if self.host == GATEWAY else base
        auth = basic(email.strip(), token, "Jira") if email.strip() else bearer(token, "Jira")
        self.http = Http(
            Place(system="Jira", base_url=base + API, auth=auth, watch=self._check_login),
            recorder=recorder,
            deadline=deadline,
            sleep=sleep,
        )

    def address_of(self, key: str) -> str:
        """Where people look at a ticket; empty when nobody said where the pages are."""
        return f"{self.site}/browse/{key}" if self.site else ""

    def _check_login(self, answer: Answer) -> None:
        """Every answer says whether Jira knew us; a 200 may be what it shows to everybody."""
        header = answer.headers.get("x-seraph-loginreason", "")
        reasons = {reason.strip().upper() for reason in header.split(",")} - {"", "OK"}
        if answer.status == 401 or reasons:
            raise self._not_known(answer, safe(", ".join(sorted(reasons))))

    def _not_known(self, answer: Answer, reason: str) -> FactMissing:
        said = answer.said or reason or "no reason given"
        if self.host == GATEWAY:
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
