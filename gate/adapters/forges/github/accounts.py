"""Accounts of GitHub, in REST and in GraphQL, as identities."""

from __future__ import annotations

import re

from gate.adapters.part import Part
from gate.domain.identity import Identity, Kind

SYSTEM = "github"
KEYS = frozenset({"login", "id", "databaseId", "type", "__typename", "name", "email", "user"})
"""What the evidence keeps of an account."""

NOBODY = Identity(system=SYSTEM, login="", kind=Kind.UNKNOWN)
"""A deleted account: GitHub answers null, and nobody can say whose it was."""

_BOT = "[bot]"
_BOT_ADDRESS = re.compile(r"([0-9]+)\+[^@]+\[bot\]@users\.noreply\..+")


def actor(found: Part | None) -> Identity:
    """An account of GraphQL, asked for with the fragment Account."""
    if found is None:
        return NOBODY
    login, sort = found.name("login"), found.name("__typename")
    if sort not in {"User", "Bot", "Mannequin"}:
        # An organisation or an enterprise account: no person, and no id to tell it by.
        return Identity(system=SYSTEM, login=login, kind=Kind.UNKNOWN)
    return _identity(login, _id(found, "databaseId"), sort)


def user(found: Part | None) -> Identity:
    """An account of REST."""
    if found is None:
        return NOBODY
    return _identity(found.name("login"), _id(found, "id"), found.name("type"))


def person(found: Part) -> Identity:
    """A git author or committer, asked for with the fragment Person.

    GitHub finds the account by the e-mail address, which whoever commits can choose. Without an account it stays a git
    author, of whom only that address is known.
    """
    name, email = found.text_or_null("name"), found.text_or_null("email")
    account = found.maybe("user")
    if account is None:
        return Identity(system="git", login="", name=name, email=email, kind=Kind.UNKNOWN)
    number = _id(account, "databaseId")
    machine = _BOT_ADDRESS.fullmatch(email)
    sort = "Bot" if machine and machine[1] == number else "User"
    return _identity(account.name("login"), number, sort, name, email)


def _identity(login: str, number: str, sort: str, name: str = "", email: str = "") -> Identity:
    # REST writes dependabot[bot] where GraphQL writes dependabot; a policy knows one of them.
    if sort == "Bot" and not login.endswith(_BOT):
        login += _BOT
    kind = Kind.BOT if login.endswith(_BOT) else Kind.HUMAN if sort == "User" else Kind.UNKNOWN
    return Identity(system=SYSTEM, login=login, id=number, kind=kind, name=name, email=email)


def _id(found: Part, name: str) -> str:
    return "" if found.maybe(name) is None else str(found.number(name))
