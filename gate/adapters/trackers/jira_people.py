"""Accounts of Jira."""

from __future__ import annotations

from gate.adapters.part import Part
from gate.domain.identity import Identity, Kind

_KINDS = {"atlassian": Kind.HUMAN, "customer": Kind.HUMAN, "app": Kind.BOT}
_LOST = "unknown"
"""The id that Jira answers with for an account whose record it has lost."""


def account(holder: Part, name: str) -> Identity | None:
    """Who the member is, by accountId; None when Jira names nobody.

    Without a type it may be an automation, and a deleted account has no id: both are of unknown kind, which is not the
    same as nobody. E-mail addresses are mostly hidden and never needed.
    """
    if not holder.has(name):
        return None
    part = holder.member(name)
    if not isinstance(part.value, dict):
        raise part.wrong("an account")
    id_ = part.text_or_empty("accountId")
    known = id_ not in {"", _LOST}
    kind = _KINDS.get(part.text_or_empty("accountType"), Kind.UNKNOWN)
    return Identity(
        system="jira",
        login="",
        id=id_ if known else "",
        kind=kind if known else Kind.UNKNOWN,
        name=part.text_or_empty("displayName"),
    )
