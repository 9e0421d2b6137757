"""Who the owner of a log entry is, which JSM Operations tells as a text: an account id, an address, or any name.

People choose their own names, so somebody can be called like another's address or account id. Such an owner is nobody
known: only Jira itself says which account an address belongs to, and who else is called so.
"""

from __future__ import annotations

import re

from gate.adapters.http import Http
from gate.adapters.pagers.jsm_pages import KEPT, scoped
from gate.adapters.part import Part
from gate.adapters.trackers.jira_people import account
from gate.domain.identity import Identity, Kind
from gate.domain.phrases import safe

MOST = 50
PEOPLE = "the scope read:jira-user, of an account that may browse users"
_ACCOUNT = re.compile(r"[0-9A-Za-z]{24}|[0-9]{1,10}:[0-9a-f-]{20,60}")
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")


def is_account(owner: str) -> bool:
    """Whether the text can name an account at all. Machines are called in other ways."""
    return bool(_ACCOUNT.fullmatch(owner) or _ADDRESS.fullmatch(owner))


def unknown(owner: str) -> Identity:
    """Somebody, of whom nobody can say who it is."""
    return Identity(system="jira", login="", kind=Kind.UNKNOWN, name=owner)


def owner_of(http: Http, owner: str) -> Identity:
    """The account that Jira names for the text; of unknown kind when it names none, several, or somebody called so."""
    what = f"the account of {safe(owner)}"
    params: dict[str, str | int] = {"query": owner, "maxResults": MOST}
    answer = http.get("/user/search", what, params=params, keep=KEPT, shown="/user/search")
    found = scoped(answer, PEOPLE).items()
    shown = {item.text_or_empty("displayName").strip().casefold() for item in found}
    if owner.casefold() in shown or len(found) == MOST:
        return unknown(owner)
    if _ACCOUNT.fullmatch(owner):
        return Identity(system="jira", login="", id=owner)
    people = [who for who in map(_account, found) if who]
    return people[0] if len(people) == 1 else unknown(owner)


def _account(item: Part) -> Identity | None:
    who = account(Part({"who": item.value}, item.asked), "who")
    return who if who and who.kind is Kind.HUMAN else None
