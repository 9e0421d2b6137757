"""Accounts of GitLab, and the names and addresses in its commits, as identities."""

from __future__ import annotations

import re
from collections.abc import Collection

from gate.adapters.forges.gitlab.reading import keys
from gate.adapters.part import Part
from gate.domain.identity import Identity, Kind

SYSTEM = "gitlab"
KEYS = keys("id username name state bot user author")
"""What the evidence keeps of an account."""

NOBODY = Identity(system=SYSTEM, login="", kind=Kind.UNKNOWN)
"""A deleted account: GitLab answers null or its Ghost User, and nobody can say whose it was."""

_BOT = re.compile(
    r"(?:project|group)_[0-9]+_bot(?:[0-9]+|_[0-9a-f]+)?"
    r"|service_account(?:_group|_project)?_[0-9]+_[0-9a-f]+"
    r"|(?:support|alert|migration|security|automation|admin|llm|gitlab-security|gitlab-admin|suggested-reviewers"
    r"|visual-review|duo-code-review)-bot[0-9]*|gitlabduo",
    re.IGNORECASE,
)
"""Accounts that GitLab makes for tokens and for itself; most answers do not say that they are bots."""
_GHOST = re.compile(r"ghost[0-9]*", re.IGNORECASE)
_PRIVATE = re.compile(r"(?P<id>[1-9][0-9]*)-(?P<login>[^@\s]+)@users\.noreply\.(?P<host>[^@\s]+)")
_MACHINE = re.compile(r"(?P<login>[^@\s]+)@noreply\.(?P<host>[^@\s]+)")


def user(found: Part | None) -> Identity:
    """An account as any answer of GitLab holds it."""
    if found is None:
        return NOBODY
    login, number = found.name("username"), str(found.number("id"))
    if _GHOST.fullmatch(login):
        return NOBODY
    told = found.flag("bot") if found.has("bot") else False
    kind = Kind.BOT if told or _BOT.fullmatch(login) else Kind.HUMAN
    return Identity(
        system=SYSTEM, login=login, id=number, kind=kind, name=found.text_or_empty("name")
    )


def person(name: str, email: str, host: str, machines: Collection[Identity] = ()) -> Identity:
    """A git author or committer. GitLab does not say which account it is, and whoever commits chooses the address.

    Only the private address that GitLab itself gives to an account names one. `machines` are the accounts of tokens
    that take part: the address of such a one names it as well.
    """
    name_server = host.partition(":")[0].casefold()
    private = _PRIVATE.fullmatch(email)
    if private and private["host"].casefold() == name_server:
        return Identity(
            system=SYSTEM, login=private["login"], id=private["id"], name=name, email=email
        )
    machine = _MACHINE.fullmatch(email)
    if machine and machine["host"].casefold() == name_server:
        for known in machines:
            if known.kind is Kind.BOT and known.login.casefold() == machine["login"].casefold():
                return known
    return Identity(system="git", login="", name=name, email=email, kind=Kind.UNKNOWN)
